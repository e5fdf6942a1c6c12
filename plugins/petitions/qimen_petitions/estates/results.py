"""What a round came to, estate by estate, beside the round before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import Row, select

from qimen_core import Context, NotFound, OrgUnit, scoped, translations
from qimen_petitions.estates.everybody import as_everybody
from qimen_petitions.estates.models import Estate, RatedEstate, Round
from qimen_petitions.estates.permissions import READ
from qimen_petitions.estates.rounds import RoundSeen, round_seen
from qimen_petitions.estates.rules import ItemFigure, Tally, weighted
from qimen_petitions.estates.tallying import Counted, counted, tallies
from qimen_petitions.publicity import Ratio

__all__ = ["Result", "result_of", "results_in"]

_ = translations("qimen_petitions")

_rated: Any = RatedEstate.__table__.c  # type: ignore[attr-defined]
_estate: Any = Estate.__table__.c  # type: ignore[attr-defined]
_round: Any = Round.__table__.c  # type: ignore[attr-defined]
_unit, _company, _committee = (
    OrgUnit.__table__.alias(name)  # type: ignore[attr-defined]
    for name in ("unit", "company", "committee")
)
_COLUMNS: Final[tuple[Any, ...]] = (
    _rated.id, _rated.round_id, _rated.estate_id, _estate.name, _estate.code, _rated.org_path,
    _rated.org_id, _unit.c.name.label("unit"), _unit.c.code.label("unit_code"),
    _rated.households, _company.c.name.label("company"), _committee.c.name.label("committee"),
    _rated.order_id, _rated.kept, _rated.version, _rated.live_estate_id,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Result:
    """An estate in a round; ``last`` is the same estate in the last published round before it."""

    id: int
    round: RoundSeen
    estate_id: int
    estate: str
    code: str
    path: str
    unit_id: int
    unit: str
    unit_code: str
    households: int
    company: str
    committee: str
    order_id: int | None
    kept: str
    version: int
    counted: Counted
    figures: tuple[ItemFigure, ...]
    last: "Result | None" = None

    @property
    def n(self) -> int:
        """How many households answered."""
        return self.counted.opinion.n

    @property
    def shown(self) -> bool:
        """Whether enough answered for a score to be told."""
        return self.n >= max(self.round.least, 1)

    @property
    def score(self) -> float | None:
        """The weighted mean of the items, 1 to 5; None when too few answered."""
        return weighted(self.figures) if self.shown else None

    @property
    def satisfied(self) -> Ratio:
        """满意 and 基本满意 among the answers."""
        return Ratio(self.counted.opinion.content, self.n)

    @property
    def reached(self) -> Ratio:
        """Answers among the households known; nothing is known of an estate without a number."""
        return Ratio(self.n, self.households)


def results_in(ctx: Context, seen: RoundSeen, permission: str = READ) -> list[Result]:
    """Return the estates of a round that are in reach, by community and name."""
    rows = _rows(ctx, _rated.round_id == seen.id, permission)
    return _results(ctx, rows, {seen.id: seen}, permission)


def result_of(ctx: Context, rated_id: int, permission: str = READ) -> Result:
    """Return one rated estate.

    Raises:
        NotFound: There is none in reach.
    """
    rows = _rows(ctx, _rated.id == rated_id, permission)
    if not rows:
        raise NotFound(_("没有这个小区的评价，或不在您的管辖范围内"))
    seen = round_seen(ctx, rows[0].round_id)
    return _results(ctx, rows, {seen.id: seen}, permission)[0]


def _rows(ctx: Context, condition: Any, permission: str) -> Sequence[Row[Any]]:
    wanted = (
        select(*_COLUMNS)
        .select_from(
            RatedEstate.__table__.join(Estate.__table__, _estate.id == _rated.estate_id)  # type: ignore[attr-defined]
            .join(_unit, _unit.c.id == _rated.org_id)
            .outerjoin(_company, _company.c.id == _rated.company_id)
            .outerjoin(_committee, _committee.c.id == _rated.committee_id)
        )
        .where(condition)
        .order_by(_rated.org_path, _estate.name, _rated.id)
    )
    # The round may lie above the reader: the database's own fence is the public's, the rows are
    # limited by the condition.
    with as_everybody(ctx):
        return ctx.session.execute(scoped(wanted, ctx, permission, _rated.org_path)).all()


def _results(
    ctx: Context, rows: Sequence[Row[Any]], rounds: Mapping[int, RoundSeen], permission: str
) -> list[Result]:
    last = _last(ctx, rows, rounds, permission)
    ids = [row.id for row in rows]
    scores, answers = tallies(ctx, ids, permission), counted(ctx, ids, permission)
    return [
        _result(
            row, rounds[row.round_id], scores.get(row.id, {}), answers.get(row.id, Counted()),
            last.get(row.estate_id),
        )
        for row in rows
    ]  # fmt: skip


def _last(
    ctx: Context, rows: Sequence[Row[Any]], rounds: Mapping[int, RoundSeen], permission: str
) -> dict[int, Result]:
    """Return each estate's result in the latest published round that ended before these."""
    end = min((rounds[row.round_id].start for row in rows), default=date.min)
    wanted = (
        select(_rated.id, _rated.estate_id, _rated.round_id)
        .join(Round.__table__, _round.id == _rated.round_id)  # type: ignore[attr-defined]
        .where(
            _rated.estate_id.in_([row.estate_id for row in rows]),
            _round.state == "confirmed",
            _round.end < end,
        )
        .order_by(_round.end, _rated.id)
    )
    with as_everybody(ctx):
        found = ctx.session.execute(scoped(wanted, ctx, permission, _rated.org_path)).all()
    newest = {row.estate_id: row for row in found}
    if not newest:
        return {}
    seen = {each: round_seen(ctx, each) for each in {row.round_id for row in newest.values()}}
    before = _rows(ctx, _rated.id.in_([row.id for row in newest.values()]), permission)
    ids = [row.id for row in before]
    scores, answers = tallies(ctx, ids, permission), counted(ctx, ids, permission)
    return {
        row.estate_id: _result(
            row, seen[row.round_id], scores.get(row.id, {}), answers.get(row.id, Counted()), None
        )
        for row in before
    }


def _result(
    row: Row[Any],
    seen: RoundSeen,
    scores: Mapping[str, Tally],
    answers: Counted,
    last: Result | None,
) -> Result:
    before = {each.item.code: each for each in last.figures} if last is not None else {}
    told = {
        code: each.tally.mean for code, each in before.items() if each.shown and each.tally.mean
    }
    return Result(
        id=row.id,
        round=seen,
        estate_id=row.estate_id,
        estate=row.name,
        code=row.code,
        path=row.org_path,
        unit_id=row.org_id,
        unit=row.unit,
        unit_code=row.unit_code or "",
        households=row.households,
        company=row.company or "",
        committee=row.committee or "",
        order_id=row.order_id,
        kept=row.kept,
        version=row.version,
        counted=answers,
        figures=tuple(
            ItemFigure(item, scores.get(item.code, Tally()), seen.least, told.get(item.code))
            for item in seen.items
        ),
        last=last,
    )
