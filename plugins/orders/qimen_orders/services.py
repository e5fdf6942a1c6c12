"""Use cases on orders. The owner opens the unit of work; the database decides every race."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.exc import InvalidRequestError

from qimen_core import Conflict, Forbidden, InvalidInput, NotFound, UnitOfWork
from qimen_core.clock import local
from qimen_core.i18n import translations
from qimen_core.org.queries import Unit
from qimen_orders.clock_rows import save_clocks
from qimen_orders.clocks import pressing_due, turn
from qimen_orders.dossier import Dossier
from qimen_orders.effects import Deed, columns_of, follow_up
from qimen_orders.events import EVENT_LABELS, Event
from qimen_orders.gathering import situation_of
from qimen_orders.guards import check
from qimen_orders.history import detail_of, last_line, write_line
from qimen_orders.inputs import Inputs
from qimen_orders.loans import settle_loans
from qimen_orders.models import Order, OrderHistory
from qimen_orders.numbering import format_number, next_number
from qimen_orders.rules import find_transition
from qimen_orders.states import STATE_LABELS
from qimen_orders.turning import how_to_turn

__all__ = ["NewOrder", "create_order", "draft_order", "load_order", "move"]

_ = translations("qimen_orders")


@dataclass(frozen=True, slots=True)
class NewOrder:
    """A new order's facts.

    Args:
        owner: Name of the plugin whose order it is; permissions are ``<owner>.order.<event>``.
        title: One line, without names or numbers of people.
        kind: Key of the handling limit, one of ``KINDS``.
        category: The owner's category code.
        urgent: The matter cannot wait.
        channel: The owner's channel code.
        place: Where it is, in words.
        requester: Who asks, already masked.
        parent_id: The order that it is a part of, in a joint order.
    """

    owner: str
    title: str
    kind: str = "help"
    category: str = ""
    urgent: bool = False
    channel: str = ""
    place: str = ""
    requester: str = ""
    parent_id: int | None = None


def create_order(uow: UnitOfWork, unit: Unit, new: NewOrder, at: datetime | None = None) -> Order:
    """Write an order as a draft of ``unit`` and return it with its id and number.

    Args:
        uow: The owner's unit of work; its permission covers ``unit``.
        unit: Where the matter lies.
        new: The facts.
        at: When it came in; now when left out.
    """
    order = draft_order(uow, unit, new, at or uow.ctx.qimen.clock.now())
    uow.session.add(order)
    uow.session.flush()
    return order


def draft_order(uow: UnitOfWork, unit: Unit, new: NewOrder, at: datetime) -> Order:
    """Return a draft with its number, not yet written; see :func:`create_order`."""
    year = local(at).year
    sequence = next_number(uow, new.owner, unit.id, year)
    return Order(
        org_id=unit.id,
        org_path=unit.path,
        owner=new.owner,
        number=format_number(year, unit.code, unit.id, sequence),
        title=new.title.strip(),
        kind=new.kind,
        category=new.category,
        urgent=new.urgent,
        channel=new.channel,
        place=new.place.strip(),
        requester=new.requester,
        parent_id=new.parent_id,
        created_by=uow.ctx.actor.user_id,
        created_at=at,
    )


def move(
    uow: UnitOfWork,
    order_id: int,
    event: Event,
    inputs: Inputs | None = None,
    at: datetime | None = None,
) -> Order:
    """Move an order by one row of the transition table and return it as it then stands.

    State, columns, clocks, history and event are one transaction. The change is
    ``UPDATE … WHERE state = expected AND version = expected``: of two people one wins, the other
    reads a sentence. A move that is sent twice with one key is made once.

    Args:
        uow: The owner's unit of work, opened with ``<owner>.order.<event>``.
        order_id: Which order.
        event: What happens.
        inputs: What the person typed.
        at: When it happens; now when left out.

    Raises:
        NotFound: There is no such order in reach.
        Forbidden: The actor may not do this there.
        Conflict: The table has no such row from the order's state, or somebody was first.
        InvalidInput: A guard objects; one sentence per field.
    """
    at = at or uow.ctx.qimen.clock.now()
    inputs = inputs or Inputs()
    order = load_order(uow, order_id, event)
    if inputs.key and _done_before(uow, order, inputs.key):
        return order
    row = find_transition(order.state, event)
    if row is None:
        raise _refused(uow, order, event)
    now = Dossier(uow.ctx, order, at)
    situation = situation_of(now, row, inputs)
    errors = check(row.guards, situation)
    if errors:
        raise _changed_meanwhile(uow, order, event) or InvalidInput(errors)
    return _apply(Deed(uow, now, row, inputs, situation))


def load_order(uow: UnitOfWork, order_id: int, event: Event) -> Order:
    """Return an order that the actor may move by ``event``.

    Raises:
        NotFound: There is no such order in reach.
        Forbidden: The actor may not do this there.
    """
    order = uow.session.get(Order, order_id)
    if order is None:
        raise NotFound(_("没有找到该事项，或您无权办理"))
    if not uow.ctx.can_on(f"{order.owner}.order.{event}", order):
        raise Forbidden(_("您没有“{event}”的权限").format(event=EVENT_LABELS[event]))
    return order


def _done_before(uow: UnitOfWork, order: Order, key: str) -> bool:
    line = OrderHistory.__table__.c  # type: ignore[attr-defined]
    mine = line.actor_id == uow.ctx.actor.user_id
    sent = select(OrderHistory).where(line.order_id == order.id, line.key == key, mine)
    return uow.session.scalar(sent) is not None


def _changed_meanwhile(uow: UnitOfWork, order: Order, event: Event) -> Conflict | None:
    """Return the sentence for the slower of two people, if the order changed while it was read.

    The guards have then looked at facts of two moments, such as candidates that are settled by now:
    what they object to is that somebody else was first.
    """
    seen = order.version
    _look_again(uow, order)
    return _refused(uow, order, event) if order.version != seen else None


def _look_again(uow: UnitOfWork, order: Order) -> None:
    """Read an order anew; whoever borrowed it may have lost it to a quicker one meanwhile."""
    number = order.number
    try:
        uow.session.refresh(order)
    except InvalidRequestError as gone:
        text = _("{number} 刚刚已由其他单位接办，不再由您办理")
        raise Conflict(text.format(number=number)) from gone


def _refused(uow: UnitOfWork, order: Order, event: Event) -> Conflict:
    """Say where the order stands, and who brought it there."""
    last = last_line(uow.session, order.id or 0)
    values = {"number": order.number, "state": STATE_LABELS[order.state]}
    if last is not None and find_transition(order.state, event) is not None:
        # It is still to be had from here; somebody did something else a moment before.
        text = _("{name}刚刚对 {number} 做了“{done}”，请看过最新情况再办")
        done = EVENT_LABELS[last.event]
        return Conflict(text.format(**values, name=last.actor_name, done=done))
    if last is None:
        text = _("{number} 现为“{state}”，不能“{event}”")
        return Conflict(text.format(**values, event=EVENT_LABELS[event]))
    text = _("{name}已于 {at} 将 {number} {done}，现为“{state}”，不能再“{event}”")
    return Conflict(
        text.format(
            **values,
            name=last.actor_name,
            at=f"{local(last.at):%m-%d %H:%M}",
            done=EVENT_LABELS[last.event],
            event=EVENT_LABELS[event],
        )
    )


def _apply(deed: Deed) -> Order:
    uow, order, row = deed.uow, deed.now.order, deed.row
    changes, detail = columns_of(deed), detail_of(deed)
    clocks = turn(deed.now.clocks, row, how_to_turn(deed.now, row, changes))
    values = {
        "state": row.target.value,
        "due_at": pressing_due(clocks),
        "version": order.version + 1,
        **changes,
    }
    before = {name: getattr(order, name) for name in values if name != "version"}
    won = uow.claim(
        update(Order)
        .where(
            Order.id == order.id,  # type: ignore[arg-type]
            Order.state == row.source.value,  # type: ignore[arg-type]
            Order.version == order.version,  # type: ignore[arg-type]
        )
        .values(**values)
    )
    if not won:
        _look_again(uow, order)
        raise _refused(uow, order, row.event)
    save_clocks(uow.session, order, deed.now.clocks, clocks)
    follow_up(deed)
    uow.session.refresh(order)
    write_line(deed, row.source, detail, before if row.undo else None)
    # The last step: whoever hands it on may no longer reach it afterwards.
    settle_loans(uow, order, row.event)
    return order
