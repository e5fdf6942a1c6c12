"""Which units are asked to do something about an order, besides its lead."""

from dataclasses import dataclass

from sqlalchemy import select

from qimen_core import Context
from qimen_orders.dossier import ASSIST, CANDIDATE
from qimen_orders.models import OrderTaker

__all__ = ["Asked", "asked_units"]

_part = OrderTaker.__table__.c  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Asked:
    """A unit that is asked.

    Args:
        unit_id: The unit.
        part_id: By which it was asked first, for as long as it is; tells one asking from another.
        assists: To help the lead; otherwise to take the order on, before others do.
    """

    unit_id: int
    part_id: int
    assists: bool


def asked_units(ctx: Context, order_id: int) -> list[Asked]:
    """Return the units of an order's open candidates and assists, each once, within the scope."""
    wanted = (
        select(OrderTaker)
        .where(_part.order_id == order_id, _part.state == "open")
        .order_by(_part.id.desc())
    )
    found: dict[tuple[int, bool], Asked] = {}
    for row in ctx.session.scalars(wanted):
        if row.part in {CANDIDATE, ASSIST}:
            helps = row.part == ASSIST
            found[row.unit_id, helps] = Asked(row.unit_id, row.id or 0, helps)
    return list(reversed(found.values()))
