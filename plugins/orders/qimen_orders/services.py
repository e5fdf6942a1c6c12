"""Use cases on orders. The owner opens the unit of work; the database decides every race."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select, update

from qimen_core import Conflict, Forbidden, InvalidInput, NotFound, UnitOfWork
from qimen_core.clock import local
from qimen_core.i18n import translations
from qimen_core.org.queries import Unit
from qimen_core.workdays import calendar_of
from qimen_orders.clocks import clocks_of, matter_of, pressing_due, turn
from qimen_orders.guards import Inputs, check
from qimen_orders.models import Order, OrderClock, OrderHistory
from qimen_orders.numbering import format_number, next_number
from qimen_orders.rules import Transition, find_transition
from qimen_orders.settings import OrderSettings
from qimen_orders.situations import situation_of
from qimen_orders.states import EVENT_LABELS, STATE_LABELS, Event

__all__ = ["NewOrder", "create_order", "move"]

_ = translations("qimen_orders")

TRANSITIONED = "orders.order.transitioned"


@dataclass(frozen=True, slots=True)
class NewOrder:
    """A new order's facts.

    Args:
        owner: Name of the plugin whose order it is; permissions are ``<owner>.order.<event>``.
        title: One line, without names or numbers of people.
        kind: Key of the handling limit: consult, help, complaint or suggestion.
        category: The owner's category code.
        urgent: The matter cannot wait.
        channel: The owner's channel code.
        place: Where it is, in words.
        requester: Who asks, already masked.
    """

    owner: str
    title: str
    kind: str = "help"
    category: str = ""
    urgent: bool = False
    channel: str = ""
    place: str = ""
    requester: str = ""


def create_order(uow: UnitOfWork, unit: Unit, new: NewOrder, at: datetime | None = None) -> Order:
    """Write an order as a draft of ``unit`` and return it with its id and number.

    Args:
        uow: The owner's unit of work; its permission covers ``unit``.
        unit: Where the matter lies.
        new: The facts.
        at: When it came in; now when left out.
    """
    at = at or uow.ctx.qimen.clock.now()
    year = local(at).year
    sequence = next_number(uow, new.owner, unit.id, year)
    order = Order(
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
        created_by=uow.ctx.actor.user_id,
        created_at=at,
    )
    uow.session.add(order)
    uow.session.flush()
    return order


def move(
    uow: UnitOfWork,
    order_id: int,
    event: Event,
    inputs: Inputs | None = None,
    at: datetime | None = None,
) -> Order:
    """Move an order by one row of the transition table and return it as it then stands.

    State, columns, clocks, history and event are one transaction. The change is
    ``UPDATE … WHERE state = expected``: of two people one wins, the other reads a sentence.

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
    order = _load(uow, order_id, event)
    row = find_transition(order.state, event)
    if row is None:
        raise _refused(uow, order, event)
    inputs = inputs or Inputs()
    situation = situation_of(uow.ctx, order, event, inputs)
    errors = check(row.guards, situation)
    if errors:
        raise InvalidInput(errors)
    if event is Event.CLAIM:
        inputs = replace(
            inputs,
            handler_name=situation.handler_name,
            handler_user_id=situation.handler_user_id,
        )
    return _apply(uow, order, row, inputs, at)


def _load(uow: UnitOfWork, order_id: int, event: Event) -> Order:
    order = uow.session.get(Order, order_id)
    if order is None:
        raise NotFound(_("没有找到该事项，或您无权办理"))
    if not uow.ctx.can(f"{order.owner}.order.{event}", order.org_path):
        raise Forbidden(_("您没有“{event}”的权限").format(event=EVENT_LABELS[event]))
    return order


def _refused(uow: UnitOfWork, order: Order, event: Event) -> Conflict:
    """Say where the order stands, and who brought it there."""
    last = uow.session.scalars(
        select(OrderHistory)
        .where(OrderHistory.order_id == order.id)  # type: ignore[arg-type]
        .order_by(OrderHistory.id.desc())  # type: ignore[union-attr]
        .limit(1)
    ).first()
    values = {"number": order.number, "state": STATE_LABELS[order.state]}
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


def _apply(uow: UnitOfWork, order: Order, row: Transition, inputs: Inputs, at: datetime) -> Order:
    assert order.id is not None
    changes = _columns(row, inputs, at)
    matter = matter_of(order, changes)
    settings = uow.ctx.setting(OrderSettings, order.org_path)
    before = clocks_of(uow.session, order.id)
    clocks = turn(before, row, matter, settings, calendar_of(uow.session), at=at)
    won = uow.claim(
        update(Order)
        .where(Order.id == order.id, Order.state == row.source.value)  # type: ignore[arg-type]
        .values(
            state=row.target.value,
            due_at=pressing_due(clocks),
            version=Order.version + 1,
            **changes,
        )
    )
    uow.session.refresh(order)
    if not won:
        raise _refused(uow, order, row.event)
    _record(uow, order, row, inputs, at, clocks=clocks)
    return order


def _columns(row: Transition, inputs: Inputs, at: datetime) -> dict[str, object]:
    """Return the order's columns that this transition sets, besides state and due time."""
    changes: dict[str, object] = {row.stamp: at} if row.stamp else {}
    if row.event is Event.ACCEPT:
        typed = {"category": inputs.category, "kind": inputs.kind}
        changes |= {key: value for key, value in typed.items() if value}
        if inputs.urgent is not None:
            changes["urgent"] = inputs.urgent
    elif row.event is Event.DISPATCH:
        changes |= {"lead_id": inputs.lead_id, "handler_name": inputs.handler_name.strip()}
    elif row.event is Event.CLAIM:
        changes |= {
            "handler_name": inputs.handler_name.strip(),
            "handler_user_id": inputs.handler_user_id,
        }
    elif row.event is Event.CALLBACK:
        changes |= {"result": inputs.result, "satisfaction": inputs.satisfaction}
    return changes


def _record(
    uow: UnitOfWork,
    order: Order,
    row: Transition,
    inputs: Inputs,
    at: datetime,
    *,
    clocks: list[OrderClock],
) -> None:
    assert order.id is not None
    actor = uow.ctx.actor
    uow.session.add_all(clocks)
    uow.session.add(
        OrderHistory(
            order_id=order.id,
            org_id=order.org_id,
            org_path=order.org_path,
            at=at,
            event=row.event.value,
            source=row.source.value,
            target=row.target.value,
            round=order.round,
            actor_id=actor.user_id,
            actor_name=actor.name,
            subject_name=inputs.caller_name.strip() or inputs.handler_name.strip(),
            lead_id=inputs.lead_id,
            reason=inputs.reason,
            note=inputs.note.strip(),
            public_text=inputs.public_text.strip(),
        )
    )
    uow.emit(
        TRANSITIONED,
        {
            "order_id": order.id,
            "owner": order.owner,
            "event": row.event.value,
            "source": row.source.value,
            "target": row.target.value,
        },
        order.org_path,
    )
    uow.session.flush()
