"""Counts for menus, 今日, unit pages and charts; each number has a list behind it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, case, func, select

from qimen_core import LOCAL, Context, OrgUnit, local, scoped
from qimen_core.org.paths import under
from qimen_orders import OPEN_STATES, Order, State
from qimen_petitions.focus import deciding
from qimen_petitions.handed import handed_orders, takes_only
from qimen_petitions.reading import READ
from qimen_petitions.services import OWNER

__all__ = [
    "Pressing",
    "UnitCounts",
    "Volume",
    "month_of",
    "months_received",
    "next_due",
    "pressing",
    "state_counts",
    "to_decide",
    "unit_counts",
    "volumes",
]

_order = Order.__table__.c  # type: ignore[attr-defined]
_unit = OrgUnit.__table__.c  # type: ignore[attr-defined]

_OPEN = [state.value for state in OPEN_STATES]


@dataclass(frozen=True, slots=True)
class Pressing:
    """How many are overdue, and how many more fall due today."""

    overdue: int
    today: int


@dataclass(frozen=True, slots=True)
class UnitCounts:
    """A unit's petitions: open, overdue, received this month; open ones it takes the lead of."""

    open: int
    overdue: int
    received: int
    led: int


@dataclass(frozen=True, slots=True)
class Volume:
    """How many petitions a unit received."""

    unit_id: int
    name: str
    count: int


def state_counts(ctx: Context, states: Sequence[State], most: int = 10_000) -> dict[str, int]:
    """Return how many petitions stand in each of these states, at most ``most`` each."""

    def counting(state: State) -> Select[Any]:
        rows = select(_order.id).where(_order.owner == OWNER, _order.state == state.value)
        return _number(scoped(rows, ctx, READ, _order.org_path).limit(most))

    # Asked at every request, by the menu.
    made = ctx.remember(
        ("petitions.state_counts", tuple(states), most),
        lambda: {state.value: counting(state) for state in states},
    )
    return {state: ctx.session.execute(statement).scalar_one() for state, statement in made.items()}


def pressing(ctx: Context) -> Pressing:
    """Return how many are overdue or due today; read from the small index of running clocks."""
    midnight = _midnight(local(ctx.now).date() + timedelta(days=1))
    late = case((_order.due_at < ctx.now, 1), else_=0)
    counted = select(func.count(), func.coalesce(func.sum(late), 0)).where(
        _order.owner == OWNER, _order.due_at.is_not(None), _order.due_at <= midnight
    )
    total, overdue = ctx.session.execute(scoped(counted, ctx, READ, _order.org_path)).one()
    return Pressing(int(overdue), int(total) - int(overdue))


def to_decide(ctx: Context) -> int:
    """Return how many returns and requests wait for the reader's decision."""
    return _count(ctx, deciding(ctx))


def unit_counts(ctx: Context, unit_id: int, path: str) -> UnitCounts:
    """Return the counts of one unit and those below it; what it leads may lie anywhere in reach."""
    first, end = month_of(local(ctx.now).date())
    mine = under(_order.org_path, path)
    return UnitCounts(
        open=_count(ctx, mine, _order.state.in_(_OPEN)),
        overdue=_count(ctx, mine, _order.due_at < ctx.now),
        received=_count(ctx, mine, _order.submitted_at >= first, _order.submitted_at < end),
        led=_count(ctx, _order.lead_id == unit_id, _order.state.in_(_OPEN)),
    )


def volumes(ctx: Context, day: date) -> list[Volume]:
    """Return what each unit right below the reader's reach received in the month of ``day``.

    A reader whose reach is one community gets that community alone.
    """
    first, end = month_of(day)
    within = (_order.submitted_at >= first, _order.submitted_at < end)
    units = _columns_of_chart(ctx)
    counts: dict[str, int] = {}
    for length in {len(path) for _id, path, _name in units}:
        head = func.substr(_order.org_path, 1, length)
        grouped = select(head, func.count()).where(_order.owner == OWNER, *within).group_by(head)
        rows = ctx.session.execute(scoped(grouped, ctx, READ, _order.org_path))
        counts.update((path, count) for path, count in rows)
    return [Volume(unit_id, name, counts.get(path, 0)) for unit_id, path, name in units]


def months_received(ctx: Context, unit: int, months: Sequence[date]) -> list[Volume]:
    """Return what one unit received in each of these months; each is named by its first day."""
    found = []
    for day in months:
        first, end = month_of(day)
        span = (_order.submitted_at >= first, _order.submitted_at < end)
        number = _count(ctx, _order.org_id == unit, *span)
        found.append(Volume(unit, day.isoformat(), number))
    return found


def next_due(ctx: Context, most: int) -> Sequence[Row[tuple[int, str, str, datetime]]]:
    """Return ``(id, title, state, due_at)`` of the petitions that fall due first.

    For those without a district they are the ones that were handed over.
    """
    wanted = (
        select(_order.id, _order.title, _order.state, _order.due_at)
        .where(_order.owner == OWNER, _order.due_at.is_not(None))
        .order_by(_order.due_at, _order.id)
        .limit(most)
    )
    if takes_only(ctx):
        return ctx.session.execute(handed_orders(ctx, wanted)).all()
    return ctx.session.execute(scoped(wanted, ctx, READ, _order.org_path)).all()


def month_of(day: date) -> tuple[datetime, datetime]:
    """Return the month of a day as a half-open span of moments."""
    first = day.replace(day=1)
    after = (first + timedelta(days=32)).replace(day=1)
    return _midnight(first), _midnight(after)


_MOST_COLUMNS = 30


def _columns_of_chart(ctx: Context) -> list[tuple[int, str, str]]:
    """Return ``(id, path, name)`` of the units a chart compares."""
    reach = ctx.reach(READ)
    columns = select(_unit.id, _unit.path, _unit.name).where(
        _unit.valid_to.is_(None), _unit.kind.in_(("county", "township", "community"))
    )
    tops = columns.where(_unit.parent_id.is_(None) if reach == ("",) else _unit.path.in_(reach))
    top = ctx.session.execute(scoped(tops, ctx, READ, _unit.path)).all()
    below = columns.where(_unit.parent_id.in_([row.id for row in top])).order_by(_unit.path)
    found = ctx.session.execute(scoped(below.limit(_MOST_COLUMNS), ctx, READ, _unit.path)).all()
    return [(row.id, row.path, row.name) for row in (found or top)]


def _count(ctx: Context, *conditions: ColumnElement[bool]) -> int:
    rows = select(_order.id).where(_order.owner == OWNER, *conditions)
    statement = _number(scoped(rows, ctx, READ, _order.org_path))
    return int(ctx.session.execute(statement).scalar_one())


def _number(rows: Select[Any]) -> Select[Any]:
    counted = select(func.count()).select_from(rows.subquery())
    return counted.execution_options(**rows.get_execution_options())


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), LOCAL)
