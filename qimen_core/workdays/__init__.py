"""The work calendar: which days are worked, with 调休."""

from qimen_core.workdays.calendar import Calendar, Day, DayKind
from qimen_core.workdays.seed import seed_days
from qimen_core.workdays.stored import calendar_for, calendar_of, edit_day, forget_day

__all__ = [
    "Calendar",
    "Day",
    "DayKind",
    "calendar_for",
    "calendar_of",
    "edit_day",
    "forget_day",
    "seed_days",
]
