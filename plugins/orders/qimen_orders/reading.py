"""What a page needs of one order: facts, five steps, timeline, clocks, and the next moves."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from qimen_core import Context, NotFound, RowRef, scope
from qimen_core.clock import local
from qimen_core.i18n import translations
from qimen_orders.clock_facts import ClockFacts, describe
from qimen_orders.deadlines import due_words
from qimen_orders.dossier import ASSIST, CANDIDATE, Dossier
from qimen_orders.events import EVENT_LABELS, UNDO, Event
from qimen_orders.foretelling import deadline_text
from qimen_orders.models import Order, OrderHistory, OrderTaker
from qimen_orders.moves import Move, moves_of
from qimen_orders.states import (
    ASIDE_STATES,
    LEVEL_LABELS,
    STATE_LABELS,
    STATE_TONES,
    STEP_OF,
    STEPS,
    State,
)
from qimen_orders.takers import Taker

__all__ = [
    "Happening",
    "OrderFacts",
    "Part",
    "Related",
    "Step",
    "find_order",
    "read_order",
    "read_path",
]

_ = translations("qimen_orders")


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of the timeline; ``undone`` was taken back soon after."""

    at: datetime
    event: str
    label: str
    who: str
    subject: str
    lead: str
    reason: str
    note: str
    public_text: str
    detail: str
    undone: bool


@dataclass(frozen=True, slots=True)
class Part:
    """A candidate or an assist, with the reason it was asked."""

    key: str
    label: str
    reason: str
    state: str


@dataclass(frozen=True, slots=True)
class Related:
    """Another order that this one hangs together with."""

    order_id: int
    number: str
    title: str
    state: str
    state_label: str
    state_tone: str


@dataclass(frozen=True, slots=True)
class Step:
    """One of the five steps; ``state`` is done, current, todo or failed."""

    label: str
    note: str
    state: str


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """An order as its page shows it; ``order`` is detached and read-only."""

    order: Order
    lead: str
    steps: tuple[Step, ...]
    timeline: tuple[Happening, ...]
    clocks: tuple[ClockFacts, ...]
    moves: tuple[Move, ...]
    takers: tuple[Taker, ...]
    candidates: tuple[Part, ...]
    assists: tuple[Part, ...]
    children: tuple[Related, ...]
    parent: Related | None
    target: Related | None
    asked: str
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
    def level_label(self) -> str:
        """The level of supervision, ``""`` without one."""
        return str(LEVEL_LABELS.get(self.order.level, ""))

    @property
    def open_assists(self) -> tuple[Part, ...]:
        """The assists that are neither done nor waived."""
        return tuple(each for each in self.assists if each.state == "open")

    @property
    def standing_state(self) -> str:
        """The state a resident is told of: a merged order follows its target."""
        return self.target.state if self.target is not None else self.order.state


def read_order(ctx: Context, order_id: int) -> OrderFacts:
    """Return one order within the session's scope.

    Raises:
        NotFound: There is none, or it is out of reach.
    """
    order = ctx.session.get(Order, order_id)
    if order is None:
        raise NotFound(_("没有找到该事项，或不在您的管辖范围内"))
    now = Dossier(ctx, order, ctx.now)
    calendar, clocks = now.calendar, now.clocks
    due_text, due_tone = "", ""
    if order.due_at is not None:
        due_text, due_tone = due_words(order.due_at, calendar, ctx.now)
    last_due = max((clock.due_at for clock in clocks if clock.due_at), default=ctx.now)
    parent, target = _other(ctx, order.parent_id), _final_target(ctx, order)
    return OrderFacts(
        order=order,
        lead=order.lead_name,
        steps=_steps(target or order),
        timeline=_timeline(now),
        clocks=tuple(describe(clocks, calendar, ctx.now)),
        moves=tuple(moves_of(now)),
        takers=tuple(now.takers) if order.state in _ASKS_TAKERS else (),
        candidates=_parts(now, CANDIDATE),
        assists=_parts(now, ASSIST),
        children=tuple(_relation(child) for child in now.children),
        parent=_relation(parent) if parent is not None else None,
        target=_relation(target) if target is not None else None,
        asked=_asked(now),
        banner=calendar.banner(local(last_due).date()),
        due_text=due_text,
        due_tone=due_tone,
    )


# Where a taker is chosen; elsewhere nobody is asked who could take it.
_ASKS_TAKERS = {State.ACCEPTED, State.IN_PROGRESS}


def _other(ctx: Context, order_id: int | None) -> Order | None:
    return ctx.session.get(Order, order_id) if order_id is not None else None


def _final_target(ctx: Context, order: Order) -> Order | None:
    """Follow an order whose target was merged in its turn; only open ones are merged into."""
    target = _other(ctx, order.merged_into)
    while target is not None and target.merged_into is not None:
        further = _other(ctx, target.merged_into)
        if further is None:
            break
        target = further
    return target


def _relation(order: Order) -> Related:
    return Related(
        order.id or 0,
        order.number,
        order.title,
        order.state,
        str(STATE_LABELS[order.state]),
        STATE_TONES[order.state],
    )


def _parts(now: Dossier, part: str) -> tuple[Part, ...]:
    rows: list[OrderTaker] = [row for row in now.parts if row.part == part]
    return tuple(Part(row.taker, row.label, row.reason, row.state) for row in rows)


def _asked(now: Dossier) -> str:
    """Tell the request that waits, in a sentence."""
    if now.asked is None:
        return ""
    line = now.last(Event.ASK_SUSPEND if now.asked.kind == "suspend" else Event.ASK_EXTEND)
    said = [now.asked.asked_name, line.detail if line else "", line.note if line else ""]
    return "：".join(part for part in (said[0], "，".join(filter(None, said[1:]))) if part)


def _timeline(now: Dossier) -> tuple[Happening, ...]:
    """Return what happened, newest first."""
    standing = {line.id for line in now.standing}
    return tuple(
        _happening(line, undone=line.id not in standing and line.event != UNDO)
        for line in reversed(now.history)
    )


def _happening(row: OrderHistory, undone: bool) -> Happening:
    return Happening(
        at=row.at,
        event=row.event,
        label=str(EVENT_LABELS[row.event]),
        who=row.actor_name,
        subject=row.subject_name,
        lead=row.lead_name,
        reason=row.reason,
        note=row.note,
        public_text=row.public_text,
        detail=row.detail,
        undone=undone,
    )


def _steps(order: Order) -> tuple[Step, ...]:
    keys = [key for key, _label in STEPS]
    current = keys.index(STEP_OF[order.state])
    notes = _step_notes(order)
    closed = order.state == State.CLOSED
    failed = order.state in ASIDE_STATES
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
    if order.state in ASIDE_STATES and order.closed_at:
        word = str(STATE_LABELS[order.state])
        return {"collect": notes.get("collect", ""), "analyse": word}
    if order.due_at is not None and "answer" not in notes and "analyse" in notes:
        notes["answer"] = _("应于 {due} 前").format(due=deadline_text(order.due_at))
    return notes


def read_path(ctx: Context, order_id: int, permission: str) -> str:
    """Return the path of an order's unit, as far as ``permission`` reaches.

    Raises:
        NotFound: There is no such order in reach.
    """
    return find_order(ctx, order_id, permission).path


def find_order(ctx: Context, order_id: int, permission: str) -> RowRef:
    """Return an order's reference, as far as ``permission`` reaches or the order is lent.

    Raises:
        NotFound: There is no such order in reach.
    """
    wanted = select(Order.org_path).where(Order.id == order_id)  # type: ignore[call-overload]
    with scope(ctx.session, ctx, permission):
        path = ctx.session.execute(wanted).scalar_one_or_none()
    if path is None:
        raise NotFound(_("没有找到该事项，或不在您的管辖范围内"))
    return RowRef("orders_order", order_id, str(path))
