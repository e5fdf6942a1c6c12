"""Pure functions over "which days are known to be worked", with Monday to Friday as the fallback.

The State Council announces a year's holidays and make-up workdays (调休) in the November before.
A day that no row speaks of follows the week, and a year that no row speaks of is *not known*: the
screen says so instead of counting quietly.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property

from qimen_core.i18n import translations

__all__ = ["Calendar", "Day", "DayKind"]

_ = translations("qimen_core")
_SATURDAY = 5
_ONE_DAY = timedelta(days=1)
_LEAST_DAYS_OF_A_YEAR = 10


class DayKind(StrEnum):
    """What a day is; holidays and make-up workdays are the ones that differ from the week."""

    WORKDAY = "workday"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    MAKEUP = "makeup"

    @property
    def label(self) -> str:
        """Return the name on screen."""
        return _LABELS[self]


_LABELS = {
    DayKind.WORKDAY: _("工作日"),
    DayKind.WEEKEND: _("周末"),
    DayKind.HOLIDAY: _("节假日"),
    DayKind.MAKEUP: _("调休上班"),
}


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the calendar.

    Attributes:
        day: The day in Asia/Shanghai.
        is_workday: Whether it is worked.
        name: Why it differs from the week, e.g. ``春节``; empty otherwise.
    """

    day: date
    is_workday: bool
    name: str = ""


class Calendar:
    """Which days are worked.

    Args:
        days: The days that somebody has decided upon; all others follow the week.
        known_until: The last day that is announced. When left out, the end of the last year that
            has at least ten days of its own: one local day off does not make a year known.
    """

    def __init__(self, days: Iterable[Day] = (), known_until: date | None = None) -> None:
        self._days: Mapping[date, Day] = {entry.day: entry for entry in days}
        self.known_until = known_until or _end_of_last_full_year(self._days)

    def is_workday(self, day: date) -> bool:
        """Return whether a day is worked."""
        entry = self._days.get(day)
        return day.weekday() < _SATURDAY if entry is None else entry.is_workday

    def kind(self, day: date) -> DayKind:
        """Return what a day is."""
        weekday = day.weekday() < _SATURDAY
        if self.is_workday(day):
            return DayKind.WORKDAY if weekday else DayKind.MAKEUP
        # A Saturday inside the Spring Festival is part of the holiday, not of the week.
        return DayKind.HOLIDAY if weekday or self.name(day) else DayKind.WEEKEND

    def name(self, day: date) -> str:
        """Return why a day differs from the week, ``""`` when it does not."""
        entry = self._days.get(day)
        return entry.name if entry else ""

    def knows(self, day: date) -> bool:
        """Return whether the year of this day has been announced and entered."""
        return self.known_until is not None and day <= self.known_until

    def add_workdays(self, start: date, count: int) -> date:
        """Return the ``count``-th workday after ``start``; the day itself does not count.

        Raises:
            ValueError: ``count`` is negative.
        """
        if count < 0:
            raise ValueError(f"cannot count {count} working days forward")
        day = start
        while count:
            day += _ONE_DAY
            count -= self.is_workday(day)
        return day

    def workdays_between(self, first: date, last: date) -> int:
        """Return how many of the days from ``first`` to ``last``, both included, are worked."""
        if last < first:
            return 0
        weeks, rest = divmod((last - first).days + 1, 7)
        by_week = 5 * weeks + sum((first.weekday() + n) % 7 < _SATURDAY for n in range(rest))
        days, sums = self._deviations
        return by_week + sums[bisect_right(days, last)] - sums[bisect_left(days, first)]

    @cached_property
    def _deviations(self) -> tuple[list[date], list[int]]:
        """The days decided upon, and how far the workdays before each differ from the week."""
        days, sums = sorted(self._days), [0]
        for day in days:
            by_week = day.weekday() < _SATURDAY
            sums.append(sums[-1] + self._days[day].is_workday - by_week)
        return days, sums

    def banner(self, until: date) -> str | None:
        """Return the warning for a screen that counts up to ``until``, if it needs one."""
        if self.knows(until):
            return None
        if self.known_until is None:
            return str(_("工作日历尚未录入，暂按周一至周五计算。"))
        text = _("{year}年的节假日安排尚未录入，{known}之后暂按周一至周五计算。")
        return text.format(year=until.year, known=self.known_until.isoformat())


def _end_of_last_full_year(days: Iterable[date]) -> date | None:
    years = Counter(day.year for day in days)
    full = [year for year, count in years.items() if count >= _LEAST_DAYS_OF_A_YEAR]
    return date(max(full), 12, 31) if full else None
