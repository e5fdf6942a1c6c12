"""What one person of the staff has to do with petitions: for the card on the person's page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, func, select

from qimen_core import Context, scoped
from qimen_orders import OPEN_STATES, Order
from qimen_petitions.focus import accounts_value, registered_by
from qimen_petitions.reading import READ
from qimen_petitions.services import OWNER

__all__ = ["StaffFacts", "staff_facts"]

_SHOWN: Final = 8
_OPEN: Final = [state.value for state in OPEN_STATES]
_order = Order.__table__.c  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class StaffFacts:
    """What somebody handles, within the reader's reach.

    Attributes:
        open: How many petitions they handle that are still open.
        handled: How many they ever handled.
        registered: How many they took down, sealed ones left aside.
        rows: ``(id, title, state, due_at)`` of the open ones, those that fall due first.
        who: How the list's address names them.
    """

    open: int
    handled: int
    registered: int
    rows: Sequence[Row[tuple[int, str, str, datetime | None]]]
    who: str


def staff_facts(ctx: Context, accounts: Sequence[int]) -> StaffFacts:
    """Return what the holder of these accounts handles and took down."""
    mine = _order.handler_user_id.in_(accounts)
    taken = registered_by(accounts)
    still = _order.state.in_(_OPEN)
    counts: tuple[Any, ...] = (
        func.count().filter(mine, still),
        func.count().filter(mine),
        func.count().filter(taken),
    )
    counted = select(*counts).where(_order.owner == OWNER, mine | taken)
    listed = (
        select(_order.id, _order.title, _order.state, _order.due_at)
        .where(_order.owner == OWNER, mine, still)
        .order_by(_order.due_at.is_(None), _order.due_at, _order.id)
        .limit(_SHOWN)
    )
    found = ctx.session.execute(scoped(counted, ctx, READ, _order.org_path)).one()
    rows = ctx.session.execute(scoped(listed, ctx, READ, _order.org_path)).all()
    return StaffFacts(found[0], found[1], found[2], rows, accounts_value(accounts))
