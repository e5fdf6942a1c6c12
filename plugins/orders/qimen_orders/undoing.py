"""Taking back the move just made, where that is honest: the table says of which moves it is."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from qimen_core import Conflict, UnitOfWork, UTCDateTime
from qimen_core.i18n import translations
from qimen_orders.events import EVENT_LABELS, UNDO, Event
from qimen_orders.history import CLOCKS, last_line, tell
from qimen_orders.loans import settle_loans
from qimen_orders.models import Order, OrderClock, OrderHistory, OrderTaker
from qimen_orders.rules import find_transition
from qimen_orders.services import load_order
from qimen_orders.settings import OrderSettings

__all__ = ["may_undo", "undo"]

_ = translations("qimen_orders")


def undo(uow: UnitOfWork, order_id: int, event: Event) -> Order:
    """Take the last move of an order back and return the order as it stood before.

    Its columns, clocks and parts are put back as they were; the history keeps the move and gets a
    line that says it was taken back. The clocks have run on meanwhile: nothing is gained by it.

    Args:
        uow: The owner's unit of work, opened with ``<owner>.order.<event>``.
        order_id: Which order.
        event: The move to take back.

    Raises:
        NotFound, Forbidden: As for the move itself.
        Conflict: Something happened since, it was somebody else's move, or it is too late.
    """
    order = load_order(uow, order_id, event)
    line, now = last_line(uow.session, order_id), uow.ctx.qimen.clock.now()
    if line is None or not _may_be_undone(uow, order, line, event, now):
        text = _("{number} 的“{event}”不能再撤销：已超过可撤销时间，或之后又有变动")
        raise Conflict(text.format(number=order.number, event=EVENT_LABELS[event]))
    source = order.state
    won = uow.claim(
        update(Order)
        .where(Order.id == order.id, Order.version == order.version)  # type: ignore[arg-type]
        .values(**_stored(line.before or {}), version=order.version + 1)
    )
    if not won:
        text = _("{number} 刚刚又有变动，不能再撤销")
        raise Conflict(text.format(number=order.number))
    _turn_back(uow, line)
    uow.session.refresh(order)
    _write_line(uow, order, source, line, now)
    settle_loans(uow, order, event)
    return order


def may_undo(uow: UnitOfWork, order: Order, event: Event) -> bool:
    """Say whether the move just made by ``event`` may be taken back for some seconds."""
    line = last_line(uow.session, order.id or 0)
    now = uow.ctx.qimen.clock.now()
    return line is not None and _may_be_undone(uow, order, line, event, now)


def _may_be_undone(
    uow: UnitOfWork, order: Order, line: OrderHistory, event: Event, now: datetime
) -> bool:
    row = find_transition(line.source, line.event)
    seconds = uow.ctx.setting(OrderSettings, order.org_path).undo_seconds
    return (
        line.event == event
        and row is not None
        and row.undo
        and line.before is not None
        and line.actor_id == uow.ctx.actor.user_id
        and now - line.at <= timedelta(seconds=seconds)
    )


def _stored(before: dict[str, Any]) -> dict[str, object]:
    """Return the columns as the order holds them; JSON has no moments."""
    columns = Order.__table__.c  # type: ignore[attr-defined]
    return {
        name: datetime.fromisoformat(value)
        if isinstance(value, str) and _is_moment(columns[name])
        else value
        for name, value in before.items()
        if name != CLOCKS
    }


def _is_moment(column: Any) -> bool:
    return isinstance(column.type, UTCDateTime)


def _turn_back(uow: UnitOfWork, line: OrderHistory) -> None:
    """Put back clocks and assists: what the move began is gone, what it ended goes on."""
    ended: dict[str, Any] = (line.before or {}).get(CLOCKS, {})  # type: ignore[assignment]
    clocks = select(OrderClock).where(OrderClock.order_id == line.order_id)  # type: ignore[arg-type]
    for clock in uow.session.scalars(clocks).all():
        if str(clock.id) not in ended:
            uow.session.delete(clock)
        elif ended[str(clock.id)] is None:
            clock.stopped_at = None
            uow.session.add(clock)
    if line.event == Event.DISPATCH:
        _call_assists_back(uow, line)
    uow.session.flush()


def _call_assists_back(uow: UnitOfWork, line: OrderHistory) -> None:
    parts = select(OrderTaker).where(OrderTaker.order_id == line.order_id)  # type: ignore[arg-type]
    for part in uow.session.scalars(parts).all():
        if part.since == line.at:
            uow.session.delete(part)
        elif part.until == line.at:
            part.state, part.until = "open", None
            uow.session.add(part)


def _write_line(
    uow: UnitOfWork, order: Order, source: str, line: OrderHistory, now: datetime
) -> None:
    assert order.id is not None
    uow.session.add(
        OrderHistory(
            order_id=order.id,
            org_id=order.org_id,
            org_path=order.org_path,
            at=now,
            event=UNDO,
            source=source,
            target=order.state,
            round=order.round,
            actor_id=uow.ctx.actor.user_id,
            actor_name=uow.ctx.actor.name,
            detail=_("撤销“{event}”").format(event=EVENT_LABELS[line.event]),
        )
    )
    tell(uow, order, UNDO, source)
    uow.session.flush()
