"""A month of the work calendar as a table of weeks."""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from qimen_core.workdays import Calendar, DayKind

__all__ = ["FIRST_YEAR", "LAST_YEAR", "Cell", "Month", "month_of", "read_day", "read_month"]

FIRST_YEAR, LAST_YEAR = 2000, 2099
_TONES: Final = {
    DayKind.WORKDAY: "",
    DayKind.WEEKEND: "muted",
    DayKind.HOLIDAY: "ok",
    DayKind.MAKEUP: "warn",
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One day: its kind in words and by tone (empty: an ordinary workday), and its name."""

    day: date
    kind: str
    tone: str
    name: str


@dataclass(frozen=True, slots=True)
class Month:
    """A month with its neighbours (None at the ends of the years that can be shown).

    Attributes:
        weeks: From Monday to Sunday; days of other months are None.
        workdays: How many of its days are worked.
    """

    first: date
    last: date
    weeks: list[list[Cell | None]]
    workdays: int
    before: str | None
    after: str | None


def month_of(days: Calendar, first: date) -> Month:
    """Return the month that begins on `first`."""
    length = calendar.monthrange(first.year, first.month)[1]
    last = first + timedelta(days=length - 1)
    weeks = calendar.Calendar().monthdayscalendar(first.year, first.month)
    return Month(
        first=first,
        last=last,
        weeks=[[_cell(days, first.replace(day=n)) if n else None for n in week] for week in weeks],
        workdays=days.workdays_between(first, last),
        before=_named(first - timedelta(days=1)),
        after=_named(last + timedelta(days=1)),
    )


def read_month(text: str, today: date) -> date:
    """Return the first day of ``2026-03``; this month for anything else."""
    try:
        found = date.fromisoformat(f"{text}-01")
    except ValueError:
        return today.replace(day=1)
    return found if FIRST_YEAR <= found.year <= LAST_YEAR else today.replace(day=1)


def read_day(text: str) -> date | None:
    """Return ``2026-03-05`` as a day, None for anything else."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if FIRST_YEAR <= found.year <= LAST_YEAR else None


def _cell(days: Calendar, day: date) -> Cell:
    kind = days.kind(day)
    return Cell(day, str(kind.label), _TONES[kind], days.name(day))


def _named(day: date) -> str | None:
    return f"{day:%Y-%m}" if FIRST_YEAR <= day.year <= LAST_YEAR else None
