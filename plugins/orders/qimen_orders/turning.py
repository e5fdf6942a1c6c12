"""What the clocks of an order need to be turned, taken from what is known of it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import cast

from qimen_core.i18n import translations
from qimen_orders.clocks import Turn
from qimen_orders.dossier import Dossier
from qimen_orders.effects import extension_asked
from qimen_orders.events import Event
from qimen_orders.limits import Matter
from qimen_orders.rules import Effect, Transition

__all__ = ["how_to_turn"]

_ = translations("qimen_orders")

_NOTHING: Mapping[str, object] = MappingProxyType({})


def how_to_turn(now: Dossier, row: Transition, changes: Mapping[str, object] = _NOTHING) -> Turn:
    """Return what a transition of this order needs once ``changes`` are made."""
    order = now.order
    effects = {effect for _kind, effect in row.clocks}
    returned = now.last(Event.RETURN) if Effect.CREDIT in effects else None

    def stands(name: str) -> object:
        return changes.get(name, getattr(order, name))

    matter = Matter(
        kind=cast(str, stands("kind")),
        urgent=cast(bool, stands("urgent")),
        round=cast(int, stands("round")),
        rung=cast(str, stands("rung")),
        level=cast(int, stands("level")) or 1,
    )
    return Turn(
        matter=matter,
        settings=now.settings,
        calendar=now.calendar,
        at=now.at,
        since=returned.at if returned is not None else None,
        extension=extension_asked(now) if Effect.EXTEND in effects else None,
        reason=str(_("挂起")),
    )
