"""The work calendar against the official days of three years."""

import csv
import os
from datetime import date, timedelta
from pathlib import Path

import pytest

from qimen_core.workdays import Calendar, Day, DayKind, seed_days

_ROOT = Path(__file__).resolve().parents[2]
_SHARED = Path(os.environ.get("QIMEN_SHARED", _ROOT.parent / "shared"))
_OFFICIAL = _SHARED / "data" / "holidays_cn_2024_2026.csv"


def _official() -> list[tuple[date, bool, str]]:
    if not _OFFICIAL.exists():
        pytest.skip(f"no official days at {_OFFICIAL}; set QIMEN_SHARED to the folder above data/")
    with _OFFICIAL.open(encoding="utf-8") as source:
        return [
            (date.fromisoformat(row["date"]), row["is_workday"] == "1", row["name_zh"])
            for row in csv.DictReader(source)
        ]


def test_seed_gives_every_official_day_and_no_other() -> None:
    seeded = [(day.day, day.is_workday, day.name) for day in seed_days(2024, 2026)]
    assert seeded == _official()


def test_every_day_of_three_years_is_what_the_official_list_makes_it() -> None:
    calendar = Calendar(seed_days(2024, 2026))
    official = {day: worked for day, worked, _ in _official()}
    day = date(2024, 1, 1)
    while day.year < 2027:
        assert calendar.is_workday(day) is official.get(day, day.weekday() < 5), day
        day += timedelta(days=1)


def test_an_unannounced_year_gives_no_seed_and_follows_the_week_with_a_banner() -> None:
    calendar = Calendar(seed_days(2024, 2027))
    assert calendar.known_until == date(2026, 12, 31)
    assert [calendar.is_workday(date(2027, 1, n)) for n in range(1, 5)] == [
        True,
        False,
        False,
        True,
    ]
    assert calendar.banner(date(2026, 12, 31)) is None
    banner = calendar.banner(date(2027, 1, 1))
    assert banner is not None
    assert "2027" in banner


def test_one_local_day_off_does_not_make_its_year_known() -> None:
    days = [*seed_days(2026, 2026), Day(date(2027, 3, 1), False, "停电")]
    calendar = Calendar(days)
    assert not calendar.is_workday(date(2027, 3, 1))
    assert not calendar.knows(date(2027, 3, 1))


def test_an_empty_calendar_says_that_it_is_empty() -> None:
    assert Calendar().banner(date(2026, 1, 1)) == "工作日历尚未录入，暂按周一至周五计算。"


def test_kinds_tell_holiday_weekend_and_makeup_apart() -> None:
    calendar = Calendar(seed_days(2026, 2026))
    kinds = [calendar.kind(date(2026, 2, n)) for n in (13, 14, 15, 16)]
    assert kinds == [DayKind.WORKDAY, DayKind.MAKEUP, DayKind.HOLIDAY, DayKind.HOLIDAY]
    assert calendar.kind(date(2026, 2, 8)) is DayKind.WEEKEND


def test_adding_working_days_skips_the_festival_and_counts_the_makeup_saturday() -> None:
    calendar = Calendar(seed_days(2026, 2026))
    assert calendar.add_workdays(date(2026, 2, 13), 1) == date(2026, 2, 14)
    assert calendar.add_workdays(date(2026, 2, 13), 2) == date(2026, 2, 24)
    assert calendar.add_workdays(date(2026, 2, 13), 0) == date(2026, 2, 13)
    assert calendar.workdays_between(date(2026, 2, 14), date(2026, 2, 24)) == 2
    with pytest.raises(ValueError, match="-1"):
        calendar.add_workdays(date(2026, 2, 13), -1)
