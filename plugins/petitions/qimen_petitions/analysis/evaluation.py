"""How good a classifier is: per label and over all, on messages it has not learnt from."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["LabelScore", "Scores", "score"]


@dataclass(frozen=True, slots=True)
class LabelScore:
    """One label: how many messages have it, and how well they are found."""

    n: int
    precision: float
    recall: float
    f1: float


@dataclass(frozen=True, slots=True)
class Scores:
    """All labels.

    Attributes:
        n: Messages judged.
        macro_f1: The mean of the labels' F1, each counting the same.
        top1: Share whose label was the first guess.
        top2: Share whose label was among the first two.
        labels: Each label's own.
    """

    n: int
    macro_f1: float
    top1: float
    top2: float
    labels: dict[str, LabelScore]

    def machine(self) -> dict[str, object]:
        """Return it as JSON, fractions rounded to four places."""
        return {
            "n": self.n,
            "macro_f1": round(self.macro_f1, 4),
            "top1": round(self.top1, 4),
            "top2": round(self.top2, 4),
            "classes": {
                label: {
                    "n": each.n,
                    "precision": round(each.precision, 4),
                    "recall": round(each.recall, 4),
                    "f1": round(each.f1, 4),
                }
                for label, each in self.labels.items()
            },
        }


def score(truth: Sequence[str], guesses: Sequence[Sequence[str]]) -> Scores:
    """Return the scores of guesses, each the labels of one message, best first."""
    first = [each[0] if each else "" for each in guesses]
    right = Counter(label for label, guess in zip(truth, first, strict=True) if label == guess)
    given, meant = Counter(first), Counter(truth)
    labels = {label: _label(right[label], given[label], meant[label]) for label in sorted(meant)}
    both = sum(label in each[:2] for label, each in zip(truth, guesses, strict=True))
    total = len(truth) or 1
    return Scores(
        n=len(truth),
        macro_f1=sum(each.f1 for each in labels.values()) / (len(labels) or 1),
        top1=right.total() / total,
        top2=both / total,
        labels=labels,
    )


def _label(right: int, given: int, meant: int) -> LabelScore:
    precision = right / given if given else 0.0
    recall = right / meant if meant else 0.0
    f1 = 2 * precision * recall / (precision + recall) if right else 0.0
    return LabelScore(meant, precision, recall, f1)
