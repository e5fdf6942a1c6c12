"""Moments as lists write them, read as what they mean; what could mean two things is refused."""

# lint-ok-file: chinese -- words in clerks' own cells, read and never shown

import re
import unicodedata
from datetime import UTC, date, datetime, time, timedelta
from email.utils import parsedate_to_datetime
from typing import Annotated

from pydantic import BeforeValidator

from qimen_core import LOCAL, translations
from qimen_core.excel import BadCell, as_text

__all__ = ["ExcelMoment", "as_moment"]

_ = translations("qimen_petitions")

_EPOCH = datetime(1899, 12, 30, tzinfo=LOCAL)
# Excel counts days. Between these lie 1990 and 2099; below, a number is rather a year.
_SERIALS = (32874.0, 73050.0)
_SECONDS = re.compile(r"1\d{9}")
_MILLISECONDS = re.compile(r"1\d{12}")
_SOLID = re.compile(r"(\d{4})(\d{2})(\d{2})(?:[ T]?(\d{2}):?(\d{2})(?::?(\d{2}))?)?")
_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_WEEKDAY = re.compile(r"[(]?(?:星期|周|礼拜)[一二三四五六日天][)]?")
_CLOCK = re.compile(
    r"(\d{1,2})(?:\s*(?::|点|时|时刻)\s*(?:(\d{1,2}|半|整)\s*分?)?(?:\s*[:]?\s*(\d{1,2})(?:\.\d+)?\s*秒?)?)"
)
_ZONE = re.compile(r"(?:Z|([+-])(\d{2}):?(\d{2}))$")
_AFTERNOON = frozenset({"下午", "晚上", "傍晚", "晚", "pm"})
_HALF = re.compile(r"上午|下午|中午|凌晨|早上|早晨|清晨|傍晚|晚上|晚|[ap]\.?m\.?", re.IGNORECASE)
_ENGLISH = re.compile(r"[A-Za-z]{3}")
_MONTH_FIRST = ("%b %d, %Y", "%B %d, %Y", "%d %b %Y", "%d-%b-%Y", "%d %B %Y", "%d-%b-%y")
_SLASHED = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})")


def as_moment(value: object) -> object:
    """Return an aware moment from what a cell holds; without a time of day it is midnight.

    Raises:
        BadCell: It is no moment, does not exist, or could be two different days.
    """
    if value is None or (isinstance(value, datetime) and value.tzinfo is not None):
        return value
    if isinstance(value, datetime):
        return value.replace(tzinfo=LOCAL)
    if isinstance(value, date):
        return datetime.combine(value, time(), LOCAL)
    text = unicodedata.normalize("NFKC", str(as_text(value))).strip()
    found = _number(text) or _solid(text) or _written(text) or _english(text)
    if found is None:
        raise _bad()
    if not 1990 <= found.year <= 2099:
        raise BadCell(_("年份不合理"), _("请核对年份，应在 1990 至 2099 之间。"))
    return found


def _number(text: str) -> datetime | None:
    """Return the moment of an Excel serial, or of seconds or milliseconds since 1970."""
    if _SECONDS.fullmatch(text) or _MILLISECONDS.fullmatch(text):
        return datetime.fromtimestamp(int(text[:10]), UTC).astimezone(LOCAL)
    if re.fullmatch(r"\d{5}(?:\.\d+)?", text) and _SERIALS[0] <= float(text) <= _SERIALS[1]:
        # Excel's fraction of a day is rounded; the second that was meant is the nearest one.
        return _EPOCH + timedelta(seconds=round(float(text) * 86400))
    return None


def _solid(text: str) -> datetime | None:
    found = _SOLID.fullmatch(text)
    if found is None:
        return None
    year, month, day, *clock = (int(part or 0) for part in found.groups())
    return _existing(year, month, day, *clock)


def _written(text: str) -> datetime | None:
    """Return the moment of ``2021-3-4 10:05``, ``2021年3月4日下午3点半``, ``2021/3/4 PM 3:05``."""
    day = _DAY.match(text)
    rest = text[day.end() :] if day else ""
    if day is None:
        slashed = _SLASHED.match(text)
        if slashed is None:
            return None
        parts, rest = _ordered(*(int(part) for part in slashed.groups())), text[slashed.end() :]
    else:
        parts = (int(day[1]), int(day[2]), int(day[3]))
    zone = _ZONE.search(rest)
    if zone is not None:
        rest = rest[: zone.start()]
    clock = _clock(_WEEKDAY.sub(" ", rest).replace("T", " ").strip(" ,，"))
    found = _existing(*parts, *clock)
    return _shifted(found, zone) if zone is not None else found


def _ordered(first: int, second: int, year: int) -> tuple[int, int, int]:
    """Return year, month and day of ``25/3/2021`` or ``3/25/2021``.

    Raises:
        BadCell: Both could be the month.
    """
    if first <= 12 and second <= 12 and first != second:
        raise BadCell(_("看不出哪个是月、哪个是日"), _("请把年份写在前面，如 2021-03-04。"))
    return (year, second, first) if first > 12 else (year, first, second)


def _clock(rest: str) -> tuple[int, int, int]:
    half = _HALF.search(rest)
    rest = _HALF.sub(" ", rest).strip()
    if not rest:
        if half is not None and half[0] == "中午":
            return 12, 0, 0
        return 0, 0, 0
    found = _CLOCK.fullmatch(rest)
    if found is None:
        raise _bad()
    minute = {"半": 30, "整": 0}.get(found[2] or "")
    hour = int(found[1])
    word = half[0].lower().replace(".", "") if half is not None else ""
    if hour < 12 and (word in _AFTERNOON or (word == "中午" and hour < 3)):
        hour += 12
    # Excel writes the first minutes of a day as 上午12:05; 上午12点 is said of noon.
    if hour == 12 and (word in {"am", "凌晨"} or (word == "上午" and ":" in rest)):
        hour = 0
    return hour, int(found[2] or 0) if minute is None else minute, int(found[3] or 0)


def _shifted(moment: datetime, zone: re.Match[str]) -> datetime:
    if zone[1] is None:
        return moment.replace(tzinfo=UTC).astimezone(LOCAL)
    away = timedelta(hours=int(zone[2]), minutes=int(zone[3]))
    east = away if zone[1] == "+" else -away
    return (moment.replace(tzinfo=UTC) - east).astimezone(LOCAL)


def _english(text: str) -> datetime | None:
    """Return the moment of an RFC 2822 date, or of a month written as an English word."""
    if not _ENGLISH.search(text):
        return None
    found = None if _HALF.search(text) else _rfc(text)
    if found is not None:
        return found.replace(tzinfo=LOCAL) if found.tzinfo is None else found.astimezone(LOCAL)
    day, rest = _split_english(text)
    for form in _MONTH_FIRST:
        try:
            found = datetime.strptime(day, form).replace(tzinfo=LOCAL)
        except ValueError:
            continue
        return _existing(found.year, found.month, found.day, *_clock(rest.strip()))
    return None


def _rfc(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None


def _split_english(text: str) -> tuple[str, str]:
    year = re.search(r"\d{4}", text)
    return (text[: year.end()], text[year.end() :]) if year else (text, "")


def _existing(year: int, month: int, day: int, *clock: int) -> datetime:
    hour, minute, second = (*clock, 0, 0, 0)[:3]
    try:
        if (hour, minute, second) == (24, 0, 0):
            return datetime(year, month, day, tzinfo=LOCAL) + timedelta(days=1)
        return datetime(year, month, day, hour, minute, second, tzinfo=LOCAL)
    except ValueError as error:
        raise BadCell(_("没有这个日期或时刻"), _("请核对年、月、日、时、分。")) from error


def _bad() -> BadCell:
    return BadCell(
        _("看不懂的时间"),
        _("请写成 2021-03-04 10:05、2021年3月4日 10:05 或 20210304，年份要四位。"),
    )


ExcelMoment = Annotated[datetime, BeforeValidator(as_moment)]
