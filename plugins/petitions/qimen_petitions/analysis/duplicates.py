"""Whether a petition was said before: like text, same community, same place."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import or_, select

from qimen_core import Context, scope, scoped
from qimen_core.org.paths import under
from qimen_orders import OPEN_STATES, STATE_LABELS, STATE_TONES, Order, State
from qimen_petitions.analysis.likeness import Corpus, common_words
from qimen_petitions.analysis.places import agree, place_label, places_of
from qimen_petitions.models import Petition
from qimen_petitions.reading import READ
from qimen_petitions.services import OWNER
from qimen_petitions.settings import PetitionSettings

__all__ = ["Duplicate", "duplicates_of"]

_order: Any = Order.__table__.c  # type: ignore[attr-defined]
_petition: Any = Petition.__table__.c  # type: ignore[attr-defined]

_MOST_COMPARED = 800
_MOST_SHOWN = 5
_LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A petition that may say the same, and why.

    Attributes:
        order_id: Its id.
        number: Its number.
        title: Its title.
        state_label: Where it stands.
        state_tone: The tone of that.
        percent: How alike the texts are, of a hundred.
        place: The place that both name, ``""`` where only the community speaks for it.
        shared: The longest run of characters that both hold.
        target: This one can be merged into it: it is open and came before.
    """

    order_id: int
    number: str
    title: str
    state_label: str
    state_tone: str
    percent: int
    place: str
    shared: str
    target: bool


def duplicates_of(ctx: Context, order_id: int) -> list[Duplicate]:
    """Return the petitions of the same community and place that say much the same, likest first.

    Only what the reader may read; merged ones and other parts of the same joint order are left out.
    """
    with scope(ctx.session, ctx, READ):
        mine = ctx.session.get(Order, order_id)
        own = ctx.session.get(Petition, order_id)
        if mine is None or own is None:
            return []
        settings = ctx.setting(PetitionSettings, mine.org_path)
        rows = ctx.session.execute(_candidates(ctx, mine, settings.duplicate_days)).all()
    texts = [_text(mine.title, own.content), *(_text(row.title, row.content) for row in rows)]
    corpus = Corpus(texts)
    here = places_of(f"{mine.place}\n{texts[0]}")
    found = []
    for at, cosine in corpus.like(0, settings.duplicate_likeness / 100):
        row = rows[at - 1]
        there = places_of(f"{row.place}\n{texts[at]}")
        if agree(here, there) is not False:
            shared = common_words(texts[0], texts[at])
            found.append(_duplicate(row, cosine, place_label(here, there), shared, order_id))
    return sorted(found, key=lambda each: -each.percent)[:_MOST_SHOWN]


def _candidates(ctx: Context, mine: Order, days: int) -> Any:
    since = mine.created_at - timedelta(days=days)
    until = mine.created_at + timedelta(days=days)
    wanted = (
        select(
            _order.id, _order.number, _order.title, _order.place, _order.state, _petition.content
        )
        .join(Petition.__table__, _petition.order_id == _order.id)  # type: ignore[attr-defined]
        .where(
            _order.owner == OWNER,
            under(_order.org_path, mine.org_path),
            _order.id != mine.id,
            _order.state != State.MERGED.value,
            _order.created_at.between(since, until),
            or_(_order.parent_id.is_(None), _order.parent_id != mine.id),
            *(() if mine.parent_id is None else (_order.id != mine.parent_id,)),
        )
        .order_by(_order.id.desc())
        .limit(_MOST_COMPARED)
    )
    return scoped(wanted, ctx, READ, _order.org_path)


def _text(title: str, content: str) -> str:
    """Return what is compared; a title that is the text's own beginning is not said twice."""
    beginning = title.removesuffix("…")
    return (content if content.startswith(beginning) else f"{title} {content}")[:_LONGEST]


def _duplicate(row: Any, cosine: float, place: str, shared: str, than: int) -> Duplicate:
    state = State(row.state)
    return Duplicate(
        row.id,
        row.number,
        row.title,
        str(STATE_LABELS[state]),
        STATE_TONES[state],
        round(cosine * 100),
        place,
        shared,
        target=state in OPEN_STATES and row.id < than,
    )
