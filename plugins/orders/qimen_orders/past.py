"""Orders that come with their past: many at once, along the same table, without news of it.

A list that was kept elsewhere says when a matter came in and how it was answered. Each step is a
row of the transition table, its guards are asked and the clocks are turned by it; only the
database is spoken to in bulk, and nobody is told of what happened long ago.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import SQLModel

from qimen_core import InvalidInput, UnitOfWork
from qimen_core.org.queries import Unit
from qimen_core.workdays import Calendar, calendar_of
from qimen_orders.clock_rows import clock_row
from qimen_orders.clocks import Clock, Turn, pressing_due, turn
from qimen_orders.events import Event
from qimen_orders.guards import check
from qimen_orders.inputs import Inputs
from qimen_orders.limits import Matter
from qimen_orders.models import Order, OrderClock, OrderHistory
from qimen_orders.rules import find_transition
from qimen_orders.services import NewOrder, draft_order
from qimen_orders.settings import OrderSettings
from qimen_orders.situation import Situation

__all__ = ["PastOrder", "PastStep", "record_past"]

_NAMED = 500
# What a list kept elsewhere can say of an order; the rest needs facts that it does not hold.
_STEPS = (Event.SUBMIT, Event.ACCEPT, Event.DISPATCH, Event.CLAIM, Event.REPLY)
_order = Order.__table__.c  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class PastStep:
    """One row of the table that was gone through.

    Args:
        event: One of submit, accept, dispatch, claim and reply.
        at: When, aware.
        note: Where the knowledge of it comes from, for the history.
        public_text: The words that the resident was told.
        assumed: It must have happened, but nobody wrote down when: ``at`` is a stand-in, and the
            clock that it stops is not kept, for it would count as met.
    """

    event: Event
    at: datetime
    note: str = ""
    public_text: str = ""
    assumed: bool = False


@dataclass(frozen=True, slots=True)
class PastOrder:
    """An order with what happened to it.

    Args:
        unit: Where the matter lies; where it was dispatched, the unit takes the lead itself.
        new: The facts.
        steps: What happened, oldest first.
        handler_name: Who handled it, for those that were claimed.
    """

    unit: Unit
    new: NewOrder
    steps: tuple[PastStep, ...]
    handler_name: str = ""


@dataclass
class _Life:
    """An order on its way through its steps."""

    past: PastOrder
    row: Order
    settings: OrderSettings
    calendar: Calendar
    clocks: list[Clock] = field(default_factory=list)
    lines: list[dict[str, object]] = field(default_factory=list)

    def go(self, step: PastStep, actor: tuple[int | None, str]) -> None:
        """Make one step.

        Raises:
            ValueError: The table has no such row from here, or the step is none of ``_STEPS``.
            InvalidInput: A guard objects.
        """
        row = find_transition(self.row.state, step.event)
        if row is None or step.event not in _STEPS:
            raise ValueError(f"no {step.event} from {self.row.state} in an order's past")
        inputs = Inputs(lead_id=self.past.unit.id, public_text=step.public_text)
        errors = check(row.guards, _situation(self.row, inputs, step.at, self.past.handler_name))
        if errors:
            raise InvalidInput(errors)
        source, self.row.state = self.row.state, row.target.value
        if row.stamp:
            setattr(self.row, row.stamp, step.at)
        self._take(step.event)
        matter = Matter(self.row.kind, self.row.urgent, level=1)
        running = {clock.kind for clock in self.clocks if clock.stopped_at is None}
        self.clocks = turn(self.clocks, row, Turn(matter, self.settings, self.calendar, step.at))
        if step.assumed:
            self.clocks = [
                clock
                for clock in self.clocks
                if clock.stopped_at is None or clock.kind not in running
            ]
        self.row.due_at = pressing_due(self.clocks)
        self.row.version += 1
        self.lines.append(self._line(step, source, actor))

    def _take(self, event: Event) -> None:
        unit = self.past.unit
        if event is Event.DISPATCH:
            self.row.lead_id, self.row.lead_name = unit.id, unit.name
            self.row.taker = f"unit:{unit.id}"
        if event is Event.CLAIM:
            self.row.handler_name = self.past.handler_name

    def _line(
        self, step: PastStep, source: str, actor: tuple[int | None, str]
    ) -> dict[str, object]:
        led = step.event in {Event.DISPATCH, Event.CLAIM}
        return _values(
            OrderHistory(
                order_id=0,
                org_id=self.row.org_id,
                org_path=self.row.org_path,
                at=step.at,
                event=step.event.value,
                source=source,
                target=self.row.state,
                actor_id=actor[0],
                actor_name=actor[1],
                subject_name=self.past.handler_name if step.event is Event.CLAIM else "",
                lead_id=self.row.lead_id if led else None,
                lead_name=self.row.lead_name if led else "",
                note=step.note,
                public_text=step.public_text.strip(),
            )
        )


def record_past(uow: UnitOfWork, orders: Sequence[PastOrder]) -> list[Order]:
    """Write orders with their history and clocks, and return them as they stand, in the same order.

    The returned rows have their ids and belong to no session. No event is emitted.

    Args:
        uow: The owner's unit of work; its permission covers every order's unit.
        orders: Each with at least its submission.

    Raises:
        Forbidden: A unit is out of reach.
        InvalidInput: A guard objects; ``errors`` are those of the first such order.
    """
    actor = (uow.ctx.actor.user_id, uow.ctx.actor.name)
    calendar = calendar_of(uow.session)
    settings: dict[str, OrderSettings] = {}
    lives = []
    for past in orders:
        path = past.unit.path
        if path not in settings:
            settings[path] = uow.ctx.setting(OrderSettings, path)
        life = _Life(
            past, draft_order(uow, past.unit, past.new, past.steps[0].at), settings[path], calendar
        )
        for step in past.steps:
            life.go(step, actor)
        lives.append(life)
    _write(uow, lives)
    return [life.row for life in lives]


def _situation(row: Order, inputs: Inputs, at: datetime, handler: str) -> Situation:
    """Return the situation of a past step: who took it on is a fact and needs no right today."""
    return Situation(
        inputs=inputs,
        at=at,
        title=row.title,
        category=row.category,
        handler_name=handler,
        is_candidate=True,
        lead_open=True,
    )


def _write(uow: UnitOfWork, lives: Sequence[_Life]) -> None:
    uow.session.flush()
    uow.insert(Order, [_values(life.row) for life in lives])
    ids = _ids(uow, [life.row.number for life in lives])
    for life in lives:
        life.row.id = ids[life.row.number]
    clocks = [clock_row(life.row, clock) for life in lives for clock in life.clocks]
    uow.insert(OrderClock, [_values(row) for row in clocks])
    lines = [{**line, "order_id": life.row.id} for life in lives for line in life.lines]
    uow.insert(OrderHistory, lines)


def _ids(uow: UnitOfWork, numbers: Sequence[str]) -> Mapping[str, int]:
    found: dict[str, int] = {}
    for start in range(0, len(numbers), _NAMED):
        some = numbers[start : start + _NAMED]
        wanted = select(Order.number, Order.id).where(_order.number.in_(some))  # type: ignore[call-overload]
        found |= dict(uow.session.execute(wanted).all())
    return found


def _values(row: SQLModel) -> dict[str, Any]:
    """Return a row's columns, the id left to the database."""
    columns = row.__table__.c  # type: ignore[attr-defined]
    return {column.name: getattr(row, column.name) for column in columns if column.name != "id"}
