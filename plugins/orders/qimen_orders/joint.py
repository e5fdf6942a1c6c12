"""Joint orders: one order split into parts that several takers handle side by side."""

from collections.abc import Sequence

from qimen_core import InvalidInput, UnitOfWork
from qimen_core.i18n import translations
from qimen_orders.events import Event
from qimen_orders.inputs import Inputs
from qimen_orders.models import Order
from qimen_orders.services import move

__all__ = ["split", "start_part"]

_ = translations("qimen_orders")


def split(uow: UnitOfWork, order_id: int, parts: Sequence[str], note: str = "") -> Order:
    """Note on an order that it is split, and return it; its owner then makes the parts.

    The order cannot be answered while a part is not (DOMAIN.md §4), and it is counted once: its
    parts stand in no metric.

    Raises:
        InvalidInput: No part is named.
        NotFound, Forbidden, Conflict: As ``move``.
    """
    if not parts:
        raise InvalidInput({"title": _("请写明子单办什么")})
    return move(uow, order_id, Event.SPLIT, Inputs(note=note or "；".join(parts)))


def start_part(uow: UnitOfWork, part_id: int, taker: str, note: str = "") -> Order:
    """Bring a new part, still a draft, to its taker: what it asks for is known already."""
    move(uow, part_id, Event.SUBMIT)
    move(uow, part_id, Event.ACCEPT)
    return move(uow, part_id, Event.DISPATCH, Inputs(taker=taker, note=note))
