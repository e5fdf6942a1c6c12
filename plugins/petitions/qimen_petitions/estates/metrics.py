"""Two figures of property service: who took part, and who is satisfied (DOMAIN.md section 5)."""

from typing import Any, Final

from sqlalchemy import func, literal, select

from qimen_core import Context, Measure, Metric, Period, scoped, translations
from qimen_core.org.paths import under
from qimen_petitions.estates.models import Answer, RatedEstate, Round
from qimen_petitions.estates.permissions import READ

__all__ = ["RATING_METRICS"]

_ = translations("qimen_petitions")

_answer: Any = Answer.__table__.c  # type: ignore[attr-defined]
_rated: Any = RatedEstate.__table__.c  # type: ignore[attr-defined]
_round: Any = Round.__table__.c  # type: ignore[attr-defined]
_OVER: Final = ("closed", "confirmed")
_CONTENT: Final = ("satisfied", "fairly")
_LIST: Final = "/petitions/ratings/results"


def _counts(path: str, period: Period | None) -> list[Any]:
    """Return the conditions of a rated estate that counts: its round is over, in these days."""
    conditions = [_round.state.in_(_OVER)]
    if path:
        conditions.append(under(_rated.org_path, path))
    if period is not None:
        conditions += [_round.closes_on >= period.start, _round.closes_on < period.end]
    return conditions


def _answers(path: str, period: Period | None) -> Any:
    return (
        select(_answer.id)
        .join(RatedEstate.__table__, _rated.id == _answer.rated_id)  # type: ignore[attr-defined]
        .join(Round.__table__, _round.id == _rated.round_id)  # type: ignore[attr-defined]
        .where(*_counts(path, period))
    )


def _satisfied(ctx: Context, path: str, period: Period | None) -> Measure:
    """满意 and 基本满意 among all answers; nobody is 未评价, for who says nothing sends nothing."""
    everybody = _answers(path, period)
    content = everybody.where(_answer.overall.in_(_CONTENT))
    return Measure(
        scoped(content, ctx, READ, _answer.org_path), scoped(everybody, ctx, READ, _answer.org_path)
    )


def _took_part(ctx: Context, path: str, period: Period | None) -> Measure:
    """Answers among the households that were known; an estate without a number is in neither.

    A household is no row of its own: each rated estate stands once for each of its households.
    """
    known = _answers(path, period).where(_rated.households > 0)
    most = select(func.max(_rated.households)).scalar_subquery()
    number = select(literal(1).label("n")).cte("household", recursive=True)
    number = number.union_all(select(number.c.n + 1).where(number.c.n < most))
    households = (
        select(_rated.id)
        .join(Round.__table__, _round.id == _rated.round_id)  # type: ignore[attr-defined]
        .join(number, number.c.n <= _rated.households)
        .where(*_counts(path, period))
    )
    return Measure(
        scoped(known, ctx, READ, _answer.org_path), scoped(households, ctx, READ, _rated.org_path)
    )


RATING_METRICS: Final = (
    Metric(
        "estate_participation",
        _("物业评价参与率"),
        _took_part,
        READ,
        _("按评价截止日期；不含户数未填的小区"),
        _LIST,
    ),
    Metric(
        "estate_satisfaction",
        _("物业服务满意率"),
        _satisfied,
        READ,
        _("按评价截止日期"),
        _LIST,
    ),
)
