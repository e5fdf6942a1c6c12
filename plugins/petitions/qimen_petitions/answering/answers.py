"""Giving the answer to a petition. What everybody may read of it is in :mod:`..published`."""

from typing import Any

from sqlalchemy import select

from qimen_core import Context, unit_of_work
from qimen_orders import Event, Inputs, OrderHistory, may_undo
from qimen_orders import move as move_order
from qimen_petitions.answering.forms import ReplyForm
from qimen_petitions.answering.models import Answer
from qimen_petitions.answering.templates import templates_at
from qimen_petitions.services import OWNER, check_may

__all__ = ["answer"]

REPLY = f"{OWNER}.order.{Event.REPLY}"
_line: Any = OrderHistory.__table__.c  # type: ignore[attr-defined]


def answer(ctx: Context, order_id: int, typed: ReplyForm) -> bool:
    """Reply to a petition in one unit of work; return whether it may be taken back for a while.

    Raises:
        NotFound, Forbidden, Conflict, InvalidInput: As ``qimen_orders.move``.
    """
    unit = check_may(ctx, order_id, Event.REPLY)
    known = {each.id for each in templates_at(ctx, unit)} if typed.template else set()
    subject = f"orders_order:{order_id}"
    with unit_of_work(ctx, REPLY, subject=subject, unit=unit) as uow:
        inputs = Inputs(public_text=typed.public_text, note=typed.note)
        order = move_order(uow, order_id, Event.REPLY, inputs)
        lines = select(OrderHistory.id).where(  # type: ignore[call-overload]
            _line.order_id == order_id, _line.event == Event.REPLY.value
        )
        line_id = uow.session.scalars(lines.order_by(_line.id.desc()).limit(1)).one()
        uow.session.add(
            Answer(
                order_id=order_id,
                line_id=line_id,
                org_id=order.org_id,
                org_path=order.org_path,
                private=typed.private,
                template_id=typed.template if typed.template in known else None,
            )
        )
        return may_undo(uow, order, Event.REPLY)
