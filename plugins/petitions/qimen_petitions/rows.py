"""A row of the list as the page and the workbook show it: plain tuples, nothing to look up."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from qimen_core import Context, local, translations
from qimen_core.workdays import calendar_of
from qimen_orders import STATE_LABELS, STATE_TONES, State, due_teller
from qimen_petitions.rules import CHANNELS

__all__ = ["PetitionRow", "row_words"]

_ = translations("qimen_petitions")


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

    Args:
        ctx: Who reads, and when. Rows are as :func:`.listing.petition_source` looks them up.
        labels: The categories' labels by code.
    """
    states = {key: str(label) for key, label in STATE_LABELS.items()}
    channels = {key: str(label) for key, label in CHANNELS.items()}
    calendar = ctx.remember("core.workdays", lambda: calendar_of(ctx.session))
    tell_due = due_teller(calendar, ctx.now)

    def due_of(due_at: datetime | None, closed_at: datetime | None, state: str) -> tuple[str, str]:
        if closed_at is not None:
            day = f"{local(closed_at):%m-%d}"
            return (_("{day} 办结").format(day=day) if state == State.CLOSED else day), ""
        if due_at is None:
            return "—", ""
        return tell_due(due_at)

    def say(row: Sequence[Any]) -> PetitionRow:
        (
            order_id, number, title, requester, unit, category, state, urgent,
            due_at, closed_at, submitted_at, channel, handler, place,
        ) = row  # fmt: skip
        due, due_tone = due_of(due_at, closed_at, state)
        return PetitionRow(
            order_id,
            number,
            title,
            requester,
            unit,
            labels.get(category, ""),
            states[state],
            due,
            local(submitted_at).isoformat(" ", "minutes")[:16] if submitted_at else "",
            channels.get(channel, ""),
            handler,
            place,
            STATE_TONES[state],
            due_tone,
            urgent,
        )

    return say
