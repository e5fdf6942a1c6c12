"""Metrics of orders (DOMAIN.md §5): each is two sets of rows, never a stored percentage.

They span every owner's orders, each owner's only where its plugin is on and its orders are seen.
Not accepted, merged and redirected ones are left out, and so are the parts of a joint order, which
is counted once; what is open and not yet due is in neither set.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, datetime, time
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select

from qimen_core import Context, Measure, Metric, Period, scoped
from qimen_core.clock import LOCAL
from qimen_core.i18n import translations
from qimen_core.org.paths import under
from qimen_orders.conditions import happened
from qimen_orders.events import Event
from qimen_orders.models import Order, OrderClock
from qimen_orders.rules import ClockKind
from qimen_orders.settings import OrderSettings
from qimen_orders.states import ASIDE_STATES, Result, Satisfaction, State

__all__ = ["METRICS", "PERMISSION", "seen_orders"]

_ = translations("qimen_orders")

PERMISSION = "orders.metric.read"

_order = Order.__table__.c  # type: ignore[attr-defined]
_clock = OrderClock.__table__.c  # type: ignore[attr-defined]

_DUE = _("按到期时间")
_CLOSED = _("按办结时间")
_REPLIED = _("按答复时间")
_EVALUATED = _("按评价时间")
_BY_RECEIPT = _("按收到时间")


class Decided(NamedTuple):
    """Two sets of order ids: those of which a clock has been decided, and the late ones."""

    all: Select[tuple[int]]
    late: Select[tuple[int]]


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
        seen_orders(ctx),
        _order.state.not_in([state.value for state in ASIDE_STATES]),
        _order.parent_id.is_(None),
        *conditions,
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


def _decided(ctx: Context, kind: ClockKind, period: Period | None) -> Decided:
    """Return the orders of which a clock has been decided, and those of which one was late.

    A clock is decided when it has stopped or its time has passed. Of several rounds each must be in
    time for the order to be.
    """
    overdue = and_(_clock.stopped_at.is_(None), _clock.due_at < ctx.now)
    mine = select(_clock.order_id).where(_clock.kind == kind.value, *_within(_clock.due_at, period))
    return Decided(
        mine.where(or_(_clock.stopped_at.is_not(None), overdue)),
        mine.where(or_(_clock.stopped_at > _clock.due_at, overdue)),
    )


def _timed(
    kind: ClockKind, *, late: bool, elsewhere: bool = False
) -> Callable[[Context, str, Period | None], Measure]:
    """Return the measure "in time", or "late", among those decided.

    Args:
        kind: Which clock.
        late: Count the late ones.
        elsewhere: Only those that another unit than their own took the lead of.
    """

    def measure(ctx: Context, unit: str, period: Period | None) -> Measure:
        decided = _decided(ctx, kind, period)
        some = (_order.lead_id != _order.org_id,) if elsewhere else ()
        wanted = _order.id.in_(decided.late) if late else _order.id.not_in(decided.late)
        below = (_order.id.in_(decided.all), *some)
        return Measure(_orders(ctx, unit, wanted, *below), _orders(ctx, unit, *below))

    return measure


def _share(
    wanted: ColumnElement[bool],
    among: ColumnElement[bool],
    moment: ColumnElement[datetime] = _order.submitted_at,
) -> Callable[[Context, str, Period | None], Measure]:
    """Return the measure "wanted among these", by a date of the order."""

    def measure(ctx: Context, unit: str, period: Period | None) -> Measure:
        below = (among, *_within(moment, period))
        return Measure(_orders(ctx, unit, wanted, *below), _orders(ctx, unit, *below))

    return measure


def _count(
    wanted: ColumnElement[bool], moment: ColumnElement[datetime] = _order.submitted_at
) -> Callable[[Context, str, Period | None], Measure]:
    def measure(ctx: Context, unit: str, period: Period | None) -> Measure:
        return Measure(_orders(ctx, unit, wanted, *_within(moment, period)))

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


def _solved(ctx: Context, unit: str, period: Period | None) -> Measure:
    """Solved among those who answered; partly is half a solved one where the unit says so."""
    solved = _answered(_order.result, (Result.SOLVED.value,))(ctx, unit, period)
    # Without a unit the figure is that of the actor's own reach, and so is the rule.
    reach = ctx.reach(PERMISSION)
    where = unit or (reach[0] if len(reach) == 1 else "")
    if not ctx.setting(OrderSettings, where).partly_counts_half:
        return solved
    partly = _answered(_order.result, (Result.PARTLY.value,))(ctx, unit, period)
    return replace(solved, half=partly.numerator)


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
_RECEIVED = _order.submitted_at.is_not(None)
# Dispatched here. An order that came with its past was sent on elsewhere, if at all: whether it
# was returned there nobody knows, and it has no clock of being claimed.
_DISPATCHED = (
    _order.dispatched_at.is_not(None)
    & select(_clock.id)
    .where(_clock.order_id == _order.id, _clock.kind == ClockKind.CLAIM.value)
    .exists()
)
_CALLED = _order.evaluated_at.is_not(None) & (_order.result != "")

# Name, label, measure, and the date by which a row falls into a period.
_ROWS: tuple[tuple[str, str, Callable[..., Measure], str], ...] = (
    ("received", _("收到件数"), _count(_RECEIVED), _BY_RECEIPT),
    ("response_rate", _("响应率"), _timed(ClockKind.RESPONSE, late=False), _DUE),
    ("on_time_rate", _("按时办结率"), _timed(ClockKind.HANDLING, late=False), _DUE),
    (
        "dispatched_on_time_rate",
        _("转办按时办结率"),
        _timed(ClockKind.HANDLING, late=False, elsewhere=True),
        _DUE,
    ),
    ("overdue_rate", _("超时率"), _timed(ClockKind.HANDLING, late=True), _DUE),
    ("closed_rate", _("结案率"), _closed, _DUE),
    (
        "own_rate",
        _("自办率"),
        _share(_order.replied_at.is_not(None) & (_order.lead_id == _order.org_id), _RECEIVED),
        _BY_RECEIPT,
    ),
    (
        "callback_rate",
        _("回访率"),
        _share(_CALLED, _order.replied_at.is_not(None), _order.replied_at),
        _REPLIED,
    ),
    ("solved_rate", _("解决率"), _solved, _CLOSED),
    ("satisfied_rate", _("满意率"), _answered(_order.satisfaction, _SATISFIED), _CLOSED),
    (
        "not_evaluated",
        _("未评价件数"),
        _count(_order.evaluated_at.is_not(None) & (_order.satisfaction == ""), _order.evaluated_at),
        _EVALUATED,
    ),
    ("return_rate", _("退单率"), _share(happened(Event.RETURN), _DISPATCHED), _BY_RECEIPT),
    (
        "first_time_rate",
        _("派单准确率"),
        _share(_order.claimed_at.is_not(None) & ~happened(Event.RETURN), _DISPATCHED),
        _BY_RECEIPT,
    ),
    (
        "claimed_rate",
        _("接单率"),
        _share(_order.claimed_at.is_not(None), happened(Event.WHISTLE)),
        _BY_RECEIPT,
    ),
    ("supervised_rate", _("督办率"), _share(_order.level > 0, _RECEIVED), _BY_RECEIPT),
)

METRICS: tuple[Metric, ...] = tuple(
    Metric(f"orders_{name}", label, measure, PERMISSION, basis)
    for name, label, measure, basis in _ROWS
)
