"""Clocks of one order: started and stopped by the table, explained line by line."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import select
from sqlalchemy.orm import Session

from qimen_core.timers import Limit, Pause, Timer, explain
from qimen_core.workdays import Calendar
from qimen_orders.limits import CLOCK_LABELS, limit_of
from qimen_orders.models import Order, OrderClock, OrderPause
from qimen_orders.rules import ClockKind, Effect, Transition
from qimen_orders.settings import OrderSettings

__all__ = [
    "ClockFacts",
    "Matter",
    "clocks_of",
    "describe",
    "matter_of",
    "pressing_due",
    "timer_of",
    "turn",
]


@dataclass(frozen=True, slots=True)
class Matter:
    """What a new clock takes from its order: whose it is, its kind, whether it cannot wait."""

    order_id: int
    org_id: int
    org_path: str
    round: int
    kind: str
    urgent: bool


@dataclass(frozen=True, slots=True)
class ClockFacts:
    """A clock as the page explains it.

    Attributes:
        kind: A ``ClockKind`` value.
        label: Its name on screen.
        limit: The limit as people say it.
        source: Where the limit comes from.
        started_at: When it started.
        due_at: When it is due; None while it is suspended.
        stopped_at: When it stopped; None while it runs.
        late: It stopped after its due time, or that time has passed.
        lines: The explanation, one sentence a line.
    """

    kind: str
    label: str
    limit: str
    source: str
    started_at: datetime
    due_at: datetime | None
    stopped_at: datetime | None
    late: bool
    lines: tuple[str, ...]


def matter_of(order: Order, changes: Mapping[str, object] = MappingProxyType({})) -> Matter:
    """Return what the order's next clock takes from it once ``changes`` are made."""
    assert order.id is not None
    return Matter(
        order_id=order.id,
        org_id=order.org_id,
        org_path=order.org_path,
        round=order.round,
        kind=str(changes.get("kind", order.kind)),
        urgent=bool(changes.get("urgent", order.urgent)),
    )


def clocks_of(session: Session, order_id: int) -> list[OrderClock]:
    """Return an order's clocks in the order in which they started."""
    found = select(OrderClock).where(OrderClock.order_id == order_id).order_by(OrderClock.id)  # type: ignore[arg-type]
    return list(session.scalars(found))


def pauses_of(session: Session, clocks: Sequence[OrderClock]) -> dict[int, list[Pause]]:
    """Return the pauses of these clocks by clock id."""
    ids = [clock.id for clock in clocks]
    found = select(OrderPause).where(OrderPause.clock_id.in_(ids))  # type: ignore[attr-defined]
    pauses: dict[int, list[Pause]] = {}
    for row in session.scalars(found) if ids else ():
        pause = Pause(row.started_at, row.ended_at, row.reason)
        pauses.setdefault(row.clock_id, []).append(pause)
    return pauses


def timer_of(clock: OrderClock, pauses: Sequence[Pause] = ()) -> Timer:
    """Return the arithmetic of a stored clock."""
    return Timer(clock.started_at, Limit.parse(clock.allowed), pauses)


def turn(
    clocks: Sequence[OrderClock],
    row: Transition,
    matter: Matter,
    settings: OrderSettings,
    calendar: Calendar,
    *,
    at: datetime,
) -> list[OrderClock]:
    """Do to the clocks what a transition says, and return all of them, new ones included.

    Stopping a clock that does not run changes nothing. A clock keeps the limit it began with.
    """
    turned = list(clocks)
    for kind, effect in row.clocks:
        running = _running(turned, kind)
        if effect is Effect.STOP and running is not None:
            running.stopped_at = at
        elif effect is Effect.START:
            turned.append(_start(matter, kind, settings, calendar, at))
    return turned


def pressing_due(clocks: Iterable[OrderClock]) -> datetime | None:
    """Return the due time that presses now: of handling, else of response, else None."""
    listed = list(clocks)
    for kind in (ClockKind.HANDLING, ClockKind.RESPONSE):
        running = _running(listed, kind)
        if running is not None:
            return running.due_at
    return None


def describe(
    session: Session, clocks: Sequence[OrderClock], calendar: Calendar, now: datetime
) -> list[ClockFacts]:
    """Return the clocks as the page explains them."""
    pauses = pauses_of(session, clocks)
    return [_describe(clock, pauses.get(clock.id or 0, []), calendar, now) for clock in clocks]


def _running(clocks: Iterable[OrderClock], kind: ClockKind) -> OrderClock | None:
    return next((c for c in clocks if c.kind == kind and c.stopped_at is None), None)


def _start(
    matter: Matter, kind: ClockKind, settings: OrderSettings, calendar: Calendar, at: datetime
) -> OrderClock:
    limit, source = limit_of(settings, kind, matter.kind, matter.urgent)
    return OrderClock(
        order_id=matter.order_id,
        org_id=matter.org_id,
        org_path=matter.org_path,
        kind=kind.value,
        round=matter.round,
        started_at=at,
        allowed=str(limit),
        source=source,
        due_at=Timer(at, limit).due(calendar),
    )


def _describe(
    clock: OrderClock, pauses: Sequence[Pause], calendar: Calendar, now: datetime
) -> ClockFacts:
    timer = timer_of(clock, pauses)
    end = clock.stopped_at or now
    return ClockFacts(
        kind=clock.kind,
        label=str(CLOCK_LABELS[clock.kind]),
        limit=timer.limit.label,
        source=clock.source,
        started_at=clock.started_at,
        due_at=clock.due_at,
        stopped_at=clock.stopped_at,
        late=clock.due_at is not None and end > clock.due_at,
        lines=tuple(line.text for line in explain(timer, calendar)),
    )
