"""The answer to a petition: giving it, and what everybody may read of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ScalarSelect, and_, func, select
from sqlalchemy.orm import aliased

from qimen_core import Context, scope, unit_of_work
from qimen_orders import Event, Inputs, Order, OrderHistory, State, may_undo
from qimen_orders import move as move_order
from qimen_petitions.answering.forms import ReplyForm
from qimen_petitions.answering.models import Answer
from qimen_petitions.answering.templates import templates_at
from qimen_petitions.models import Petition
from qimen_petitions.sealing import blot
from qimen_petitions.services import OWNER, check_may

__all__ = ["PublicAnswer", "answer", "is_private", "public_answer", "public_answers"]

REPLY = f"{OWNER}.order.{Event.REPLY}"
READ = f"{OWNER}.order.read"
_STANDING = (State.REPLIED, State.EVALUATED, State.CLOSED)
_order: Any = Order.__table__.c  # type: ignore[attr-defined]
_line: Any = OrderHistory.__table__.c  # type: ignore[attr-defined]
_answer: Any = Answer.__table__.c  # type: ignore[attr-defined]
_petition: Any = Petition.__table__.c  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class PublicAnswer:
    """A reply that everybody may read.

    Attributes:
        order_id: Whose.
        text: Its words, the complainant's own name and number taken out; names of others that a
            clerk wrote into it are still there.
        at: When it was given, aware.
        unit: The name of the unit that gave it.
    """

    order_id: int
    text: str
    at: datetime
    unit: str


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
                line_id=line_id,
                org_id=order.org_id,
                org_path=order.org_path,
                private=typed.private,
                template_id=typed.template if typed.template in known else None,
            )
        )
        return may_undo(uow, order, Event.REPLY)


def is_private(ctx: Context, order_id: int) -> bool:
    """Say whether the standing reply of a petition in the actor's reach is for its resident only.

    A sealed petition's always is.
    """
    with scope(ctx.session, ctx, READ):
        petition = ctx.session.get(Petition, order_id)
        if petition is None or petition.sealed:
            return True
        marked = select(Answer.private).where(  # type: ignore[call-overload]
            _answer.line_id == _newest_reply(order_id)
        )
        return bool(ctx.session.scalar(marked))


def public_answer(ctx: Context, order_id: int) -> PublicAnswer | None:
    """Return the reply to a petition as everybody may read it.

    None where there is none that stands (not yet given, taken back, being handled anew), where it
    was marked as not public, and for every sealed petition. It asks for no right of the reader:
    whoever shows it decides on which page.
    """
    return public_answers(ctx, [order_id]).get(order_id)


def public_answers(ctx: Context, order_ids: Sequence[int]) -> dict[int, PublicAnswer]:
    """Return the public replies of several petitions by order, see :func:`public_answer`."""
    wanted = (
        select(Order.id, OrderHistory.public_text, OrderHistory.at, Order.lead_name, Petition)  # type: ignore[call-overload]
        .select_from(Order)
        .join(
            OrderHistory,
            and_(_line.order_id == _order.id, _line.id == _newest_reply(_order.id)),
        )
        .join(Petition, _petition.order_id == _order.id)
        .outerjoin(Answer, _answer.line_id == _line.id)
        .where(
            _order.id.in_(list(order_ids)),
            _order.owner == OWNER,
            _order.state.in_([state.value for state in _STANDING]),
            _petition.sealed.is_(False),
            _answer.private.is_not(True),
        )
    )
    everything = ctx.qimen.system_context(ctx.session)
    with scope(ctx.session, everything, READ):
        rows = ctx.session.execute(wanted).all()
        return {
            order_id: PublicAnswer(order_id, _without(petition, text), at, lead)
            for order_id, text, at, lead, petition in rows
        }


def _newest_reply(order_id: Any) -> ScalarSelect[int]:
    """Return the id of the last reply's line; the order's state says whether it stands."""
    line = aliased(OrderHistory.__table__)  # type: ignore[attr-defined]
    newest = select(func.max(line.c.id)).where(
        line.c.order_id == order_id, line.c.event == Event.REPLY.value
    )
    return newest.scalar_subquery()


def _without(petition: Petition, text: str) -> str:
    name = petition.name.reveal() if petition.name else ""
    phone = petition.phone.reveal() if petition.phone else ""
    return blot(text, name, phone)
