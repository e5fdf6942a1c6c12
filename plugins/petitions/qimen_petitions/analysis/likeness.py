"""How alike one text is to each of some others; plain Python, so it works without any extra."""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from qimen_petitions.analysis.wording import gram_counts

__all__ = ["Corpus"]

Weights = Mapping[str, float]


class Corpus:
    """Texts as TF-IDF over runs of two and three characters, each of length one.

    The same weights as in ``pairs.py``: damped counts, without runs that one text alone has.

    Args:
        texts: What is compared.
        whole: Runs of one text alone count in its length. Among few texts those are most of what is
            said, and without them any two would look alike.
    """

    def __init__(self, texts: Sequence[str], *, whole: bool = False) -> None:
        counts = [gram_counts(text) for text in texts]
        spread = Counter(gram for each in counts for gram in each)
        self._idf = {
            gram: math.log((1 + len(texts)) / (1 + number)) + 1
            for gram, number in spread.items()
            if number > 1 or whole
        }
        self._vectors = [self._vector(each) for each in counts]

    def likeness(self, one: int, other: int) -> float:
        """Return the cosine of two of the texts, 0–1."""
        mine, theirs = self._vectors[one], self._vectors[other]
        if len(mine) > len(theirs):
            mine, theirs = theirs, mine
        return sum(weight * theirs[gram] for gram, weight in mine.items() if gram in theirs)

    def like(self, one: int, threshold: float) -> Iterator[tuple[int, float]]:
        """Yield ``(position, cosine)`` of every other text above the threshold."""
        for other in range(len(self._vectors)):
            if other != one and (cosine := self.likeness(one, other)) > threshold:
                yield other, cosine

    def shared(self, one: int, other: int, most: int = 3) -> list[str]:
        """Return the runs that make two texts alike, heaviest first, none inside another."""
        mine, theirs = self._vectors[one], self._vectors[other]
        common = sorted(mine.keys() & theirs.keys(), key=lambda gram: -mine[gram] * theirs[gram])
        found: list[str] = []
        for gram in common:
            if gram.isalnum() and not any(gram[:2] in each or each[:2] in gram for each in found):
                found.append(gram)
            if len(found) == most:
                break
        return found

    def _vector(self, counts: Counter[str]) -> Weights:
        vector = {
            gram: (1 + math.log(number)) * self._idf[gram]
            for gram, number in counts.items()
            if gram in self._idf
        }
        length = math.sqrt(sum(weight * weight for weight in vector.values())) or 1.0
        return {gram: weight / length for gram, weight in vector.items()}
