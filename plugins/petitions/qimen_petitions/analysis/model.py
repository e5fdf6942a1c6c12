"""A trained classifier as plain arrays: what it learnt, and how it reads a message with it."""

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from qimen_petitions.analysis.features import terms_of

__all__ = ["Guess", "Model"]

_REASONS = 3


@dataclass(frozen=True, slots=True)
class Guess:
    """A label, how far the message lies on its side, and the terms that speak for it."""

    label: str
    score: float
    because: tuple[str, ...]


@dataclass(frozen=True)
class Model:
    """One line per label over all terms; linear, so that each term's part can be told.

    Attributes:
        labels: The labels, in the order of the rows.
        terms: The terms of each block, in the order of the columns, block after block.
        idf: One weight per column.
        weights: Labels × columns.
        bias: One per label.
        facts: When it was trained, of how many messages, and where they came from.
    """

    labels: tuple[str, ...]
    terms: Mapping[str, Sequence[str]]
    idf: Any
    weights: Any
    bias: Any
    facts: Mapping[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        columns, start = {}, 0
        for block, terms in self.terms.items():
            columns[block] = {term: start + at for at, term in enumerate(terms)}
            start += len(terms)
        object.__setattr__(self, "_columns", columns)

    def guess(self, title: str, detail: str, most: int = 2) -> list[Guess]:
        """Return the best labels of a message, best first."""
        columns, values, words = self._read(title, detail)
        scores = self.weights[:, columns] @ values + self.bias
        order = np.argsort(-scores, kind="stable")[:most]
        return [
            Guess(self.labels[at], float(scores[at]), self._because(at, columns, values, words))
            for at in order
        ]

    def _read(self, title: str, detail: str) -> tuple[Any, Any, list[str]]:
        known: dict[str, dict[str, int]] = self._columns  # type: ignore[attr-defined]
        columns: list[int] = []
        values: list[float] = []
        words: list[str] = []
        for block, terms in terms_of(title, detail).items():
            found = [
                (term, known[block][term], 1 + math.log(number))
                for term, number in Counter(terms).items()
                if term in known[block]
            ]
            weighed = [count * float(self.idf[column]) for _, column, count in found]
            length = math.sqrt(sum(value * value for value in weighed)) or 1.0
            columns += [column for _, column, _ in found]
            values += [value / length for value in weighed]
            words += [term for term, _, _ in found]
        return np.array(columns, dtype=np.int64), np.array(values, dtype=np.float32), words

    def _because(self, label: int, columns: Any, values: Any, words: list[str]) -> tuple[str, ...]:
        """Return the terms that lift this label furthest above the mean of all."""
        if not len(columns):
            return ()
        part = self.weights[:, columns]
        lift = (part[label] - part.mean(axis=0)) * values
        gains: defaultdict[str, float] = defaultdict(float)
        for at, term in enumerate(words):
            gains[term] += float(lift[at])
        found: list[str] = []
        for term, gain in sorted(gains.items(), key=lambda pair: -pair[1]):
            if gain <= 0 or len(found) == _REASONS:
                break
            if (
                len(term) > 1
                and term.isalnum()
                and not any(term in each or each in term for each in found)
            ):
                found.append(term)
        return tuple(found)
