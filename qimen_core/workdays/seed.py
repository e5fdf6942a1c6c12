"""The first rows of the work calendar, from the package ``chinesecalendar``."""

from collections.abc import Iterator
from datetime import date, timedelta

import chinese_calendar

from qimen_core.workdays.calendar import Day

__all__ = ["seed_days"]

_NAMES = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午",
    "National Day": "国庆节",
    "Mid-autumn Festival": "中秋",
}


def seed_days(first_year: int, last_year: int) -> list[Day]:
    """Return the holidays and make-up workdays of these years, as far as they are announced.

    A year that is not announced yet gives nothing.
    """
    return [day for year in range(first_year, last_year + 1) for day in _days_of(year)]


def _days_of(year: int) -> Iterator[Day]:
    day, last = date(year, 1, 1), date(year, 12, 31)
    while day <= last:
        try:
            _on_holiday, name = chinese_calendar.get_holiday_detail(day)
            worked = chinese_calendar.is_workday(day)
        except NotImplementedError:
            return  # the package raises for a year that has not been announced
        if name:
            yield Day(day, worked, _NAMES.get(name, name))
        day += timedelta(days=1)
