"""Use cases of petitions: moving one on; how it is taken down stands in :mod:`.registering`."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.exc import IntegrityError

from qimen_core import (
    Conflict,
    Context,
    Forbidden,
    InvalidInput,
    RowRef,
    UnitOfWork,
    scope,
    translations,
    unit_of_work,
)
from qimen_core.messages.queueing import withdraw_messages
from qimen_core.org.queries import get_unit
from qimen_orders import (
    Event,
    Inputs,
    Order,
    State,
    find_order,
    may_undo,
    split,
    start_part,
    undo,
)
from qimen_orders import move as move_order
from qimen_petitions.categories import leaf_category
from qimen_petitions.registering import (
    CREATE,
    OWNER,
    NewPetition,
    Registered,
    code_hash,
    create_petition,
    draft_petition,
    sent_before,
    title_of,
)
from qimen_petitions.routing.applying import accept_by_rule
from qimen_petitions.standing import check_unbiased

__all__ = [
    "CREATE",
    "OWNER",
    "NewPetition",
    "Registered",
    "check_may",
    "check_reveal",
    "code_hash",
    "create_petition",
    "draft_petition",
    "may_reveal",
    "move",
    "register",
    "split_petition",
    "take_back",
    "version_of",
]

_ = translations("qimen_petitions")

READ = f"{OWNER}.order.read"
REVEAL = f"{OWNER}.order.reveal"
# From taking it on until the resident has said how it went.
_HANDLED = (State.IN_PROGRESS, State.SUSPENDED, State.REPLIED)


def register(
    ctx: Context, new: NewPetition, permission: str = CREATE, at: datetime | None = None
) -> Registered:
    """Take a petition down in one unit of work and return its number and code.

    Args:
        ctx: Who takes it down.
        new: What was said.
        permission: The right to write it; ``petitions.order.submit`` for the public form.
        at: When it came in; now when left out.

    Raises:
        NotFound: The unit is out of reach, or petitions are off there.
        InvalidInput: A field cannot be taken.
    """
    with scope(ctx.session, ctx, permission):
        unit = get_unit(ctx, new.unit_id)
        known = sent_before(ctx, new.key)
    if known is not None:
        return known
    try:
        with unit_of_work(ctx, CREATE, permission=permission, unit=unit.path) as uow:
            made = create_petition(uow, new, at)
            uow.subject = f"orders_order:{made.order_id}"
    except IntegrityError:  # the same form was sent twice at the same moment
        with scope(ctx.session, ctx, permission):
            known = sent_before(ctx, new.key)
        if known is None:
            raise
        return known
    return made


def move(
    ctx: Context,
    order_id: int,
    event: Event,
    inputs: Inputs | None = None,
    at: datetime | None = None,
) -> bool:
    """Move a petition's order by one event, in one unit of work.

    Returns whether the move may be taken back for some seconds.

    Raises:
        NotFound, Forbidden, Conflict, InvalidInput: As ``qimen_orders.move``.
    """
    unit = check_may(ctx, order_id, event)
    permission = f"{OWNER}.order.{event}"
    subject = f"orders_order:{order_id}"
    sent = None
    with unit_of_work(ctx, permission, subject=subject, unit=unit) as uow:
        if inputs is not None and inputs.category:
            inputs = _with_limits(uow, inputs)
        if event is Event.ACCEPT:
            order, sent = accept_by_rule(uow, order_id, inputs or Inputs(), at)
        else:
            order = move_order(uow, order_id, event, inputs, at)
        undoable = may_undo(uow, order, event)
    return undoable if sent is None else not _sent_on(ctx, order_id, sent, at)


def _sent_on(ctx: Context, order_id: int, sent: Inputs, at: datetime | None) -> bool:
    """Dispatch an order as its rule says, and return whether that went through.

    Its own unit of work, so that the audit tells it from accepting. Where somebody was quicker or
    the lead has just gone, the rule's word stays what it is without the setting: a proposal.
    """
    try:
        move(ctx, order_id, Event.DISPATCH, sent, at)
    except (Conflict, InvalidInput):
        return False
    return True


def take_back(ctx: Context, order_id: int, event: Event) -> None:
    """Take back the move just made, in one unit of work.

    Raises:
        NotFound, Forbidden, Conflict: As ``qimen_orders.undo``.
    """
    unit = check_may(ctx, order_id, event)
    permission = f"{OWNER}.order.{event}"
    action, subject = f"{OWNER}.order.undo", f"orders_order:{order_id}"
    with unit_of_work(ctx, action, permission=permission, subject=subject, unit=unit) as uow:
        undo(uow, order_id, event)
        withdraw_messages(uow, subject)


def split_petition(ctx: Context, order_id: int, title: str, taker: str) -> int:
    """Split off one part of a petition, send it to its taker, and return the part's id.

    Raises:
        NotFound, Forbidden, Conflict, InvalidInput: As ``qimen_orders.move``.
    """
    unit = check_may(ctx, order_id, Event.SPLIT)
    permission = f"{OWNER}.order.{Event.SPLIT}"
    subject = f"orders_order:{order_id}"
    with unit_of_work(ctx, permission, subject=subject, unit=unit) as uow:
        whole = split(uow, order_id, [title])
        new = NewPetition(
            unit_id=whole.org_id,
            content=title,
            title=title_of(title),
            place=whole.place,
            category=whole.category,
            channel=whole.channel,
            parent_id=order_id,
        )
        made = draft_petition(uow, new)
        start_part(uow, made.order_id, taker)
        return made.order_id


def check_may(ctx: Context, order_id: int, verb: str) -> str:
    """Return the path of a petition's unit, where the actor may do ``verb``.

    Raises:
        NotFound: There is no such petition in reach.
        Forbidden: It is in reach, but the right is missing.
    """
    found = find_order(ctx, order_id, READ)
    ctx.require_on(f"{OWNER}.order.{verb}", found, see=READ)
    check_unbiased(ctx, order_id, verb)
    return found.path


def check_reveal(ctx: Context, order_id: int) -> None:
    """Let the desk see a resident's name and number in full, and of those who borrow the lead.

    A unit that was only asked whether it would take the matter on, or that helps, needs no number.

    Raises:
        NotFound, Forbidden: As :func:`check_may`; the order was handed over and somebody else
            leads it, or nobody has taken it on yet.
    """
    if not may_reveal(ctx, find_order(ctx, order_id, READ)):
        check_may(ctx, order_id, "reveal")
        raise Forbidden(_("接单以后，由主办单位查看诉求人的联系方式"))
    check_unbiased(ctx, order_id, "reveal")


def may_reveal(ctx: Context, found: RowRef) -> bool:
    """Say whether the actor may see a resident's name and number in full."""
    if ctx.can(REVEAL, found.path):
        return True
    if not ctx.can_on(REVEAL, found):
        return False
    with scope(ctx.session, ctx, READ):
        order = ctx.session.get(Order, found.row_id)
    everything = ctx.qimen.system_context(ctx.session)
    if order is None or order.lead_id is None or order.state not in _HANDLED:
        return False
    with scope(ctx.session, everything, "core.org.read"):
        lead = get_unit(everything, order.lead_id)
    return ctx.can(REVEAL, lead.path)


def version_of(ctx: Context, order_id: int) -> int:
    """Return how often a petition's order was changed, 0 where it is out of reach."""
    with scope(ctx.session, ctx, f"{OWNER}.order.read"):
        order = ctx.session.get(Order, order_id)
        return order.version if order is not None else 0


def _with_limits(uow: UnitOfWork, inputs: Inputs) -> Inputs:
    """Let a newly chosen category bring its kind and urgency along."""
    category = leaf_category(uow.session, inputs.category)
    return replace(inputs, kind=category.kind, urgent=category.urgent)
