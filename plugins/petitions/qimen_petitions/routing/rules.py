"""Which rule takes a matter: pure, the first that fits (DOMAIN.md section 5, routing)."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from qimen_orders import Taker

__all__ = ["ABOVE", "OWN", "Match", "Matter", "Rule", "find_lead", "first_match"]

OWN, ABOVE = "own", "above"
"""Leads that depend on the matter: the unit where it lies, and the unit above that."""

_BETWEEN = re.compile(r"[、，,;；\s]+")


@dataclass(frozen=True, slots=True)
class Matter:
    """What a rule looks at.

    Args:
        category: The category's code.
        path: Path of the unit where the matter lies.
        place: The place in words.
    """

    category: str
    path: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as it is applied.

    Attributes:
        id: Which one; 0 for one that only stands on a form.
        category: A leaf's code, or a heading's for every leaf below it; ``""`` for all.
        place_path: Path of the unit it holds in.
        words: Words of which the place must hold one; none: any place.
        lead: Key of a taker, ``OWN`` or ``ABOVE``.
        assists: Keys of takers.
        kind: Key of a limit that the order gets instead of its category's, or ``""``.
        urgent: The order becomes urgent.
        at_once: It is dispatched without asking, where the unit's setting lets it.
    """

    id: int
    category: str
    place_path: str
    words: str
    lead: str
    assists: tuple[str, ...] = ()
    kind: str = ""
    urgent: bool = False
    at_once: bool = False

    def fits(self, matter: Matter) -> bool:
        """Say whether the rule is about a matter."""
        heading = matter.category.partition(".")[0]
        if self.category not in {"", matter.category, heading}:
            return False
        if not matter.path.startswith(self.place_path):
            return False
        wanted = [word for word in _BETWEEN.split(self.words) if word]
        return not wanted or any(word in matter.place for word in wanted)


@dataclass(frozen=True, slots=True)
class Match:
    """The rule that takes a matter, and whom it names."""

    rule: Rule
    lead: Taker
    assists: tuple[Taker, ...]


def first_match(
    rules: Iterable[Rule], matter: Matter, takers: Sequence[Taker], barred: frozenset[int]
) -> Match | None:
    """Return the first rule that fits and whose lead may take the matter, None if none does.

    Args:
        rules: In the order in which they are asked.
        matter: What it is about.
        takers: Who may take it.
        barred: Units that it complains about: no rule hands it to them.
    """
    for rule in rules:
        if not rule.fits(matter):
            continue
        lead = find_lead(rule.lead, matter.path, takers)
        if lead is None or lead.unit_id in barred:
            continue
        known = {taker.key: taker for taker in takers if taker.unit_id not in barred}
        helping = (known[key] for key in rule.assists if key in known and key != lead.key)
        return Match(rule, lead, tuple(helping))
    return None


def find_lead(lead: str, path: str, takers: Sequence[Taker]) -> Taker | None:
    """Return the taker that a rule's lead means for a matter at ``path``; None without one."""
    if lead not in {OWN, ABOVE}:
        return next((taker for taker in takers if taker.key == lead), None)
    units = [t for t in takers if t.kind == "unit" and path.startswith(t.unit_path)]
    if lead == OWN:
        return next((taker for taker in units if taker.unit_path == path), None)
    above = [taker for taker in units if taker.unit_path != path]
    return max(above, key=lambda taker: len(taker.unit_path), default=None)
