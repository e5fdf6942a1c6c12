"""Rules of a rating, pure: the states of a round, and what scores come to. No session."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from math import sqrt

from qimen_core import translations

__all__ = [
    "EVENT_LABELS",
    "HORSES",
    "KEPT",
    "PROOFS",
    "SCORES",
    "STATES",
    "STEPS",
    "TONES",
    "Item",
    "ItemFigure",
    "Opinion",
    "Tally",
    "next_state",
    "takes_answers",
    "weighted",
]

_ = translations("qimen_petitions")

SCORES: dict[int, str] = {
    5: _("很满意"),
    4: _("满意"),
    3: _("一般"),
    2: _("不满意"),
    1: _("很不满意"),
}
STATES: dict[str, str] = {
    "planned": _("未开始"),
    "open": _("评价中"),
    "closed": _("已截止"),
    "confirmed": _("已公示"),
    "cancelled": _("已取消"),
}
TONES: Mapping[str, str] = {
    "planned": "muted",
    "open": "info",
    "closed": "warn",
    "confirmed": "ok",
    "cancelled": "muted",
}
# Anything not listed is refused. What was published by mistake can be taken back and corrected.
STEPS: Mapping[tuple[str, str], str] = {
    ("planned", "open"): "open",
    ("planned", "cancel"): "cancelled",
    ("open", "close"): "closed",
    ("closed", "reopen"): "open",
    ("closed", "confirm"): "confirmed",
    ("confirmed", "withdraw"): "closed",
}
EVENT_LABELS: dict[str, str] = {
    "open": _("开始评价"),
    "cancel": _("取消本轮"),
    "close": _("截止评价"),
    "reopen": _("继续收集"),
    "confirm": _("确认并公示"),
    "withdraw": _("撤下公示"),
}
HORSES: dict[str, str] = {
    "community": _("居委会"),
    "committee": _("业委会"),
    "company": _("物业公司"),
}
PROOFS: dict[str, str] = {"phone": _("手机号"), "slip": _("每户一张的评价码")}
KEPT: dict[str, str] = {"yes": _("已做到"), "partly": _("部分做到"), "no": _("没有做到")}


def next_state(state: str, event: str) -> str:
    """Return the state after an event, ``""`` where it is not allowed."""
    return STEPS.get((state, event), "")


def takes_answers(state: str, opens_on: date, closes_on: date, today: date) -> bool:
    """Say whether residents may answer by themselves; paper may be typed in until it is closed."""
    return state == "open" and opens_on <= today <= closes_on


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a round: its code, its words, and its weight among the others."""

    code: str
    label: str
    hint: str
    weight: int


@dataclass(frozen=True, slots=True)
class Tally:
    """How often each score was given; what nobody knew is in it nowhere."""

    counts: Mapping[int, int] = field(default_factory=dict)

    @property
    def n(self) -> int:
        """How many scored."""
        return sum(self.counts.values())

    @property
    def mean(self) -> float | None:
        """The mean, None without a score."""
        total = sum(score * times for score, times in self.counts.items())
        return total / self.n if self.n else None

    @property
    def spread(self) -> float | None:
        """The standard deviation of these scores, None without one: 0 when all say the same."""
        mean = self.mean
        if mean is None:
            return None
        squares = sum(times * (score - mean) ** 2 for score, times in self.counts.items())
        return sqrt(squares / self.n)


@dataclass(frozen=True, slots=True)
class ItemFigure:
    """An item with what it came to, and the mean of the last round where both are published."""

    item: Item
    tally: Tally
    least: int
    last: float | None = None

    @property
    def shown(self) -> bool:
        """Whether enough scored it for the mean to be told."""
        return self.tally.n >= max(self.least, 1)

    @property
    def change(self) -> float | None:
        """By how much the mean moved since the last round."""
        mean = self.tally.mean
        return mean - self.last if self.shown and mean is not None and self.last else None


@dataclass(frozen=True, slots=True)
class Opinion:
    """The answers to the one question about the whole, as DOMAIN section 5 counts satisfaction."""

    satisfied: int = 0
    fairly: int = 0
    dissatisfied: int = 0

    @property
    def n(self) -> int:
        """How many answered."""
        return self.satisfied + self.fairly + self.dissatisfied

    @property
    def content(self) -> int:
        """满意 and 基本满意."""
        return self.satisfied + self.fairly


def weighted(figures: Iterable[ItemFigure]) -> float | None:
    """Return the mean of the items' means by their weights, None when no item may be told.

    An item that too few scored is left out with its weight, instead of counting as something.
    """
    told = [each for each in figures if each.shown and each.item.weight > 0]
    weights = sum(each.item.weight for each in told)
    if not weights:
        return None
    return sum(each.item.weight * (each.tally.mean or 0) for each in told) / weights
