"""What the demo's ratings are drawn from: the estates of a community, two rounds, and answers."""

# lint-ok-file: chinese -- the names of rounds, demo data

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

__all__ = ["ESTATES", "PlannedEstate", "PlannedRound", "draw_scores", "overall_of", "rounds_at"]

_QUARTER = 3
_UNKNOWN = 0.08


@dataclass(frozen=True, slots=True)
class PlannedEstate:
    """How many households an estate has, how content they are, and how many answer each time.

    ``company`` and ``committee`` say whether its community's look after it.
    """

    households: int
    mood: float
    answers: tuple[int, int]
    company: bool
    committee: bool = False


ESTATES = (
    PlannedEstate(168, 3.9, (34, 13), company=True, committee=True),
    PlannedEstate(96, 3.1, (16, 6), company=True),
    PlannedEstate(60, 3.6, (6, 2), company=True),
    PlannedEstate(42, 3.3, (11, 1), company=False),
)
"""In the order in which a community has its estates; the third stays below the least n."""


@dataclass(frozen=True, slots=True)
class PlannedRound:
    """A round: the quarter that it rates, when it is open, and whether it was published."""

    name: str
    start: date
    end: date
    opens_on: date
    closes_on: date
    published: bool


def rounds_at(today: date) -> tuple[PlannedRound, PlannedRound]:
    """Return a published round on the quarter before the last one, and an open one on the last."""
    this = date(today.year, (today.month - 1) // _QUARTER * _QUARTER + 1, 1)
    last = _before(this)
    first = _before(last)
    opened = last + timedelta(4)
    opens = max(this, today - timedelta(8))
    return (
        _round(first, last, opened, opened + timedelta(14), published=True),
        _round(last, this, opens, today + timedelta(8), published=False),
    )


def draw_scores(rng: Random, items: Mapping[str, float], mood: float) -> dict[str, int]:
    """Return a household's scores of the items; here and there it does not know.

    Args:
        rng: The seeded source of chance.
        items: By code, how much better or worse an item does than the whole.
        mood: The mean of the whole, 1 to 5.
    """
    own = rng.gauss(mood, 0.8)
    drawn = {code: round(rng.gauss(own + more, 0.7)) for code, more in items.items()}
    return {
        code: min(max(score, 1), 5) for code, score in drawn.items() if rng.random() >= _UNKNOWN
    }


def overall_of(scores: Mapping[str, int], mood: float) -> str:
    """Return what a household that scores like this says of the whole."""
    mean = sum(scores.values()) / len(scores) if scores else mood
    return "satisfied" if mean >= 3.7 else "fairly" if mean >= 2.8 else "dissatisfied"


def _round(
    start: date, after: date, opens_on: date, closes_on: date, *, published: bool
) -> PlannedRound:
    name = f"{start.year} 年第 {(start.month + 2) // _QUARTER} 季度物业服务评价"
    return PlannedRound(name, start, after - timedelta(1), opens_on, closes_on, published)


def _before(first: date) -> date:
    month = first.month - _QUARTER
    return date(first.year, month, 1) if month > 0 else date(first.year - 1, month + 12, 1)
