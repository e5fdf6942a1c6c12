"""A due time explained line by line, for the page and for programs."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import groupby

from qimen_core.clock import LOCAL, local
from qimen_core.i18n import translations
from qimen_core.timers.limit import LimitUnit
from qimen_core.timers.pause import Pause, merge_pauses
from qimen_core.timers.timer import Timer
from qimen_core.workdays.calendar import Calendar, DayKind

__all__ = ["Line", "LineKind", "explain", "explain_text"]

_ = translations("qimen_core")
_DAY = timedelta(days=1)


class LineKind(StrEnum):
    """What a line of an explanation says."""

    STARTED = "started"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    MAKEUP = "makeup"
    PAUSED = "paused"
    SUSPENDED = "suspended"
    UNKNOWN = "unknown"
    DUE = "due"


@dataclass(frozen=True, slots=True)
class Line:
    """One line.

    Attributes:
        kind: What it says.
        at: From when, aware; lines are sorted by it.
        until: To when, exclusive; ``None`` for a moment and for an open pause.
        detail: A holiday's name, a pause's reason, or the limit; may be empty.
    """

    kind: LineKind
    at: datetime
    until: datetime | None = None
    detail: str = ""

    def machine(self) -> dict[str, str | None]:
        """Return ``kind``, ``at``, ``until`` (ISO 8601, local time) and ``detail``."""
        until = local(self.until).isoformat() if self.until else None
        return {
            "kind": self.kind.value,
            "at": local(self.at).isoformat(),
            "until": until,
            "detail": self.detail,
        }

    @property
    def text(self) -> str:
        """Return the line as the page shows it."""
        last = _last_day(self.until) if self.until else local(self.at).date()
        return _TEXTS[self.kind].format(
            at=_moment(self.at),
            end=_deadline(self.at),
            until=_moment(self.until) if self.until else "",
            days=_days(local(self.at).date(), last),
            length=_length(self.until - self.at) if self.until else "",
            detail=self.detail,
        )


_TEXTS = {
    LineKind.STARTED: _("{at} 开始，时限{detail}"),
    LineKind.WEEKEND: _("{days} 周末，不计"),
    LineKind.HOLIDAY: _("{days} {detail}放假，不计"),
    LineKind.MAKEUP: _("{days} 调休上班，计入"),
    LineKind.PAUSED: _("{at} 至 {until} 暂停 {length}：{detail}"),
    LineKind.SUSPENDED: _("{at} 起暂停：{detail}"),
    LineKind.UNKNOWN: _("{days} 之后的节假日安排尚未录入，按周一至周五计算"),
    LineKind.DUE: _("{end} 到期"),
}


def explain(timer: Timer, calendar: Calendar) -> list[Line]:
    """Return the lines from the start to the due time, in order of time.

    A suspended timer ends with its open pause instead of a due time.
    """
    due = timer.due(calendar)
    pauses = [p for p in merge_pauses(timer.pauses) if _matters(p, timer.start, due)]
    end = due or max((p.start for p in pauses), default=timer.start)
    middle = [*_day_lines(timer, calendar, end, pauses), *map(_pause_line, pauses)]
    lines = [Line(LineKind.STARTED, timer.start, detail=timer.limit.label)]
    lines += sorted(middle, key=lambda line: line.at)
    if due is not None:
        lines.append(Line(LineKind.DUE, due))
    return lines


def explain_text(timer: Timer, calendar: Calendar) -> str:
    """Return the explanation as one line of text."""
    return " · ".join(line.text for line in explain(timer, calendar))


def _matters(pause: Pause, start: datetime, due: datetime | None) -> bool:
    return (due is None or pause.start < due) and (pause.end is None or pause.end > start)


def _pause_line(pause: Pause) -> Line:
    kind = LineKind.SUSPENDED if pause.end is None else LineKind.PAUSED
    return Line(kind, pause.start, pause.end, pause.reason)


def _day_lines(
    timer: Timer, calendar: Calendar, end: datetime, pauses: list[Pause]
) -> Iterator[Line]:
    """Yield what the calendar did between start and end; nothing for calendar days."""
    if timer.limit.unit is not LimitUnit.WORKDAYS:
        return
    first, last = local(timer.start).date(), _last_day(end)
    days = [first + n * _DAY for n in range((last - first).days + 1)]
    told = [day for day in days if not any(_covers(pause, day) for pause in pauses)]
    stretches = groupby(told, key=lambda day: (calendar.kind(day), _special_name(calendar, day)))
    for (kind, name), group in stretches:
        stretch = list(group)
        if kind is not DayKind.WORKDAY:
            until = _midnight(stretch[-1] + _DAY)
            yield Line(LineKind(kind.value), _midnight(stretch[0]), until, name)
    if last > first and not calendar.knows(last):
        known = calendar.known_until or first
        yield Line(LineKind.UNKNOWN, max(_midnight(known), timer.start))


def _special_name(calendar: Calendar, day: date) -> str:
    return calendar.name(day) if calendar.kind(day) is not DayKind.WORKDAY else ""


def _covers(pause: Pause, day: date) -> bool:
    ends_later = pause.end is None or pause.end >= _midnight(day + _DAY)
    return ends_later and pause.start <= _midnight(day)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), LOCAL)


def _last_day(end: datetime) -> date:
    """Return the day that ``end`` belongs to when it is exclusive: midnight ends the day before."""
    return local(end - timedelta(microseconds=1)).date()


_WEEKDAYS = (_("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日"))


def _day(day: date) -> str:
    return _("{month}月{day}日{weekday}").format(
        month=day.month, day=day.day, weekday=_WEEKDAYS[day.weekday()]
    )


def _days(first: date, last: date) -> str:
    return _day(first) if first == last else f"{_day(first)}—{_day(last)}"


def _moment(moment: datetime) -> str:
    return f"{_day(local(moment).date())} {local(moment):%H:%M}"


def _deadline(moment: datetime) -> str:
    """Write midnight as 24:00 of the day it ends: that is the day people must be ready by."""
    if local(moment).time() == time():
        return f"{_day(_last_day(moment))} 24:00"
    return _moment(moment)


def _length(length: timedelta) -> str:
    hours, minutes = divmod(length.seconds // 60, 60)
    parts = ((length.days, _("{n}天")), (hours, _("{n}小时")), (minutes, _("{n}分钟")))
    return "".join(text.format(n=n) for n, text in parts if n) or _("{n}分钟").format(n=0)
