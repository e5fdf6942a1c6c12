"""What a page needs of one order: facts, five steps, timeline, clocks, and the next moves."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from qimen_core import Context, NotFound, scoped
from qimen_core.clock import local
from qimen_core.i18n import translations
from qimen_core.org.queries import Unit
from qimen_core.workdays import Calendar, calendar_of
from qimen_orders.clocks import ClockFacts, clocks_of, describe, matter_of
from qimen_orders.deadlines import due_words
from qimen_orders.foretelling import deadline_text, foretell
from qimen_orders.guards import Inputs
from qimen_orders.models import Order, OrderHistory
from qimen_orders.rules import moves_from
from qimen_orders.settings import OrderSettings
from qimen_orders.situations import lead_candidates, situation_of
from qimen_orders.states import (
    EVENT_LABELS,
    STATE_LABELS,
    STATE_TONES,
    STEP_OF,
    STEPS,
    Event,
    State,
)

__all__ = ["Happening", "Move", "OrderFacts", "Step", "read_order", "read_path"]

_ = translations("qimen_orders")


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of the timeline."""

    at: datetime
    event: str
    label: str
    who: str
    subject: str
    lead: str
    reason: str
    note: str
    public_text: str


@dataclass(frozen=True, slots=True)
class Step:
    """One of the five steps; ``state`` is done, current, todo or failed."""

    label: str
    note: str
    state: str


@dataclass(frozen=True, slots=True)
class Move:
    """A move the table has from here.

    Attributes:
        event: An ``Event`` value.
        label: The button's word.
        allowed: The actor may do it.
        clocks: What it does to the clocks, one sentence each.
    """

    event: str
    label: str
    allowed: bool
    clocks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """An order as its page shows it; ``order`` is detached and read-only."""

    order: Order
    lead: str
    steps: tuple[Step, ...]
    timeline: tuple[Happening, ...]
    clocks: tuple[ClockFacts, ...]
    moves: tuple[Move, ...]
    leads: tuple[Unit, ...]
    banner: str | None
    due_text: str
    due_tone: str

    @property
    def state_label(self) -> str:
        """The state's word."""
        return str(STATE_LABELS[self.order.state])

    @property
    def state_tone(self) -> str:
        """The state's tone."""
        return STATE_TONES[self.order.state]

    @property
    def lead_options(self) -> list[tuple[str, str]]:
        """The units that may take the lead, as options of a form."""
        return [(str(unit.id), unit.name) for unit in self.leads]


def read_order(ctx: Context, order_id: int) -> OrderFacts:
    """Return one order within the session's scope.

    Raises:
        NotFound: There is none, or it is out of reach.
    """
    order = ctx.session.get(Order, order_id)
    if order is None:
        raise NotFound(_("没有找到该事项，或不在您的管辖范围内"))
    calendar = calendar_of(ctx.session)
    clocks = clocks_of(ctx.session, order_id)
    leads = lead_candidates(ctx, order.org_path)
    names = {unit.id: unit.name for unit in leads}
    facts = describe(ctx.session, clocks, calendar, ctx.now)
    timeline = _timeline(ctx, order_id, names)
    due_text, due_tone = "", ""
    if order.due_at is not None:
        due_text, due_tone = due_words(order.due_at, calendar, ctx.now)
    last_due = max((clock.due_at for clock in clocks if clock.due_at), default=ctx.now)
    return OrderFacts(
        order=order,
        lead=names.get(order.lead_id or 0, ""),
        steps=_steps(order),
        timeline=timeline,
        clocks=tuple(facts),
        moves=tuple(_moves(ctx, order, calendar)),
        leads=tuple(leads),
        banner=calendar.banner(local(last_due).date()),
        due_text=due_text,
        due_tone=due_tone,
    )


def _timeline(ctx: Context, order_id: int, names: dict[int, str]) -> tuple[Happening, ...]:
    """Return what happened, newest first."""
    found = ctx.session.scalars(
        select(OrderHistory)
        .where(OrderHistory.order_id == order_id)  # type: ignore[arg-type]
        .order_by(OrderHistory.id.desc())  # type: ignore[union-attr]
    )
    return tuple(
        Happening(
            at=row.at,
            event=row.event,
            label=str(EVENT_LABELS[row.event]),
            who=row.actor_name,
            subject=row.subject_name,
            lead=names.get(row.lead_id or 0, ""),
            reason=row.reason,
            note=row.note,
            public_text=row.public_text,
        )
        for row in found
    )


def _steps(order: Order) -> tuple[Step, ...]:
    keys = [key for key, _label in STEPS]
    current = keys.index(STEP_OF[order.state])
    notes = _step_notes(order)
    closed = order.state == State.CLOSED
    failed = order.state == State.NOT_ACCEPTED
    steps = []
    for place, (key, label) in enumerate(STEPS):
        state = "done" if place < current or closed else "todo"
        if place == current and not closed:
            state = "failed" if failed else "current"
        steps.append(Step(str(label), notes.get(key, ""), state))
    return tuple(steps)


def _step_notes(order: Order) -> dict[str, str]:
    moments = {
        "collect": order.submitted_at,
        "analyse": order.accepted_at,
        "handle": order.claimed_at or order.dispatched_at,
        "answer": order.replied_at,
        "review": order.closed_at or order.evaluated_at,
    }
    notes = {key: f"{local(at):%m-%d %H:%M}" for key, at in moments.items() if at}
    if order.state == State.NOT_ACCEPTED and order.closed_at:
        return {"collect": notes.get("collect", ""), "analyse": str(_("不予受理"))}
    if order.due_at is not None and "answer" not in notes and "analyse" in notes:
        notes["answer"] = _("应于 {due} 前").format(due=deadline_text(order.due_at))
    return notes


def _moves(ctx: Context, order: Order, calendar: Calendar) -> list[Move]:
    assert order.id is not None
    settings = ctx.setting(OrderSettings, order.org_path)
    matter = matter_of(order)
    clocks = clocks_of(ctx.session, order.id)
    moves = []
    for row in moves_from(order.state):
        allowed = ctx.can(f"{order.owner}.order.{row.event}", order.org_path)
        if allowed and "is_candidate" in row.guards:
            allowed = situation_of(ctx, order, Event(row.event), Inputs()).is_candidate
        said = foretell(row, clocks, matter, settings, calendar, now=ctx.now)
        moves.append(Move(row.event.value, str(EVENT_LABELS[row.event]), allowed, tuple(said)))
    return moves


def read_path(ctx: Context, order_id: int, permission: str) -> str:
    """Return the path of an order's unit, as far as ``permission`` reaches.

    Raises:
        NotFound: There is no such order in reach.
    """
    order = Order.__table__.c  # type: ignore[attr-defined]
    wanted = select(order.org_path).where(order.id == order_id)
    path = ctx.session.execute(scoped(wanted, ctx, permission, order.org_path)).scalar_one_or_none()
    if path is None:
        raise NotFound(_("没有找到该事项，或不在您的管辖范围内"))
    return str(path)
