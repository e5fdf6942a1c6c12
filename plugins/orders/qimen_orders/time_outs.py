"""What time does by itself: suspensions end, ladders widen, call-backs run out."""

from sqlalchemy import ColumnElement, select

from qimen_core import Conflict, Context, InvalidInput, unit_of_work
from qimen_core.jobs import RunningJob
from qimen_orders.events import Event
from qimen_orders.models import Order, OrderClock
from qimen_orders.rules import ClockKind
from qimen_orders.services import move
from qimen_orders.states import State
from qimen_orders.walking import walk

__all__ = ["pass_time"]

_order = Order.__table__.c  # type: ignore[attr-defined]
_clock = OrderClock.__table__.c  # type: ignore[attr-defined]


def pass_time(job: RunningJob) -> None:
    """Make the moves that only the system makes, each in its own unit of work.

    Run twice, or begun again after a crash, it makes each of them once: the guards look at the
    clock and the state, and an order that was moved is no longer found.
    """
    with job.context() as ctx:
        done = 0
        for event, waits in _waiting(ctx):
            for order_id, owner, path in walk(ctx, waits):
                if ctx.can(f"{owner}.order.{event}", path):
                    _move(ctx, order_id, owner, path, event)
                done += 1
                job.progress(done)


def _waiting(ctx: Context) -> list[tuple[Event, ColumnElement[bool]]]:
    """Return each event with the orders it may concern; its guards have the last word."""
    overdue = select(_clock.order_id).where(
        _clock.order_id == _order.id,
        _clock.kind == ClockKind.CLAIM.value,
        _clock.stopped_at.is_(None),
        _clock.due_at <= ctx.now,
    )
    return [
        (Event.RESUME, (_order.state == State.SUSPENDED) & (_order.hold_until <= ctx.now)),
        (Event.WIDEN, (_order.state == State.WHISTLED) & overdue.exists()),
        (Event.TIME_OUT, (_order.state == State.REPLIED) & (_order.replied_at < ctx.now)),
    ]


def _move(ctx: Context, order_id: int, owner: str, path: str, event: Event) -> None:
    action, subject = f"{owner}.order.{event}", f"orders_order:{order_id}"
    try:
        with unit_of_work(ctx, action, subject=subject, unit=path) as uow:
            move(uow, order_id, event)
    except (InvalidInput, Conflict):
        return  # not yet, or somebody was first
