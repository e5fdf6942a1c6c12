"""A row of the list says the same however often it is asked, and never what held yesterday."""

from datetime import UTC, datetime, timedelta

import pytest

from qimen_core import Context, FixedClock, Qimen
from qimen_core.i18n import using_language
from qimen_petitions.rows import PetitionRow, row_words

NOON = datetime(2026, 3, 9, 4, 0, tzinfo=UTC)
"""Twelve o'clock of a Monday in Shanghai; its midnights are at 16:00 UTC."""

# Each with what is said at noon, and in the last minute of the day.
DUES = {
    "the midnight this day began": (NOON - timedelta(hours=12), "超 1 个工作日", "超 1 个工作日"),
    "this morning": (NOON - timedelta(hours=2), "已超时", "已超时"),
    "this evening": (NOON + timedelta(hours=6), "今天 18:00 到期", "已超时"),
    "the midnight this day ends": (
        NOON + timedelta(hours=12),
        "今天 24:00 到期",
        "今天 24:00 到期",
    ),
    "tomorrow": (NOON + timedelta(hours=20), "剩 1 个工作日", "剩 1 个工作日"),
}


def row(due_at: datetime) -> tuple[object, ...]:
    order = (7, "20260309-1", "路灯不亮", "张*", "城东社区", "help", "in_progress", False)
    return (*order, due_at, None, NOON - timedelta(days=5), "phone", "李四", "河边")


def said(ctx: Context, due_at: datetime, label: str = "道路照明") -> PetitionRow:
    # As in a request, where the calendar is remembered.
    ctx.session.info["epoch"] = 1
    return row_words(ctx, {"help": label})(row(due_at))


@pytest.fixture
def at_noon(clock: FixedClock) -> FixedClock:
    clock.advance(NOON - clock.now())
    return clock


@pytest.mark.parametrize(("due_at", "at_noon_said", "at_night_said"), DUES.values(), ids=DUES)
def test_only_what_is_due_today_changes_with_the_hour(
    qimen: Qimen,
    at_noon: FixedClock,
    due_at: datetime,
    at_noon_said: str,
    at_night_said: str,
) -> None:
    with qimen.db.session() as own:
        assert said(qimen.system_context(own), due_at).due == at_noon_said
        at_noon.advance(timedelta(hours=11, minutes=59))
        assert said(qimen.system_context(own), due_at).due == at_night_said


def test_a_new_day_a_new_label_and_another_language_are_told_anew(
    qimen: Qimen, at_noon: FixedClock
) -> None:
    due_at = NOON + timedelta(days=3)
    with qimen.db.session() as own:
        first = said(qimen.system_context(own), due_at)
        assert said(qimen.system_context(own), due_at) is first
        assert said(qimen.system_context(own), due_at, "环境卫生").category == "环境卫生"
        with using_language("en"):
            assert said(qimen.system_context(own), due_at).due != first.due
        at_noon.advance(timedelta(days=1))
        assert said(qimen.system_context(own), due_at).due == "剩 2 个工作日"
