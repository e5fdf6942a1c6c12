"""A row of the list as the page and the workbook show it: plain tuples, nothing to look up."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, time, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from qimen_core import LOCAL, Context, local, translations
from qimen_core.i18n import current_language
from qimen_core.workdays import Calendar, calendar_for
from qimen_orders import STATE_LABELS, STATE_TONES, State, due_words
from qimen_petitions.rules import CHANNELS

__all__ = ["PetitionRow", "row_words"]

_ = translations("qimen_petitions")


# Where a row of the list holds what its words also depend on.
_CATEGORY, _DUE_AT = 5, 8


class PetitionRow(NamedTuple):
    """One row, in the order of the columns, with the tones of its badges."""

    id: int
    number: str
    title: str
    requester: str
    unit: str
    category: str
    state: str
    due: str
    submitted: str
    channel: str
    handler: str
    place: str
    state_tone: str
    due_tone: str
    urgent: bool

    @property
    def cells(self) -> tuple[str, ...]:
        """One value per column of the list."""
        return self[1:12]


def row_words(ctx: Context, labels: Mapping[str, str]) -> Callable[[Sequence[Any]], PetitionRow]:
    """Return a function that says one row in words; what it needs to know is read once.

    A list shows the same rows again and again, so the words of the latest rows are kept. Of what is
    due today they change with the hour, of any other day only with the day.

    Args:
        ctx: Who reads, and when. Rows are as :func:`.listing.petition_source` looks them up.
        labels: The categories' labels by code.
    """
    calendar = calendar_for(ctx)
    now, language = ctx.now, current_language()
    begin = datetime.combine(local(now).date(), time(), LOCAL)
    end, noon = begin + timedelta(days=1), begin + timedelta(hours=12)

    def say(row: Sequence[Any]) -> PetitionRow:
        label, due_at = labels.get(row[_CATEGORY], ""), row[_DUE_AT]
        if due_at is not None and begin < due_at <= end:
            return _words(tuple(row), label, calendar, now)
        return _kept_words(tuple(row), label, calendar, noon, language)

    return say


@lru_cache(maxsize=8192)
def _kept_words(
    row: tuple[Any, ...], label: str, calendar: Calendar, noon: datetime, language: str
) -> PetitionRow:
    del language  # part of the key: the words are in it
    return _words(row, label, calendar, noon)


def _words(row: tuple[Any, ...], label: str, calendar: Calendar, now: datetime) -> PetitionRow:
    (
        order_id, number, title, requester, unit, _category, state, urgent,
        due_at, closed_at, submitted_at, channel, handler, place, *_sort,
    ) = row  # fmt: skip
    due, due_tone = _due(due_at, closed_at, state, calendar, now)
    return PetitionRow(
        order_id,
        number,
        title,
        requester,
        unit,
        label,
        str(STATE_LABELS[state]),
        due,
        local(submitted_at).isoformat(" ", "minutes")[:16] if submitted_at else "",
        str(CHANNELS.get(channel, "")),
        handler,
        place,
        STATE_TONES[state],
        due_tone,
        urgent,
    )


def _due(
    due_at: datetime | None,
    closed_at: datetime | None,
    state: str,
    calendar: Calendar,
    now: datetime,
) -> tuple[str, str]:
    if closed_at is not None:
        day = f"{local(closed_at):%m-%d}"
        return (_("{day} 办结").format(day=day) if state == State.CLOSED else day), ""
    return due_words(due_at, calendar, now) if due_at is not None else ("—", "")
