"""What everybody may read of a round that was confirmed: numbers with n, and redacted words."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select

from qimen_core import Context, NotFound, OrgUnit, scoped
from qimen_core.org.paths import under
from qimen_petitions.estates.improving import public_state_of
from qimen_petitions.estates.models import RatedEstate, Round
from qimen_petitions.estates.nearby import Nearby, nearby
from qimen_petitions.estates.results import Result, results_in
from qimen_petitions.estates.rounds import RoundSeen, round_seen
from qimen_petitions.estates.rules import HORSES
from qimen_petitions.estates.views import View, views_of
from qimen_petitions.permissions import PUBLISHED
from qimen_petitions.published import redactor_at
from qimen_petitions.settings import PetitionSettings

__all__ = ["PublishedEstate", "Told", "published_round", "published_rounds"]

_rated: Any = RatedEstate.__table__.c  # type: ignore[attr-defined]
_round: Any = Round.__table__.c  # type: ignore[attr-defined]
_SHOWN = 12


@dataclass(frozen=True, slots=True)
class PublishedRound:
    """A published round as it is listed."""

    id: int
    name: str
    start: date
    end: date
    estates: int


@dataclass(frozen=True, slots=True)
class Told:
    """One of the three's words, redacted."""

    horse: str
    score: int | None
    words: str
    due_on: date | None


@dataclass(frozen=True, slots=True)
class PublishedEstate:
    """An estate of a published round; ``improvement`` is where its order stands, in words."""

    result: Result
    told: tuple[Told, ...]
    nearby: Nearby
    improvement: str


def published_rounds(ctx: Context, unit: OrgUnit) -> list[PublishedRound]:
    """Return the newest published rounds with estates at a unit and below."""
    wanted = (
        select(_round.id, _round.name, _round.start, _round.end, func.count(_rated.id))
        .join(RatedEstate.__table__, _rated.round_id == _round.id)  # type: ignore[attr-defined]
        .where(_round.state == "confirmed", under(_rated.org_path, unit.path))
        .group_by(_round.id, _round.name, _round.start, _round.end)
        .order_by(_round.end.desc(), _round.id.desc())
        .limit(_SHOWN)
    )
    rows = ctx.session.execute(scoped(wanted, ctx, PUBLISHED, _rated.org_path))
    return [PublishedRound(*row) for row in rows]


def published_round(
    ctx: Context, unit: OrgUnit, round_id: int
) -> tuple[RoundSeen, list[PublishedEstate]]:
    """Return a published round and its estates at a unit and below.

    By name, not by score, unless the unit has chosen otherwise (DOMAIN.md section 6).

    Raises:
        NotFound: It is not published, or rates nothing there.
    """
    seen = round_seen(ctx, round_id)
    found = [each for each in results_in(ctx, seen, PUBLISHED) if each.path.startswith(unit.path)]
    if seen.state != "confirmed" or not found:
        raise NotFound
    if ctx.setting(PetitionSettings, unit).rating_ranking:
        found.sort(key=lambda each: -(each.score or 0))
    redactor = redactor_at(ctx, unit.path)

    def told(view: View) -> Told:
        return Told(
            str(HORSES[view.horse]), view.score, redactor.redacted(view.words, ()), view.due_on
        )

    return seen, [
        PublishedEstate(
            result=each,
            told=tuple(
                told(view) for view in views_of(ctx, each.id, PUBLISHED).values() if view.words
            ),
            nearby=nearby(ctx, each),
            improvement=public_state_of(ctx, each),
        )
        for each in found
    ]
