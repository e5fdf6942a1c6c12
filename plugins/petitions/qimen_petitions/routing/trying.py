"""Trying the rules out: which one would take a matter, and whom it names; nothing is written."""

from dataclasses import dataclass

from qimen_core import Context
from qimen_core.org.queries import Unit
from qimen_orders import Taker
from qimen_petitions.routing.reading import rules_at, takers_at
from qimen_petitions.routing.rules import Matter, first_match

__all__ = ["Tried", "try_out"]


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of a try.

    Attributes:
        rule_id: The rule that takes it, 0 for none.
        lead: Whom it names.
        assists: Names of those who assist.
    """

    rule_id: int
    lead: Taker | None
    assists: str


def try_out(ctx: Context, unit: Unit, category: str, place: str) -> Tried:
    """Return which rule would take a matter at a unit.

    Args:
        ctx: Who asks.
        unit: Where it lies.
        category: Its category's code.
        place: The place in words.
    """
    takers = takers_at(ctx, unit.id, unit.path)
    matter = Matter(category, unit.path, place)
    found = first_match(rules_at(ctx, unit.path), matter, takers, frozenset())
    if found is None:
        return Tried(0, None, "")
    return Tried(found.rule.id, found.lead, "、".join(taker.label for taker in found.assists))
