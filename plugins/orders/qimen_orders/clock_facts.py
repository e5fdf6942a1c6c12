"""A clock as the page explains it, line by line."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from qimen_core.i18n import translations
from qimen_core.timers import LineKind, explain
from qimen_core.workdays import Calendar
from qimen_orders.clocks import Clock
from qimen_orders.limits import CLOCK_LABELS

__all__ = ["ClockFacts", "describe"]

_ = translations("qimen_orders")


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
        suspended: It stands still.
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
    suspended: bool
    lines: tuple[str, ...]


def describe(clocks: Sequence[Clock], calendar: Calendar, now: datetime) -> list[ClockFacts]:
    """Return the clocks as the page explains them."""
    return [_describe(clock, calendar, now) for clock in clocks]


def _describe(clock: Clock, calendar: Calendar, now: datetime) -> ClockFacts:
    end = clock.stopped_at or now
    return ClockFacts(
        kind=clock.kind.value,
        label=str(CLOCK_LABELS[clock.kind]),
        limit=clock.limit.label,
        source=clock.source,
        started_at=clock.started_at,
        due_at=clock.due_at,
        stopped_at=clock.stopped_at,
        late=clock.due_at is not None and end > clock.due_at,
        suspended=clock.runs and clock.suspended,
        lines=tuple(_lines(clock, calendar)),
    )


def _lines(clock: Clock, calendar: Calendar) -> list[str]:
    """Tell the limit and then each extension, which goes on where the time before it ran out."""
    lines: list[str] = []
    for number, timer in enumerate(clock.timers(calendar)):
        for line in explain(timer, calendar):
            if number and line.kind is LineKind.STARTED:
                lines.append(_("批准延期 {limit}，从原到期时间接着算").format(limit=line.detail))
            else:
                lines.append(line.text)
    return lines
