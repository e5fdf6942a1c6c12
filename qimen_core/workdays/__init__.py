"""The work calendar: which days are worked, with 调休."""

from qimen_core.workdays.calendar import Calendar, Day, DayKind
from qimen_core.workdays.seed import seed_days

__all__ = ["Calendar", "Day", "DayKind", "seed_days"]
