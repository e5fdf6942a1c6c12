"""How a due time is told in a list: so many working days left, or over."""

from datetime import datetime, timedelta

from qimen_core.clock import local
from qimen_core.i18n import translations
from qimen_core.workdays import Calendar

__all__ = ["due_words"]

_ = translations("qimen_orders")

_ONE_MOMENT = timedelta(microseconds=1)
_ONE_DAY = timedelta(days=1)
_SOON = 2


def due_words(due_at: datetime, calendar: Calendar, now: datetime) -> tuple[str, str]:
    """Return the words for a due time and their tone.

    Args:
        due_at: When it is due; midnight belongs to the day that it ends.
        calendar: Which days are worked.
        now: The moment of asking.
    """
    today, day = local(now).date(), local(due_at - _ONE_MOMENT).date()
    if now > due_at:
        days = calendar.workdays_between(day + _ONE_DAY, today)
        text = _("超 {n} 个工作日").format(n=days) if days else str(_("已超时"))
        return text, "danger"
    if day == today:
        here = local(due_at)
        clock = "24:00" if here.date() != today else f"{here:%H:%M}"
        return _("今天 {clock} 到期").format(clock=clock), "warn"
    days = calendar.workdays_between(today + _ONE_DAY, day)
    return _("剩 {n} 个工作日").format(n=days), "warn" if days <= _SOON else "muted"
