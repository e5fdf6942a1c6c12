"""Clocks against a walker that counts every quarter of an hour."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qimen_core.clock import LOCAL, local
from qimen_core.timers import (
    Limit,
    LimitUnit,
    LineKind,
    Pause,
    Timer,
    explain,
    explain_text,
    merge_pauses,
)
from qimen_core.workdays import Calendar, Day, seed_days

CALENDAR = Calendar(seed_days(2024, 2026))
STEP = timedelta(minutes=15)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LOCAL)


def walk(timer: Timer, calendar: Calendar) -> datetime | None:
    """Find the due time by looking at one quarter of an hour after the other."""
    left, moment = timer.budget, timer.start
    while left > timedelta():
        paused = any(
            pause.start <= moment and (pause.end is None or moment < pause.end)
            for pause in timer.pauses
        )
        if any(pause.end is None and pause.start <= moment for pause in timer.pauses):
            return None
        day = local(moment).date()
        worked = timer.limit.unit is not LimitUnit.WORKDAYS or calendar.is_workday(day)
        left -= STEP if worked and not paused else timedelta()
        moment += STEP
    return moment


quarters = st.integers(min_value=0, max_value=96 * 40)
starts = st.integers(min_value=0, max_value=96 * 1000).map(
    lambda n: at("2024-01-01T00:00") + n * STEP
)
limits = st.one_of(
    st.integers(1, 15).map(lambda n: Limit(n, LimitUnit.WORKDAYS)),
    st.integers(1, 20).map(lambda n: Limit(n, LimitUnit.DAYS)),
    st.just(Limit(0, LimitUnit.SAME_DAY)),
)


@st.composite
def timers(draw: st.DrawFn, open_pauses: bool = True) -> Timer:
    start = draw(starts)
    pauses = []
    for _ in range(draw(st.integers(0, 4))):
        begin = start + (draw(quarters) - 96 * 5) * STEP
        is_open = open_pauses and draw(st.integers(0, 5)) == 0
        pauses.append(Pause(begin, None if is_open else begin + draw(quarters) * STEP, "补件"))
    return Timer(start, draw(limits), tuple(pauses))


odd_days = st.dictionaries(st.dates(date(2024, 1, 1), date(2026, 12, 31)), st.booleans())


@given(timers(), odd_days)
@settings(max_examples=150, deadline=None)
def test_due_time_is_what_the_walker_finds(timer: Timer, odd: dict[date, bool]) -> None:
    calendar = Calendar([Day(day, worked) for day, worked in odd.items()])
    assert timer.due(calendar) == walk(timer, calendar)


@given(timers(open_pauses=False))
@settings(max_examples=100, deadline=None)
def test_exactly_the_limit_has_run_at_the_due_time(timer: Timer) -> None:
    due = timer.due(CALENDAR)
    assert due is not None
    assert timer.remaining(CALENDAR, due) == timedelta()
    assert timer.remaining(CALENDAR, due - STEP) == STEP


@given(timers(open_pauses=False), quarters, quarters)
@settings(max_examples=100, deadline=None)
def test_a_pause_never_brings_the_due_time_forward(timer: Timer, begin: int, length: int) -> None:
    start = timer.start + begin * STEP
    more = Timer(timer.start, timer.limit, (*timer.pauses, Pause(start, start + length * STEP)))
    before, after = timer.due(CALENDAR), more.due(CALENDAR)
    assert before is not None
    assert after is not None
    assert after >= before


@given(timers())
@settings(max_examples=60, deadline=None)
def test_pauses_given_twice_count_once(timer: Timer) -> None:
    twice = Timer(timer.start, timer.limit, (*timer.pauses, *timer.pauses))
    assert twice.due(CALENDAR) == timer.due(CALENDAR)


@given(timers())
@settings(max_examples=100, deadline=None)
def test_explanation_is_in_order_and_ends_with_the_due_time(timer: Timer) -> None:
    lines = explain(timer, CALENDAR)
    assert lines[0].kind is LineKind.STARTED
    due = timer.due(CALENDAR)
    assert lines[-1].at == due if due else lines[-1].kind is not LineKind.DUE
    middle = [line.at for line in lines[1:-1]]
    assert middle == sorted(middle)
    assert all(line.text and line.machine()["kind"] == line.kind.value for line in lines)


def test_the_example_of_the_domain_reads_line_by_line() -> None:
    pause = Pause(at("2026-02-25T09:00"), at("2026-02-27T09:00"), "等待补充材料")
    timer = Timer(at("2026-02-13T16:40"), Limit(4, LimitUnit.WORKDAYS), (pause,))
    assert timer.due(CALENDAR) == datetime(2026, 2, 28, 8, 40, tzinfo=UTC)
    assert [line.text for line in explain(timer, CALENDAR)] == [
        "2月13日周五 16:40 开始，时限4个工作日",
        "2月14日周六 调休上班，计入",
        "2月15日周日—2月23日周一 春节放假，不计",
        "2月25日周三 09:00 至 2月27日周五 09:00 暂停 2天：等待补充材料",
        "2月28日周六 调休上班，计入",
        "2月28日周六 16:40 到期",
    ]
    assert explain(timer, CALENDAR)[3].machine() == {
        "kind": "paused",
        "at": "2026-02-25T09:00:00+08:00",
        "until": "2026-02-27T09:00:00+08:00",
        "detail": "等待补充材料",
    }


def test_calendar_days_run_through_weekends_and_festivals() -> None:
    timer = Timer(at("2026-02-10T09:00"), Limit(15, LimitUnit.DAYS))
    assert timer.due(CALENDAR) == at("2026-02-25T09:00")
    assert [line.kind for line in explain(timer, CALENDAR)] == [LineKind.STARTED, LineKind.DUE]


def test_same_day_ends_at_midnight_even_on_a_sunday() -> None:
    timer = Timer(at("2026-03-08T10:00"), Limit(0, LimitUnit.SAME_DAY))
    assert timer.due(CALENDAR) == at("2026-03-09T00:00")
    assert explain_text(timer, CALENDAR).endswith("3月8日周日 24:00 到期")


def test_a_start_on_a_day_off_counts_from_the_next_workday() -> None:
    timer = Timer(at("2026-05-02T09:00"), Limit(1, LimitUnit.WORKDAYS))
    assert explain_text(timer, CALENDAR).endswith("5月6日周三 24:00 到期")


def test_an_open_pause_has_no_due_time_and_says_since_when() -> None:
    pause = Pause(at("2026-03-04T09:00"), None, "联系不上来电人")
    timer = Timer(at("2026-03-02T09:00"), Limit(3, LimitUnit.WORKDAYS), (pause,))
    assert timer.due(CALENDAR) is None
    assert timer.suspended
    assert timer.remaining(CALENDAR, at("2026-03-20T09:00")) == timedelta(days=1)
    assert explain_text(timer, CALENDAR).endswith("3月4日周三 09:00 起暂停：联系不上来电人")


def test_a_count_into_an_unannounced_year_says_so() -> None:
    timer = Timer(at("2026-12-28T09:00"), Limit(13, LimitUnit.WORKDAYS))
    assert LineKind.UNKNOWN in [line.kind for line in explain(timer, CALENDAR)]


def test_a_calendar_without_workdays_is_refused_instead_of_walked_for_ever() -> None:
    never = Calendar([Day(date(2026, 1, 1) + timedelta(days=n), False) for n in range(4000)])
    with pytest.raises(ValueError, match="no working day"):
        Timer(at("2026-01-01T09:00"), Limit(1, LimitUnit.WORKDAYS)).due(never)


def test_overlapping_pauses_are_joined_and_keep_both_reasons() -> None:
    first = Pause(at("2026-03-02T09:00"), at("2026-03-04T09:00"), "补件")
    second = Pause(at("2026-03-03T09:00"), at("2026-03-05T09:00"), "鉴定")
    assert merge_pauses([second, first]) == [Pause(first.start, second.end, "补件；鉴定")]


@pytest.mark.parametrize("text", ["3w", "15d", "0s"])
def test_a_limit_reads_back_what_it_writes(text: str) -> None:
    assert str(Limit.parse(text)) == text


@pytest.mark.parametrize("text", ["", "w", "3", "-1w", "3h", "0w", "1s", "3 w"])
def test_a_text_that_is_no_limit_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="limit"):
        Limit.parse(text)
