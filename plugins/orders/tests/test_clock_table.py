"""Due times over 2024–2026 against a count by hand, with every holiday and make-up workday."""

from datetime import date, datetime, time, timedelta

import pytest

from qimen_core import LOCAL
from qimen_core.timers import Limit
from qimen_core.workdays import Calendar, seed_days
from qimen_orders.clock_facts import describe
from qimen_orders.clocks import Clock, due_of, recounted
from qimen_orders.limits import extension_of
from qimen_orders.rules import ClockKind

DAY = timedelta(days=1)
CALENDAR = Calendar(seed_days(2024, 2026))

# The State Council's arrangements, typed from the notices: first and last day off.
OFF = (
    ("2024-01-01", "2024-01-01"), ("2024-02-10", "2024-02-17"), ("2024-04-04", "2024-04-06"),
    ("2024-05-01", "2024-05-05"), ("2024-06-10", "2024-06-10"), ("2024-09-15", "2024-09-17"),
    ("2024-10-01", "2024-10-07"), ("2025-01-01", "2025-01-01"), ("2025-01-28", "2025-02-04"),
    ("2025-04-04", "2025-04-06"), ("2025-05-01", "2025-05-05"), ("2025-05-31", "2025-06-02"),
    ("2025-10-01", "2025-10-08"), ("2026-01-01", "2026-01-03"), ("2026-02-15", "2026-02-23"),
    ("2026-04-04", "2026-04-06"), ("2026-05-01", "2026-05-05"), ("2026-06-19", "2026-06-21"),
    ("2026-09-25", "2026-09-27"), ("2026-10-01", "2026-10-07"),
)  # fmt: skip
MAKE_UP = (
    "2024-02-04", "2024-02-18", "2024-04-07", "2024-04-28", "2024-05-11", "2024-09-14",
    "2024-09-29", "2024-10-12", "2025-01-26", "2025-02-08", "2025-04-27", "2025-09-28",
    "2025-10-11", "2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20",
    "2026-10-10",
)  # fmt: skip
DAYS_OFF = {
    date.fromisoformat(first) + n * DAY
    for first, last in OFF
    for n in range((date.fromisoformat(last) - date.fromisoformat(first)).days + 1)
}
MADE_UP = {date.fromisoformat(day) for day in MAKE_UP}


def worked(day: date) -> bool:
    """Say by the notices alone whether a day is worked."""
    return day in MADE_UP or (day.weekday() < 5 and day not in DAYS_OFF)


def by_hand(start: datetime, days: int) -> datetime:
    """Count working days one by one: from a day off, counting begins with the next working day."""
    day = start.date()
    if worked(day):
        while days:
            day += DAY
            days -= worked(day)
        return datetime.combine(day, start.timetz())
    while days:
        day += DAY
        days -= worked(day)
    return datetime.combine(day + DAY, time(), LOCAL)


def clock_from(start: datetime, limit: str) -> Clock:
    clock = Clock(1, ClockKind.HANDLING, 1, start, Limit.parse(limit), "求助办理时限")
    return recounted(clock, CALENDAR)


def test_the_notices_typed_by_hand_and_the_seed_agree_on_every_day() -> None:
    day = date(2024, 1, 1)
    while day.year < 2027:
        assert CALENDAR.is_workday(day) == worked(day), day
        day += DAY


@pytest.mark.parametrize("days", [1, 2, 3, 13])
def test_every_start_in_three_years_is_due_as_counted_by_hand(days: int) -> None:
    start = datetime(2024, 1, 1, 16, 40, tzinfo=LOCAL)
    checked = 0
    while start.year < 2027 and start < datetime(2026, 12, 1, tzinfo=LOCAL):
        clock = clock_from(start, f"{days}w")
        expected = by_hand(start, days)
        assert clock.due_at == expected, start
        explained = describe([clock], CALENDAR, start)[0].lines
        assert explained[0].startswith(f"{start.month}月{start.day}日")
        assert explained[-1].endswith("到期")
        last = expected - timedelta(microseconds=1)
        assert explained[-1].startswith(f"{last.month}月{last.day}日")
        start += DAY
        checked += 1
    assert checked > 1000


@pytest.mark.parametrize("day", MAKE_UP)
def test_a_make_up_workday_counts_and_is_named(day: str) -> None:
    worked_on = date.fromisoformat(day)
    start = datetime.combine(worked_on, time(9), LOCAL)
    clock = clock_from(start, "1w")
    assert clock.due_at == by_hand(start, 1)
    lines = describe([clock], CALENDAR, start)[0].lines
    assert any(line.endswith("调休上班，计入") and f"{worked_on.day}日" in line for line in lines)
    # By the week alone it would be a day off: the same clock would be due elsewhere.
    assert due_of(clock, Calendar()) != clock.due_at


@pytest.mark.parametrize(("first", "last"), OFF)
def test_a_holiday_is_left_out_and_is_named(first: str, last: str) -> None:
    start = datetime.combine(date.fromisoformat(first) - DAY, time(9), LOCAL)
    clock = clock_from(start, "2w")
    assert clock.due_at == by_hand(start, 2)
    lines = describe([clock], CALENDAR, start)[0].lines
    assert any("放假，不计" in line for line in lines)


def test_calendar_days_and_working_days_are_never_mixed() -> None:
    start = datetime(2026, 2, 13, 9, tzinfo=LOCAL)
    by_days = clock_from(start, "15d")
    assert by_days.due_at == start + timedelta(days=15)
    assert not any("放假" in line for line in describe([by_days], CALENDAR, start)[0].lines)
    assert str(extension_of(by_days.limit, 30)) == "30d"
    assert str(extension_of(Limit.parse("13w"), 5)) == "5w"
    assert str(extension_of(Limit.parse("0s"), 2)) == "2w"


@pytest.mark.parametrize(
    ("limit", "more", "due"),
    [
        ("3w", "2w", "2026-03-18 09:00"),
        ("60d", "30d", "2026-06-09 09:00"),
        # Urgent, the same day: two working days from its midnight.
        ("0s", "2w", "2026-03-14 00:00"),
    ],
)
def test_an_extension_goes_on_where_the_limit_ends(limit: str, more: str, due: str) -> None:
    start = datetime(2026, 3, 11, 9, tzinfo=LOCAL)
    clock = clock_from(start, limit)
    grown = Clock(1, ClockKind.HANDLING, 1, start, clock.limit, "", extensions=(Limit.parse(more),))
    expected = datetime.strptime(due, "%Y-%m-%d %H:%M").replace(tzinfo=LOCAL)
    assert due_of(grown, CALENDAR) == expected
