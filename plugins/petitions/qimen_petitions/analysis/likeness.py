"""How alike one text is to each of some others; plain Python, so it works without any extra."""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher

from qimen_petitions.analysis.wording import gram_counts

__all__ = ["Corpus", "common_words"]

Weights = Mapping[str, float]
_SHORTEST = 4
_LONGEST = 20


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

    def _vector(self, counts: Counter[str]) -> Weights:
        vector = {
            gram: (1 + math.log(number)) * self._idf[gram]
            for gram, number in counts.items()
            if gram in self._idf
        }
        length = math.sqrt(sum(weight * weight for weight in vector.values())) or 1.0
        return {gram: weight / length for gram, weight in vector.items()}


def common_words(one: str, other: str) -> str:
    """Return the longest run of characters that both texts hold, ``""`` where it is very short."""
    found = SequenceMatcher(None, one, other, autojunk=False).find_longest_match()
    run = one[found.a : found.a + found.size].strip("，。、；！？ \n")
    if len(run) < _SHORTEST:
        return ""
    return run if len(run) <= _LONGEST else f"{run[:_LONGEST]}…"
