"""Pure arithmetic: how much of a limit has run, and when it ends."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from qimen_core.clock import LOCAL, local
from qimen_core.timers.limit import Limit, LimitUnit
from qimen_core.timers.pause import Pause, merge_pauses
from qimen_core.workdays.calendar import Calendar

__all__ = ["Timer"]

_DAY = timedelta(days=1)
_NOTHING = timedelta()
# A clock that never ends would walk for ever over a calendar without working days.
_LONGEST_WALK = 3660


@dataclass(frozen=True, slots=True)
class Timer:
    """A clock of the domain.

    Time runs on every counted day from midnight to midnight and stands still on the others and in
    pauses. So a start on Friday 16:40 with one working day ends on Monday 16:40, and a start on a
    Saturday counts from Monday 0:00.

    Attributes:
        start: When it started, aware.
        limit: The limit as it was at the start.
        pauses: In any order, overlaps allowed.
    """

    start: datetime
    limit: Limit
    pauses: Sequence[Pause] = ()

    def __post_init__(self) -> None:
        if self.start.tzinfo is None:
            raise ValueError("a timer needs an aware start")

    @property
    def budget(self) -> timedelta:
        """Return the time that must run before the limit is reached."""
        if self.limit.unit is LimitUnit.SAME_DAY:
            return _midnight(local(self.start).date() + _DAY) - self.start
        return self.limit.amount * _DAY

    @property
    def suspended(self) -> bool:
        """Return whether a pause is still open."""
        return any(pause.end is None for pause in self.pauses)

    def counts(self, day: date, calendar: Calendar) -> bool:
        """Return whether a day counts for this limit at all."""
        return self.limit.unit is not LimitUnit.WORKDAYS or calendar.is_workday(day)

    def due(self, calendar: Calendar) -> datetime | None:
        """Return the earliest moment at which the limit has run, in UTC.

        ``None`` while an open pause keeps it from running out.

        Raises:
            ValueError: The calendar has no working day for ten years.
        """
        left = self.budget
        for start, end in self._running(calendar):
            if end - start >= left:
                return (start + left).astimezone(UTC)
            left -= end - start
        return None

    def elapsed(self, calendar: Calendar, now: datetime) -> timedelta:
        """Return the counted time that has run until ``now``."""
        total = _NOTHING
        for start, end in self._running(calendar):
            if start >= now:
                break
            total += min(end, now) - start
        return total

    def remaining(self, calendar: Calendar, now: datetime) -> timedelta:
        """Return the counted time that is left at ``now``; negative when overdue."""
        return self.budget - self.elapsed(calendar, now)

    def _running(self, calendar: Calendar) -> Iterator[tuple[datetime, datetime]]:
        """Yield the stretches in which time counts, in order, each within one day."""
        pauses = merge_pauses(self.pauses)
        day, start = local(self.start).date(), self.start
        for _ in range(_LONGEST_WALK):
            end = _midnight(day + _DAY)
            if self.counts(day, calendar):
                yield from _without(pauses, start, end)
            if any(pause.end is None and pause.start <= end for pause in pauses):
                return
            day, start = day + _DAY, end
        raise ValueError("the work calendar has no working day left to count")


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), LOCAL)


def _without(
    pauses: Sequence[Pause], start: datetime, end: datetime
) -> Iterator[tuple[datetime, datetime]]:
    """Cut merged pauses out of one stretch."""
    for pause in pauses:
        if pause.start >= end or (pause.end is not None and pause.end <= start):
            continue
        if pause.start > start:
            yield start, pause.start
        if pause.end is None or pause.end >= end:
            return
        start = pause.end
    if start < end:
        yield start, end
