"""Moments at which an office does something: on working days, between 8:30 and 17:30."""

from datetime import date, datetime, time, timedelta
from random import Random

from qimen_core.clock import LOCAL, local
from qimen_core.workdays import Calendar

__all__ = ["OfficeTime"]

_OPENS, _CLOSES = time(8, 30), time(17, 30)
_DAY = timedelta(days=1)


class OfficeTime:
    """Draws moments; the same draws for the same source of chance.

    Args:
        calendar: Which days are worked.
        rng: The seeded source of chance.
    """

    def __init__(self, calendar: Calendar, rng: Random) -> None:
        self._calendar = calendar
        self._rng = rng

    def during(self, day: date, earliest: int = 8, latest: int = 17) -> datetime:
        """Return a moment of ``day`` between two full hours, whether the office is open or not."""
        hour = self._rng.randint(earliest, latest - 1)
        moment = time(hour, self._rng.randrange(60), self._rng.randrange(60))
        return datetime.combine(day, moment, LOCAL)

    def after(self, moment: datetime, least: int, most: int) -> datetime:
        """Return a moment ``least`` to ``most`` minutes later, or soon after the next opening."""
        return self.opened(moment + timedelta(minutes=self._rng.randint(least, most)))

    def opened(self, moment: datetime) -> datetime:
        """Return the moment itself when the office is open, else one soon after it opens."""
        here = local(moment)
        day = here.date()
        worked = self._calendar.is_workday(day)
        if worked and _OPENS <= here.time() <= _CLOSES:
            return moment
        if not worked or here.time() > _CLOSES:
            day = self._calendar.add_workdays(day, 1)
        opening = datetime.combine(day, _OPENS, LOCAL)
        return opening + timedelta(minutes=self._rng.randint(1, 50))

    def workdays_after(self, moment: datetime, count: int) -> datetime:
        """Return a moment in office hours ``count`` working days later, after ``moment``."""
        if not count:
            return self.after(moment, 30, 240)
        day = self._calendar.add_workdays(local(moment).date(), count)
        return self.during(day, 9, 17)

    def workdays_before(self, day: date, count: int) -> date:
        """Return the day from which ``count`` working days lead to ``day``.

        A day that is not worked counts as the next one that is, since nothing is due on it.
        """
        if not self._calendar.is_workday(day):
            day = self._calendar.add_workdays(day, 1)
        while count:
            day -= _DAY
            count -= self._calendar.is_workday(day)
        return day
