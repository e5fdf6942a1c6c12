"""Every rated estate of every round as a list: what the figures count, row by row."""

from typing import Any, Final

from sqlalchemy import ColumnElement, func, select

from qimen_core import Context, OrgUnit, scoped, translations
from qimen_petitions.estates.models import Answer, Estate, RatedEstate, Round
from qimen_petitions.estates.permissions import ESTATE_EXPORT, READ
from qimen_petitions.estates.rules import STATES
from qimen_web.list_spec import Column, Filter, ListSpec, Source, SpanFilter
from qimen_web.unit_filter import unit_filter

__all__ = ["result_list", "result_source"]

_ = translations("qimen_petitions")

_rated: Any = RatedEstate.__table__.c  # type: ignore[attr-defined]
_estate: Any = Estate.__table__.c  # type: ignore[attr-defined]
_round: Any = Round.__table__.c  # type: ignore[attr-defined]
_answer: Any = Answer.__table__.c  # type: ignore[attr-defined]
_unit, _company = (OrgUnit.__table__.alias(name) for name in ("unit", "company"))  # type: ignore[attr-defined]


def _number(*conditions: ColumnElement[bool]) -> Any:
    """Return how many answers of a rated estate meet the conditions."""
    counted = select(func.count(_answer.id)).where(_answer.rated_id == _rated.id, *conditions)
    return counted.correlate(RatedEstate.__table__).scalar_subquery()  # type: ignore[attr-defined]


_ANSWERS: Final = _number()
_CONTENT: Final = _number(_answer.overall.in_(("satisfied", "fairly")))
_COLUMNS: Final = (
    Column("closes_on", _("截止日期"), sort=_round.closes_on, width=12),
    Column("round", _("轮次"), width=26),
    Column("estate", _("小区"), sort=_estate.name, width=24),
    Column("unit", _("社区"), sort=_rated.org_path, width=18),
    Column("company", _("物业公司"), default=False, width=24),
    Column("households", _("户数"), sort=_rated.households, numeric=True, width=8),
    Column("answers", _("份数 n"), sort=_ANSWERS, numeric=True, width=8),
    Column("content", _("满意和基本满意"), numeric=True, width=14),
    Column("state", _("状态"), width=10),
)


def result_list(ctx: Context) -> ListSpec:
    """Return what the list is."""
    return ListSpec(
        id="petitions-ratings",
        columns=_COLUMNS,
        filters=(
            Filter("q", _("小区"), lambda text: _estate.name.contains(text, autoescape=True)),
            unit_filter(_rated.org_path, READ),
            Filter(
                "state",
                _("状态"),
                lambda state: _round.state == state,
                "select",
                [(key, label) for key, label in STATES.items() if key in _RATED],
                fixed=True,
            ),
            SpanFilter("closed", _("截止日期"), lambda span: span.days(_round.closes_on)),
        ),
        sort="-closes_on",
        export="petitions:export_results" if ctx.can_anywhere(ESTATE_EXPORT) else "",
    )


_RATED: Final = ("open", "closed", "confirmed")


def result_source(ctx: Context, permission: str) -> Source:
    """Return where the rows come from: id, then one value a column; the state is its key."""
    wanted = select(
        _rated.id, _round.closes_on, _round.name, _estate.name, _unit.c.name,
        func.coalesce(_company.c.name, ""), _rated.households, _ANSWERS, _CONTENT, _round.state,
    ).select_from(
        RatedEstate.__table__.join(Round.__table__, _round.id == _rated.round_id)  # type: ignore[attr-defined]
        .join(Estate.__table__, _estate.id == _rated.estate_id)  # type: ignore[attr-defined]
        .join(_unit, _unit.c.id == _rated.org_id)
        .outerjoin(_company, _company.c.id == _rated.company_id)
    )  # fmt: skip
    return Source(_rated.id, scoped(wanted, ctx, permission, _rated.org_path))
