"""The rounds that have rated one estate, newest first, and all rounds as a list."""

from datetime import date
from typing import Any, Final, NamedTuple

from sqlalchemy import func, select

from qimen_core import Context, OrgUnit, scoped, translations
from qimen_petitions.estates.everybody import as_everybody
from qimen_petitions.estates.models import RatedEstate, Round
from qimen_petitions.estates.permissions import ANSWER, READ
from qimen_petitions.estates.results import Result, result_of
from qimen_petitions.estates.rounds import readable
from qimen_petitions.estates.rules import STATES
from qimen_web.list_spec import Column, Filter, ListSpec, Source, SpanFilter

__all__ = ["ROUNDS", "round_source", "rounds_of"]

_ = translations("qimen_petitions")

_SHOWN: Final = 8
_round: Any = Round.__table__.c  # type: ignore[attr-defined]
_rated: Any = RatedEstate.__table__.c  # type: ignore[attr-defined]
_unit = OrgUnit.__table__.alias("unit")  # type: ignore[attr-defined]
_ESTATES: Final = (
    select(func.count(_rated.id))
    .where(_rated.round_id == _round.id)
    .correlate(Round.__table__)  # type: ignore[attr-defined]
    .scalar_subquery()
)


class RoundRow(NamedTuple):
    """One line of the list of rounds."""

    id: int
    closes_on: date
    name: str
    unit: str
    start: date
    end: date
    opens_on: date
    state: str
    estates: int


ROUNDS: Final = ListSpec(
    id="petitions-rounds",
    columns=(
        Column("closes_on", _("截止日期"), sort=_round.closes_on, width=12),
        Column("name", _("轮次"), sort=_round.name, width=28),
        Column("unit", _("范围"), sort=_round.org_path, width=18),
        Column("span", _("评价时段"), sort=_round.start, width=24),
        Column("opens_on", _("开始评价"), sort=_round.opens_on, default=False, width=12),
        Column("estates", _("小区数"), numeric=True, width=8),
        Column("state", _("状态"), sort=_round.state, width=10),
    ),
    filters=(
        Filter("q", _("轮次"), lambda text: _round.name.contains(text, autoescape=True)),
        Filter(
            "state",
            _("状态"),
            lambda state: _round.state == state,
            "select",
            tuple(STATES.items()),
            fixed=True,
        ),
        SpanFilter("closed", _("截止日期"), lambda span: span.days(_round.closes_on)),
    ),
    sort="-closes_on",
)


def round_source(ctx: Context) -> Source:
    """Return where the rounds come from: those in reach, and those that rate an estate in reach."""
    wanted = (
        select(
            _round.id, _round.closes_on, _round.name, _unit.c.name, _round.start, _round.end,
            _round.opens_on, _round.state, _ESTATES,
        )
        .join(_unit, _unit.c.id == _round.org_id)
        .where(readable(ctx))
    )  # fmt: skip
    return Source(_round.id, scoped(wanted, ctx, ANSWER, _round.org_path))


def rounds_of(ctx: Context, estate_id: int) -> list[Result]:
    """Return the newest results of one estate."""
    wanted = (
        select(_rated.id)
        .join(Round.__table__, _round.id == _rated.round_id)  # type: ignore[attr-defined]
        .where(_rated.estate_id == estate_id)
        .order_by(_round.end.desc(), _rated.id.desc())
        .limit(_SHOWN)
    )
    with as_everybody(ctx):
        ids = ctx.session.scalars(scoped(wanted, ctx, READ, _rated.org_path)).all()
    return [result_of(ctx, rated_id) for rated_id in ids]
