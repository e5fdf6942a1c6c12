"""Clocks of one order as values: what a transition does to them. Pure."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from qimen_core.i18n import translations
from qimen_core.timers import Limit, Pause, Timer
from qimen_core.workdays import Calendar
from qimen_orders.limits import Matter, limit_of
from qimen_orders.rules import ClockKind, Effect, Transition
from qimen_orders.settings import OrderSettings

__all__ = ["Clock", "Turn", "due_of", "pressing_due", "recounted", "running", "turn"]

_ = translations("qimen_orders")


@dataclass(frozen=True, slots=True)
class Clock:
    """One clock: start + limit + calendar + pauses + extensions; the due time is derived.

    Attributes:
        id: The stored row; None for one that this transition starts.
        kind: What it measures.
        round: In which round of handling.
        started_at: When it started.
        limit: The limit as it was then.
        source: Where that limit comes from.
        due_at: The derived due time as it is stored; None while it is suspended.
        stopped_at: When it stopped; None while it runs.
        pauses: The stretches that do not count.
        extensions: What was granted on top, in order.
    """

    id: int | None
    kind: ClockKind
    round: int
    started_at: datetime
    limit: Limit
    source: str
    due_at: datetime | None = None
    stopped_at: datetime | None = None
    pauses: tuple[Pause, ...] = ()
    extensions: tuple[Limit, ...] = ()

    @property
    def runs(self) -> bool:
        """It has not stopped; a suspended one runs on when it is resumed."""
        return self.stopped_at is None

    @property
    def suspended(self) -> bool:
        """A pause is open."""
        return any(pause.end is None for pause in self.pauses)

    def timers(self, calendar: Calendar) -> list[Timer]:
        """Return the arithmetic: the limit, then each extension from where the last one ended.

        An extension begins where the time before it ran out, so the days it adds are days of its
        own kind and the old due time stays to be read. The list is cut short by an open pause.
        """
        timers = [Timer(self.started_at, self.limit, self.pauses)]
        for extension in self.extensions:
            due = timers[-1].due(calendar)
            if due is None:
                break
            timers.append(Timer(due, extension, self.pauses))
        return timers


@dataclass(frozen=True, slots=True)
class Turn:
    """What a transition needs to turn the clocks.

    Args:
        matter: What new clocks take from the order, as it will stand.
        settings: The limits that hold at its unit.
        calendar: Which days are worked.
        at: When it happens.
        since: When the arbitration began, where one ends.
        extension: The days that are granted, where some are.
        reason: Why it is paused, as the page shows it.
    """

    matter: Matter
    settings: OrderSettings
    calendar: Calendar
    at: datetime
    since: datetime | None = None
    extension: Limit | None = None
    reason: str = ""


def due_of(clock: Clock, calendar: Calendar) -> datetime | None:
    """Return when a clock is due; None while it is suspended."""
    return clock.timers(calendar)[-1].due(calendar)


def recounted(clock: Clock, calendar: Calendar) -> Clock:
    """Return the clock with its due time derived anew."""
    return replace(clock, due_at=due_of(clock, calendar))


def turn(clocks: Sequence[Clock], row: Transition, how: Turn) -> list[Clock]:
    """Return all clocks after a transition, new ones included; others are left as they are.

    Stopping a clock that does not run changes nothing. A clock keeps the limit it began with.

    Raises:
        ValueError: The table starts a clock of which one runs.
    """
    turned = list(clocks)
    for kind, effect in row.clocks:
        turned = _EFFECTS[effect](turned, kind, how)
    return turned


def running(clocks: Iterable[Clock], kind: ClockKind) -> Clock | None:
    """Return the clock of a kind that runs, if one does."""
    return next((clock for clock in clocks if clock.kind is kind and clock.runs), None)


def pressing_due(clocks: Iterable[Clock]) -> datetime | None:
    """Return the due time that presses now: of handling, else of response, else None."""
    listed = list(clocks)
    for kind in (ClockKind.HANDLING, ClockKind.RESPONSE):
        found = running(listed, kind)
        if found is not None:
            return found.due_at
    return None


def _start(clocks: list[Clock], kind: ClockKind, how: Turn) -> list[Clock]:
    if running(clocks, kind) is not None:
        raise ValueError(f"a {kind} clock runs already")
    limit, source = limit_of(how.settings, kind, how.matter)
    new = Clock(None, kind, how.matter.round, how.at, limit, source)
    return [*clocks, recounted(new, how.calendar)]


def _stop(clocks: list[Clock], kind: ClockKind, how: Turn) -> list[Clock]:
    return _changed(clocks, kind, lambda clock: replace(clock, stopped_at=how.at))


def _restart(clocks: list[Clock], kind: ClockKind, how: Turn) -> list[Clock]:
    return _start(_stop(clocks, kind, how), kind, how)


def _pause(clocks: list[Clock], kind: ClockKind, how: Turn) -> list[Clock]:
    def paused(clock: Clock) -> Clock:
        pauses = (*clock.pauses, Pause(how.at, None, how.reason))
        return recounted(replace(clock, pauses=pauses), how.calendar)

    return _changed(clocks, kind, paused)


def _resume(clocks: list[Clock], kind: ClockKind, how: Turn) -> list[Clock]:
    def resumed(clock: Clock) -> Clock:
        pauses = tuple(p if p.end else Pause(p.start, how.at, p.reason) for p in clock.pauses)
        return recounted(replace(clock, pauses=pauses), how.calendar)

    return _changed(clocks, kind, resumed)


def _credit(clocks: list[Clock], kind: ClockKind, how: Turn) -> list[Clock]:
    def credited(clock: Clock) -> Clock:
        began = how.since or how.at
        pauses = (*clock.pauses, Pause(began, how.at, str(_("退单仲裁"))))
        return recounted(replace(clock, pauses=pauses), how.calendar)

    return _changed(clocks, kind, credited)


def _extend(clocks: list[Clock], kind: ClockKind, how: Turn) -> list[Clock]:
    def extended(clock: Clock) -> Clock:
        more = (how.extension,) if how.extension is not None else ()
        grown = replace(clock, extensions=(*clock.extensions, *more))
        return recounted(grown, how.calendar)

    return _changed(clocks, kind, extended)


def _changed(clocks: list[Clock], kind: ClockKind, change: Callable[[Clock], Clock]) -> list[Clock]:
    return [change(c) if c.kind is kind and c.runs else c for c in clocks]


_EFFECTS: dict[Effect, Callable[[list[Clock], ClockKind, Turn], list[Clock]]] = {
    Effect.START: _start,
    Effect.STOP: _stop,
    Effect.RESTART: _restart,
    Effect.PAUSE: _pause,
    Effect.RESUME: _resume,
    Effect.CREDIT: _credit,
    Effect.EXTEND: _extend,
}
