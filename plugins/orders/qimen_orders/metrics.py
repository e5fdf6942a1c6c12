"""Metrics of orders (DOMAIN.md §5): each is two sets of rows, never a stored percentage.

They span every owner's orders, each owner's only where its plugin is on and its orders are seen.
Not accepted ones are left out; what is open and not yet due is in neither set.
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime, time

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select

from qimen_core import Context, Measure, Metric, Period, scoped
from qimen_core.clock import LOCAL
from qimen_core.i18n import translations
from qimen_core.org.paths import under
from qimen_orders.models import Order, OrderClock
from qimen_orders.rules import ClockKind
from qimen_orders.states import Result, Satisfaction, State

__all__ = ["METRICS", "PERMISSION", "seen_orders"]

_ = translations("qimen_orders")

PERMISSION = "orders.metric.read"

_order = Order.__table__.c  # type: ignore[attr-defined]
_clock = OrderClock.__table__.c  # type: ignore[attr-defined]

_DUE = _("按到期时间")
_CLOSED = _("按办结时间")
_REPLIED = _("按答复时间")


def seen_orders(ctx: Context) -> ColumnElement[bool]:
    """Return the condition "an order that its owner shows to this actor"."""
    owners = [
        name
        for name in ctx.qimen.registry.plugins
        if _reads(name) in ctx.qimen.registry.permissions
    ]
    return or_(
        false(),
        *(
            and_(_order.owner == name, ctx.visible(_reads(name), _order.org_path))
            for name in owners
        ),
    )


def _reads(owner: str) -> str:
    return f"{owner}.order.read"


def _orders(ctx: Context, unit: str, *conditions: ColumnElement[bool]) -> Select[tuple[int]]:
    statement = select(_order.id).where(
        seen_orders(ctx), _order.state != State.NOT_ACCEPTED, *conditions
    )
    if unit:
        statement = statement.where(under(_order.org_path, unit))
    return scoped(statement, ctx, PERMISSION, _order.org_path)


def _within(
    moment: ColumnElement[datetime], period: Period | None
) -> Iterable[ColumnElement[bool]]:
    """Return the conditions "falls into the period", none for all time."""
    if period is None:
        return ()
    return (moment >= _midnight(period.start), moment < _midnight(period.end))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), LOCAL)


def _timed(kind: ClockKind, late: bool | None) -> Callable[..., Select[tuple[int]]]:
    """Return the rows whose clock has been decided: stopped, or overdue."""

    def rows(ctx: Context, unit: str, period: Period | None) -> Select[tuple[int]]:
        overdue = and_(_clock.stopped_at.is_(None), _clock.due_at < ctx.now)
        conditions = [_clock.kind == kind.value, *_within(_clock.due_at, period)]
        if late is None:
            conditions.append(or_(_clock.stopped_at.is_not(None), overdue))
        elif late:
            conditions.append(or_(_clock.stopped_at > _clock.due_at, overdue))
        else:
            conditions.append(_clock.stopped_at <= _clock.due_at)
        decided = select(_clock.order_id).where(*conditions)
        return _orders(ctx, unit, _order.id.in_(decided))

    return rows


def _timed_measure(kind: ClockKind, late: bool) -> Callable[..., Measure]:
    above, below = _timed(kind, late), _timed(kind, None)

    def measure(ctx: Context, unit: str, period: Period | None) -> Measure:
        return Measure(above(ctx, unit, period), below(ctx, unit, period))

    return measure


def _answered(column: ColumnElement[str], wanted: tuple[str, ...]) -> Callable[..., Measure]:
    """Return the measure "gave one of these answers / gave an answer"."""

    def measure(ctx: Context, unit: str, period: Period | None) -> Measure:
        ended = func.coalesce(_order.closed_at, _order.evaluated_at, type_=_order.closed_at.type)
        inside = tuple(_within(ended, period))
        return Measure(
            _orders(ctx, unit, column.in_(wanted), *inside),
            _orders(ctx, unit, column != "", *inside),
        )

    return measure


def _called_back(ctx: Context, unit: str, period: Period | None) -> Measure:
    due = (_order.replied_at.is_not(None), *_within(_order.replied_at, period))
    return Measure(
        _orders(ctx, unit, _order.evaluated_at.is_not(None), *due), _orders(ctx, unit, *due)
    )


def _closed(ctx: Context, unit: str, period: Period | None) -> Measure:
    """Closed among those that should be: closed already, or past the handling limit."""
    clocks = select(_clock.order_id).where(
        _clock.kind == ClockKind.HANDLING.value, *_within(_clock.due_at, period)
    )
    overdue = clocks.where(_clock.due_at < ctx.now)
    closed = _order.state == State.CLOSED
    return Measure(
        _orders(ctx, unit, closed, _order.id.in_(clocks)),
        _orders(ctx, unit, or_(and_(closed, _order.id.in_(clocks)), _order.id.in_(overdue))),
    )


_SATISFIED = (Satisfaction.SATISFIED.value, Satisfaction.FAIRLY.value)

METRICS: tuple[Metric, ...] = (
    Metric(
        "orders_response_rate",
        _("响应率"),
        _timed_measure(ClockKind.RESPONSE, late=False),
        PERMISSION,
        _DUE,
    ),
    Metric(
        "orders_on_time_rate",
        _("按时办结率"),
        _timed_measure(ClockKind.HANDLING, late=False),
        PERMISSION,
        _DUE,
    ),
    Metric(
        "orders_overdue_rate",
        _("超时率"),
        _timed_measure(ClockKind.HANDLING, late=True),
        PERMISSION,
        _DUE,
    ),
    Metric("orders_closed_rate", _("结案率"), _closed, PERMISSION, _DUE),
    Metric("orders_callback_rate", _("回访率"), _called_back, PERMISSION, _REPLIED),
    Metric(
        "orders_solved_rate",
        _("解决率"),
        _answered(_order.result, (Result.SOLVED.value,)),
        PERMISSION,
        _CLOSED,
    ),
    Metric(
        "orders_satisfied_rate",
        _("满意率"),
        _answered(_order.satisfaction, _SATISFIED),
        PERMISSION,
        _CLOSED,
    ),
)
