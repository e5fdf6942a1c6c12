"""A calendar edit recounts the clocks that run: the stored due times follow the derived ones."""

import hashlib

from sqlalchemy import select, update

from qimen_core import Context, UnitOfWork, unit_of_work
from qimen_core.i18n import translations
from qimen_core.jobs import RunningJob
from qimen_core.models import Workday
from qimen_orders.clock_rows import save_clocks
from qimen_orders.clocks import Clock, pressing_due, recounted
from qimen_orders.dossier import Dossier
from qimen_orders.effects import Deed
from qimen_orders.events import Event
from qimen_orders.foretelling import deadline_text
from qimen_orders.history import write_line
from qimen_orders.inputs import Inputs
from qimen_orders.limits import CLOCK_LABELS
from qimen_orders.models import Order, OrderClock, OrderMark
from qimen_orders.rules import find_transition
from qimen_orders.situation import Situation
from qimen_orders.walking import ENGINE, walk

__all__ = ["recount", "recount_order"]

_ = translations("qimen_orders")

_CALENDAR = "calendar"
_order = Order.__table__.c  # type: ignore[attr-defined]
_clock = OrderClock.__table__.c  # type: ignore[attr-defined]
_day = Workday.__table__.c  # type: ignore[attr-defined]


def recount(job: RunningJob) -> None:
    """Derive every running clock's due time anew when the work calendar is another one.

    Begun again after a crash it counts the same again and changes nothing twice: only a due time
    that differs is written, and the calendar is remembered at the end.
    """
    with job.context() as ctx:
        print_now = _fingerprint(ctx)
        if print_now == _remembered(ctx):
            return
        counting = select(_clock.order_id).where(
            _clock.stopped_at.is_(None), _clock.order_id == _order.id
        )
        for done, (order_id, owner, path) in enumerate(walk(ctx, counting.exists()), start=1):
            if ctx.can(f"{owner}.order.{Event.RECOUNT}", path):
                _one(ctx, order_id, owner, path)
            job.progress(done)
        with unit_of_work(ctx, "orders.clock.recount", permission=ENGINE) as uow:
            mark = uow.session.get(OrderMark, _CALENDAR) or OrderMark(name=_CALENDAR)
            mark.value = print_now
            uow.session.add(mark)


def recount_order(uow: UnitOfWork, order_id: int) -> bool:
    """Derive one order's due times anew, say so in its history, and return whether any changed."""
    order = uow.session.get_one(Order, order_id)
    now = Dossier(uow.ctx, order, uow.ctx.qimen.clock.now())
    row = find_transition(order.state, Event.RECOUNT)
    fresh = [recounted(c, now.calendar) if c.runs else c for c in now.clocks]
    changed = [(old, new) for old, new in zip(now.clocks, fresh, strict=True) if old != new]
    if row is None or not changed:
        return False
    values = {"due_at": pressing_due(fresh), "version": order.version + 1}
    mine = update(Order).where(Order.id == order.id, Order.version == order.version)  # type: ignore[arg-type]
    if not uow.claim(mine.values(**values)):
        return False  # somebody moved it meanwhile; the next run counts it again
    save_clocks(uow.session, order, now.clocks, fresh)
    uow.session.flush()
    uow.session.refresh(order)
    inputs = Inputs()
    deed = Deed(uow, now, row, inputs, Situation(inputs, now.at))
    write_line(deed, order.state, "；".join(_said(old, new) for old, new in changed))
    return True


def _one(ctx: Context, order_id: int, owner: str, path: str) -> None:
    action, subject = f"{owner}.order.{Event.RECOUNT}", f"orders_order:{order_id}"
    with unit_of_work(ctx, action, subject=subject, unit=path) as uow:
        recount_order(uow, order_id)


def _said(old: Clock, new: Clock) -> str:
    text = _("{clock}由 {old} 改为 {new}")
    label = CLOCK_LABELS[old.kind]
    before, after = (deadline_text(c.due_at) if c.due_at else "—" for c in (old, new))
    return text.format(clock=label, old=before, new=after)


def _fingerprint(ctx: Context) -> str:
    rows = ctx.session.execute(select(_day.day, _day.is_workday).order_by(_day.day))
    text = "\n".join(f"{day} {worked}" for day, worked in rows)
    return hashlib.sha256(text.encode()).hexdigest()


def _remembered(ctx: Context) -> str:
    mark = ctx.session.get(OrderMark, _CALENDAR)
    return mark.value if mark is not None else ""
