"""What of an order everybody may know, and of which orders the words may be shown.

Every order that came in is counted, so that the numbers are those of the office. One that is not
sealed may be told by category, state, place and date. Its words are shown, redacted, only once it
is closed, when its resident is not anonymous, no answer was marked 不公开 and it is no 信访事项
(DOMAIN.md §3, SECURITY 6).
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, not_, select

from qimen_core import Context, Person, scoped
from qimen_core.org.paths import under
from qimen_orders import Event, Order, State
from qimen_orders.models import OrderHistory
from qimen_petitions.answering.models import Answer
from qimen_petitions.models import Petition
from qimen_petitions.permissions import PUBLISHED
from qimen_petitions.redaction import Redactor
from qimen_petitions.services import OWNER

__all__ = [
    "answers",
    "counts",
    "may_be_known",
    "order",
    "petition",
    "redactor_at",
    "words_may_be_shown",
]

_MOST_NAMES = 20_000

order: Any = Order.__table__.c  # type: ignore[attr-defined]
petition: Any = Petition.__table__.c  # type: ignore[attr-defined]
_history: Any = OrderHistory.__table__.c  # type: ignore[attr-defined]
_person: Any = Person.__table__.c  # type: ignore[attr-defined]
_answer: Any = Answer.__table__.c  # type: ignore[attr-defined]
# Whoever wrote one of the answers said that it is for the resident alone.
_PRIVATE = (
    select(_answer.id)
    .join(OrderHistory.__table__, _history.id == _answer.line_id)  # type: ignore[attr-defined]
    .where(_history.order_id == order.id, _answer.private.is_(True))
    .exists()
)


def counts() -> ColumnElement[bool]:
    """Return the condition "it counts" over orders; a part of a joint order counts by its whole."""
    return and_(
        order.owner == OWNER,
        order.state != State.DRAFT.value,
        order.submitted_at.is_not(None),
        order.parent_id.is_(None),
    )


def may_be_known() -> ColumnElement[bool]:
    """Return the condition "it may be told of", over orders joined with petitions."""
    return and_(counts(), petition.sealed.is_(False))


def words_may_be_shown() -> ColumnElement[bool]:
    """Return the condition "its words may be shown, redacted", over the same."""
    return and_(
        may_be_known(),
        order.state == State.CLOSED.value,
        order.kind != "appeal",
        petition.anonymous.is_(False),
        not_(_PRIVATE),
    )


def answers(ctx: Context, orders: Sequence[int]) -> Mapping[int, str]:
    """Return the last answer of each of these orders, as its resident reads it."""
    told = (
        select(_history.order_id, _history.public_text)
        .where(_history.order_id.in_(orders), _history.event == Event.REPLY.value)
        .order_by(_history.id)
    )
    rows = ctx.session.execute(scoped(told, ctx, PUBLISHED, _history.org_path))
    return {row.order_id: row.public_text for row in rows}


def redactor_at(ctx: Context, path: str) -> Redactor:
    """Return a redactor that knows the people registered at a unit and below."""
    wanted = select(_person.name).where(under(_person.org_path, path)).limit(_MOST_NAMES)
    found: Iterable[str] = ctx.session.scalars(scoped(wanted, ctx, PUBLISHED, _person.org_path))
    return Redactor(found)
