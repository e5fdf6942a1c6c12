"""The words of one request: a situation's text with an invented place and a turn of phrase."""

from collections.abc import Sequence
from random import Random

from qimen_core.org.queries import Unit
from qimen_petitions.demo.texts import Phrases, Situation

__all__ = ["Places", "Wording", "is_urban"]

# What a text for towns says of a committee and its people, and what a village says instead.
_VILLAGE_WORDS = (("社区", "村里"), ("居民", "村民"))


def is_urban(unit: Unit) -> bool:
    """Say whether a community is a residents' committee (居委会, codes 001–199)."""
    return (unit.code or "")[9:12] < "200"


class Places:
    """Invented places, dealt out so that no estate and no lane lies in two communities.

    Args:
        communities: All communities of the demo.
        phrases: Holds the names.
        rng: The seeded source of chance.
    """

    def __init__(self, communities: Sequence[Unit], phrases: Phrases, rng: Random) -> None:
        self._rng = rng
        self._hamlets = phrases.spots["village"]
        urban = [unit.path for unit in communities if is_urban(unit)]
        self._dealt = {
            (path, where): phrases.spots[where][nth :: len(urban)]
            for nth, path in enumerate(urban)
            for where in ("estate", "street")
        }

    def estates(self, unit: Unit) -> tuple[str, ...]:
        """Return the estates of a community, none of a village."""
        return self._dealt.get((unit.path, "estate"), ())

    def draw(self, unit: Unit, where: str) -> str:
        """Return a spot in a unit for a situation that happens ``where``."""
        rng = self._rng
        if not is_urban(unit):
            return rng.choice(self._hamlets)
        if where == "any":
            where = rng.choice(("estate", "street"))
        spot = rng.choice(self._dealt[unit.path, where])
        if where == "street" or spot.endswith(("宿舍", "院")):
            return spot
        return f"{spot}{rng.randint(1, 12)}号楼"


class Wording:
    """Fills in the texts of one request.

    Args:
        rng: The seeded source of chance.
        phrases: The turns of phrase.
        spot: Where it is.
        urban: Whether it lies in a town.
    """

    def __init__(self, rng: Random, phrases: Phrases, spot: str, *, urban: bool) -> None:
        self._rng = rng
        self._phrases = phrases
        self._urban = urban
        self.place = spot
        self._slots = {
            "spot": spot,
            "since": rng.choice(phrases.since),
            "days": rng.choice(phrases.days),
        }

    def title(self, situation: Situation, variant: int) -> str:
        """Return the title."""
        return self._fill(situation.titles[variant])

    def detail(self, situation: Situation, variant: int) -> str:
        """Return what the resident says."""
        opening = self._rng.choice(self._phrases.openings)
        asks = situation.kind == "consult"
        closing = self._rng.choice(self._phrases.asking if asks else self._phrases.closings)
        return opening + self._fill(situation.details[variant]) + closing

    def reply(self, situation: Situation, variant: int) -> str:
        """Return what the resident reads."""
        return self._fill(situation.reply(variant))

    def refusal(self, situation: Situation) -> str:
        """Return what the resident reads when the request is not accepted."""
        return self._fill(situation.refusal)

    def note(self, situation: Situation) -> str:
        """Return what the clerk writes at dispatch."""
        return self._fill(situation.note)

    def remark(self, situation: Situation, variant: int, result: str, satisfaction: str) -> str:
        """Return what is noted of the call back."""
        phrases, rng = self._phrases, self._rng
        if result == "solved" and satisfaction == "satisfied":
            said = situation.praise(variant)
        else:
            pool = {"solved": phrases.fair, "partly": phrases.partly, "unsolved": phrases.unsolved}
            said = rng.choice(pool[result])
        return self._fill(rng.choice(phrases.call_notes) + said)

    def _fill(self, text: str) -> str:
        filled = text.format(**self._slots)
        if not self._urban:
            for town, village in _VILLAGE_WORDS:
                filled = filled.replace(town, village)
        return filled
