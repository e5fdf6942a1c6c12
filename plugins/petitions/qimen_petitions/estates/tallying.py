"""Counting answers: how often each score and each opinion was given, in one query each."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select

from qimen_core import Context, scoped
from qimen_petitions.estates.everybody import as_everybody
from qimen_petitions.estates.models import Answer, Score
from qimen_petitions.estates.rules import Opinion, Tally

__all__ = ["Counted", "counted", "tallies"]

_answer: Any = Answer.__table__.c  # type: ignore[attr-defined]
_score: Any = Score.__table__.c  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Counted:
    """The answers of one estate in one round, by what they say of the whole and how they came."""

    opinion: Opinion = field(default_factory=Opinion)
    web: int = 0
    paper: int = 0


def tallies(
    ctx: Context, rated: Iterable[int], permission: str
) -> Mapping[int, Mapping[str, Tally]]:
    """Return the tally of each item of each rated estate."""
    wanted = (
        select(_score.rated_id, _score.item, _score.score, func.count())
        .where(_score.rated_id.in_(list(rated)))
        .group_by(_score.rated_id, _score.item, _score.score)
    )
    found: dict[int, dict[str, dict[int, int]]] = defaultdict(lambda: defaultdict(dict))
    with as_everybody(ctx):
        rows = ctx.session.execute(scoped(wanted, ctx, permission, _score.org_path)).all()
    for rated_id, item, score, times in rows:
        found[rated_id][item][score] = times
    return {
        rated_id: {item: Tally(counts) for item, counts in items.items()}
        for rated_id, items in found.items()
    }


def counted(ctx: Context, rated: Iterable[int], permission: str) -> Mapping[int, Counted]:
    """Return the answers of each rated estate that has any."""
    wanted = (
        select(_answer.rated_id, _answer.overall, _answer.channel, func.count())
        .where(_answer.rated_id.in_(list(rated)))
        .group_by(_answer.rated_id, _answer.overall, _answer.channel)
    )
    opinions: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    channels: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    with as_everybody(ctx):
        rows = ctx.session.execute(scoped(wanted, ctx, permission, _answer.org_path)).all()
    for rated_id, overall, channel, times in rows:
        opinions[rated_id][overall] += times
        channels[rated_id][channel] += times
    return {
        rated_id: Counted(Opinion(**said), channels[rated_id]["web"], channels[rated_id]["paper"])
        for rated_id, said in opinions.items()
    }
