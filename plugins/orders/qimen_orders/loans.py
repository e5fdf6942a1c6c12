"""Who an order is lent to: the takers that do not reach it where it lies."""

from sqlalchemy import select

from qimen_core import Borrower, OrgUnit, UnitOfWork, borrowers, lend, scope, take_back
from qimen_orders.dossier import ASSIST, CANDIDATE, Dossier
from qimen_orders.events import Event
from qimen_orders.models import Order

__all__ = ["settle_loans"]

_unit = OrgUnit.__table__.c  # type: ignore[attr-defined]

# The moves that bring takers in, and those that only let some of them go.
_CALLING = frozenset({Event.DISPATCH, Event.WHISTLE, Event.WIDEN, Event.UPLIFT})
_ENDING = frozenset({Event.CLAIM, Event.UPHOLD, Event.ASSIST_WAIVED, Event.MERGE})


def settle_loans(uow: UnitOfWork, order: Order, event: Event) -> None:
    """Lend an order to its takers as they now stand, and take it back from all others.

    The lead borrows it, so do the candidates who are still asked and the assists that were not
    waived. Whoever claimed it once keeps it, closed or handed on: it is their own work, and its
    moves are the lead's alone. A return that was upheld, a candidate that somebody else was
    quicker than and a dispatch taken back end the loan.

    Args:
        uow: The owner's unit of work, after everything else that the event does.
        order: The order as it stands now.
        event: What happened, or was taken back.
    """
    if event not in _CALLING | _ENDING:
        return
    lent = borrowers(uow.ctx, order)
    if not lent and event in _ENDING:
        return
    wanted = _takers(uow, order)
    for unit in lent:
        if unit.id not in wanted:
            take_back(uow, order, unit.id)
    for unit in _places(uow, wanted - {unit.id for unit in lent}):
        lend(uow, order, unit)


def _takers(uow: UnitOfWork, order: Order) -> set[int]:
    """Return the units of all takers; the rows are read anew, for the move has changed them."""
    now = Dossier(uow.ctx, order, uow.ctx.now)
    asked = {each.unit_id for each in now.open_parts(CANDIDATE)}
    helping = {each.unit_id for each in now.parts if each.part == ASSIST and each.state != "waived"}
    claimed = {each.lead_id for each in now.standing if each.event == Event.CLAIM}
    return {unit for unit in {order.lead_id, *asked, *helping, *claimed} if unit is not None}


def _places(uow: UnitOfWork, units: set[int]) -> list[Borrower]:
    everything = uow.ctx.qimen.system_context(uow.session)
    wanted = select(OrgUnit.id, OrgUnit.path).where(_unit.id.in_(units))  # type: ignore[call-overload]
    with scope(uow.session, everything, "core.org.read"):
        return [Borrower(*row) for row in uow.session.execute(wanted.order_by(_unit.id))]
