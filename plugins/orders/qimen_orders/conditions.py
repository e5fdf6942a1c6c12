"""Conditions on the table of orders that stand in the rows beside it, for lists and counts."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, Select, and_, literal, or_, select

from qimen_orders.events import Event
from qimen_orders.models import Order, OrderHistory, OrderRequest

__all__ = ["happened", "lines_of", "open_request", "watched"]

_order = Order.__table__.c  # type: ignore[attr-defined]
_line = OrderHistory.__table__.c  # type: ignore[attr-defined]
_request = OrderRequest.__table__.c  # type: ignore[attr-defined]


def happened(event: Event) -> ColumnElement[bool]:
    """Return the condition "this has happened to the order", for events that are never undone.

    Returns have a small index of their own; a database takes it only where the statement itself
    says that it is about returns.
    """
    if event is Event.RETURN:
        returned = literal(event.value, literal_execute=True)
        found: ColumnElement[bool] = _order.id.in_(
            select(_line.order_id).where(_line.event == returned)
        )
        return found
    told = select(_line.id).where(_line.order_id == _order.id, _line.event == event.value)
    return told.exists()


def watched(level: int = 0) -> ColumnElement[bool]:
    """Return the condition "is supervised", at exactly this level where one is given."""
    # Said with the index's own words and value, so that the small index is taken.
    some: ColumnElement[bool] = _order.level > literal(0, literal_execute=True)
    return and_(some, _order.level == level) if level else some


def open_request(kind: str, not_by: int | None) -> ColumnElement[bool]:
    """Return the condition "this is asked for and waits for a decision".

    Args:
        kind: ``suspend`` or ``extend``.
        not_by: An account whose own requests are left out: it may not decide on them.
    """
    asked = select(_request.order_id).where(_request.state == "open", _request.kind == kind)
    if not_by is not None:
        asked = asked.where(or_(_request.asked_by.is_(None), _request.asked_by != not_by))
    found: ColumnElement[bool] = _order.id.in_(asked)
    return found


def lines_of(events: Iterable[Event]) -> Select[tuple[int, str, int | None, str]]:
    """Return a select of ``(order_id, event, lead_id, lead_name)`` of the lines of these events.

    Joined with their orders, newest orders first and each order's lines as they were written; the
    caller says which orders, and scopes it.
    """
    wanted = [event.value for event in events]
    return (
        select(_line.order_id, _line.event, _line.lead_id, _line.lead_name)
        .join(Order.__table__, _order.id == _line.order_id)  # type: ignore[attr-defined]
        .where(_line.event.in_(wanted))
        .order_by(_line.order_id.desc(), _line.id)
    )
