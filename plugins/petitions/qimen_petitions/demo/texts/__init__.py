"""Situations in the words of residents and of clerks; every text is the project's own."""

import tomllib
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

__all__ = ["Phrases", "RatingTexts", "Situation", "load_phrases", "load_ratings", "load_situations"]


@dataclass(frozen=True, slots=True)
class Situation:
    """One base situation; title, detail, reply and callback of one index belong together.

    Attributes:
        id: Its name in the file.
        kind: consult, help, complaint or suggestion.
        category: A code of the shipped scheme.
        where: ``estate``, ``street``, ``village`` or ``any``.
        titles: Two titles; ``{spot}``, ``{since}`` and ``{days}`` are filled in.
        details: What the resident says, as many as titles.
        note: What the clerk writes at dispatch.
        replies: What the resident reads; the last one serves the rest.
        pleased: What the clerk notes when the resident is content.
        months: When it happens; empty for all year.
        urgent: It cannot wait.
        reason: Code of the reason for not accepting it; empty for all others.
        refusal: The words for the resident that go with the reason.
    """

    id: str
    kind: str
    category: str
    where: str
    titles: tuple[str, ...]
    details: tuple[str, ...]
    note: str = ""
    replies: tuple[str, ...] = ()
    pleased: tuple[str, ...] = ()
    months: tuple[int, ...] = ()
    urgent: bool = False
    reason: str = ""
    refusal: str = ""

    def reply(self, variant: int) -> str:
        """Return the reply that belongs to a title."""
        return self.replies[min(variant, len(self.replies) - 1)]

    def praise(self, variant: int) -> str:
        """Return the callback remark that belongs to a title."""
        return self.pleased[min(variant, len(self.pleased) - 1)]

    def fits(self, where: frozenset[str], month: int) -> bool:
        """Say whether it can happen in such a place in that month."""
        return self.where in where and (not self.months or month in self.months)


@dataclass(frozen=True, slots=True)
class Phrases:
    """Wordings that vary between two requests of one situation; ``spots`` are invented places."""

    since: tuple[str, ...]
    days: tuple[str, ...]
    closings: tuple[str, ...]
    asking: tuple[str, ...]
    openings: tuple[str, ...]
    call_notes: tuple[str, ...]
    unsolved: tuple[str, ...]
    partly: tuple[str, ...]
    fair: tuple[str, ...]
    spots: dict[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RatingTexts:
    """What residents and the three write of a property service; ``views`` are by horse."""

    remarks: tuple[str, ...]
    views: dict[str, dict[str, Any]]


@cache
def load_situations() -> tuple[Situation, ...]:
    """Return all situations, file by file in the order of their names."""
    folder = files(__package__)
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".toml"))
    found = (_read(name).get("situation", []) for name in names)
    return tuple(Situation(**_tuples(row)) for rows in found for row in rows)


@cache
def load_phrases() -> Phrases:
    """Return the wordings."""
    table = _read("phrases.toml")
    spots = {kind: tuple(names) for kind, names in table.pop("spots").items()}
    return Phrases(**_tuples(table), spots=spots)


@cache
def load_ratings() -> RatingTexts:
    """Return the words of the ratings."""
    return RatingTexts(**_tuples(_read("ratings.toml")))


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath(name).read_text("utf-8"))


def _tuples(row: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
