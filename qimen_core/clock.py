"""The time source. Everything that needs "now" is given a clock, so that a test can own time."""

from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

__all__ = ["LOCAL", "Clock", "FixedClock", "SystemClock", "local"]

LOCAL = ZoneInfo("Asia/Shanghai")


def local(moment: datetime) -> datetime:
    """Return the moment as people in the county read it: Asia/Shanghai, aware."""
    return moment.astimezone(LOCAL)


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        ...

    def today(self) -> date:
        """Return the present day in Asia/Shanghai."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        return datetime.now(UTC)

    def today(self) -> date:
        """Return the present day in Asia/Shanghai."""
        return local(self.now()).date()


class FixedClock:
    """A clock that stands still until it is moved; for tests and for seeding data.

    Args:
        start: An aware datetime.
    """

    def __init__(self, start: datetime) -> None:
        if start.tzinfo is None:
            raise ValueError("FixedClock needs an aware datetime, got a naive one")
        self._now = start.astimezone(UTC)

    def now(self) -> datetime:
        """Return the moment the clock stands at, aware, in UTC."""
        return self._now

    def today(self) -> date:
        """Return that moment's day in Asia/Shanghai."""
        return local(self._now).date()

    def advance(self, step: timedelta) -> None:
        """Move the clock by ``step``."""
        self._now += step

    def set(self, moment: datetime) -> None:
        """Put the clock to an aware ``moment``."""
        self._now = moment.astimezone(UTC)
