"""公示: what a unit's petitions of one month came to, in numbers and in redacted words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from qimen_core import Context, NotFound, OrgUnit, Secret, local, scoped
from qimen_orders import ASIDE_STATES, Result, Satisfaction, State
from qimen_orders.models import OrderClock
from qimen_orders.rules import ClockKind
from qimen_petitions.categories import category_labels
from qimen_petitions.overview import month_of
from qimen_petitions.permissions import PUBLISHED
from qimen_petitions.published import (
    answers,
    counts,
    order,
    petition,
    redactor_at,
    words_may_be_shown,
)
from qimen_petitions.settings import PetitionSettings

__all__ = [
    "FEW",
    "Figures",
    "Ratio",
    "Solved",
    "count_solved",
    "figures_of",
    "month_named",
    "months_of",
    "solved",
]

FEW = 30
"""Below this many a ratio says little, so the number is shown beside it (DOMAIN.md §5)."""

_SECONDS_A_DAY = 86400

_clock: Any = OrderClock.__table__.c  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Ratio:
    """So many of so many; the two numbers are kept and the percentage is only drawn."""

    numerator: int
    denominator: int

    @property
    def percent(self) -> str:
        """The percentage with one decimal, ``""`` of none."""
        if not self.denominator:
            return ""
        return f"{self.numerator * 100 / self.denominator:.1f}%"

    @property
    def few(self) -> bool:
        """Whether there are too few for the percentage to stand alone."""
        return self.denominator < FEW


@dataclass(frozen=True, slots=True)
class Figures:
    """A month in numbers.

    Attributes:
        received: Came in during the month.
        accepted, not_accepted, aside, waiting: What became of these; they add up.
        closed: Closed during the month, whenever they came in.
        on_time: Answered in time, of those that fell due during the month.
        solved: Solved by the resident's word, of those closed whose resident said.
        satisfied: 满意 and 基本满意, of those closed whose resident rated.
        unrated: Closed without a rating.
        days: Median of the days from coming in to the answer, of those closed; None of none.
    """

    received: int
    accepted: int
    not_accepted: int
    aside: int
    waiting: int
    closed: int
    on_time: Ratio
    solved: Ratio
    satisfied: Ratio
    unrated: int
    days: float | None


@dataclass(frozen=True, slots=True)
class Solved:
    """A solved matter as everybody may read it."""

    category: str
    title: str
    answer: str
    received: date
    closed: date
    satisfaction: str


def months_of(settings: PetitionSettings, today: date) -> list[date]:
    """Return the first days of the months on show, the last whole month first."""
    months = []
    day = today.replace(day=1)
    for _number in range(settings.publicity_months):
        day = (day - timedelta(days=1)).replace(day=1)
        months.append(day)
    return months


def month_named(name: str, months: Sequence[date]) -> date:
    """Return the month that an address names as ``2026-10``, the newest for ``""``.

    Raises:
        NotFound: It is not on show.
    """
    if not name:
        return months[0]
    found = next((month for month in months if f"{month:%Y-%m}" == name), None)
    if found is None:
        raise NotFound
    return found


def figures_of(ctx: Context, unit: OrgUnit, month: date) -> Figures:
    """Return a unit's month in numbers; only what lies in the unit itself counts."""
    start, end = month_of(month)
    grouped = (
        _of(ctx, unit, order.state, func.count().label("number"))
        .where(_within(order.submitted_at, start, end))
        .group_by(order.state)
    )
    states = {row.state: row.number for row in ctx.session.execute(grouped)}
    aside = {state.value for state in ASIDE_STATES}
    beside = {State.SUBMITTED.value, *aside}
    closed = _closed(ctx, unit, start, end)
    rated = [row.satisfaction for row in closed if row.satisfaction]
    content = {Satisfaction.SATISFIED.value, Satisfaction.FAIRLY.value}
    said = [row.result for row in closed if row.result]
    waits = [
        (row.replied_at - row.submitted_at).total_seconds() / _SECONDS_A_DAY
        for row in closed
        if row.replied_at is not None
    ]
    return Figures(
        received=sum(states.values()),
        accepted=sum(number for state, number in states.items() if state not in beside),
        not_accepted=states.get(State.NOT_ACCEPTED.value, 0),
        aside=sum(states.get(state, 0) for state in aside - {State.NOT_ACCEPTED.value}),
        waiting=states.get(State.SUBMITTED.value, 0),
        closed=len(closed),
        on_time=_on_time(ctx, unit, start, end),
        solved=Ratio(said.count(Result.SOLVED.value), len(said)),
        satisfied=Ratio(sum(each in content for each in rated), len(rated)),
        unrated=len(closed) - len(rated),
        days=median(waits) if waits else None,
    )


def solved(ctx: Context, unit: OrgUnit, month: date, most: int | None = None) -> list[Solved]:
    """Return the solved matters of a month whose words may be shown, the newest first.

    Args:
        ctx: The public's context.
        unit: Where.
        month: Its first day.
        most: How many; all when left out.
    """
    start, end = month_of(month)
    rows = ctx.session.execute(
        _of(
            ctx, unit, order.id, order.title, order.category, order.handler_name, petition.name,
            order.submitted_at, order.closed_at, order.satisfaction,
        )
        .where(
            words_may_be_shown(),
            order.result == Result.SOLVED.value,
            _within(order.closed_at, start, end),
        )
        .order_by(order.closed_at.desc(), order.id.desc())
        .limit(most)
    ).all()  # fmt: skip
    if not rows:
        return []
    labels = category_labels(ctx.session)
    said = answers(ctx, [row.id for row in rows])
    redactor = redactor_at(ctx, unit.path)

    def shown(text: str, row: Any) -> str:
        return redactor.redacted(text, (_plain(row.name), row.handler_name))

    return [
        Solved(
            category=labels.get(row.category, ""),
            title=shown(row.title, row),
            answer=shown(said.get(row.id, ""), row),
            received=local(row.submitted_at).date(),
            closed=local(row.closed_at).date(),
            satisfaction=row.satisfaction,
        )
        for row in rows
    ]


def count_solved(ctx: Context, unit: OrgUnit, month: date) -> int:
    """Return how many ``solved`` would return without a limit."""
    start, end = month_of(month)
    counted = _of(ctx, unit, func.count()).where(
        words_may_be_shown(),
        order.result == Result.SOLVED.value,
        _within(order.closed_at, start, end),
    )
    return int(ctx.session.execute(counted).scalar_one())


def _of(ctx: Context, unit: OrgUnit, *columns: Any) -> Select[Any]:
    wanted = (
        select(*columns)
        .join_from(order.id.table, petition.order_id.table, petition.order_id == order.id)
        .where(counts(), order.org_id == unit.id, order.org_path == unit.path)
    )
    return scoped(wanted, ctx, PUBLISHED, order.org_path)


def _within(column: Any, start: datetime, end: datetime) -> ColumnElement[bool]:
    return and_(column >= start, column < end)


def _closed(ctx: Context, unit: OrgUnit, start: datetime, end: datetime) -> Sequence[Any]:
    wanted = _of(
        ctx, unit, order.submitted_at, order.replied_at, order.result, order.satisfaction
    ).where(order.state == State.CLOSED.value, _within(order.closed_at, start, end))
    return ctx.session.execute(wanted).all()


def _on_time(ctx: Context, unit: OrgUnit, start: datetime, end: datetime) -> Ratio:
    """Count as 按时办结率 does: by due date, what is open and not yet due in neither."""
    decided = select(_clock.order_id).where(
        _clock.kind == ClockKind.HANDLING.value,
        _within(_clock.due_at, start, end),
        or_(_clock.stopped_at.is_not(None), _clock.due_at < ctx.now),
    )
    kept = decided.where(_clock.stopped_at <= _clock.due_at)
    live = order.state.not_in([state.value for state in ASIDE_STATES])
    below = _of(ctx, unit, func.count()).where(live, order.id.in_(decided))
    above = _of(ctx, unit, func.count()).where(live, order.id.in_(kept))
    return Ratio(
        int(ctx.session.execute(above).scalar_one()), int(ctx.session.execute(below).scalar_one())
    )


def _plain(name: Secret | None) -> str:
    return name.reveal() if name is not None else ""
