"""Judging the classifier on messages it has not learnt from: fold by fold, or by a stored model."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from qimen_core import QimenError, translations
from qimen_petitions.analysis.evaluation import Scores, score
from qimen_petitions.analysis.message_files import FileMessage
from qimen_petitions.analysis.model import Model
from qimen_petitions.analysis.training import read_messages, train
from qimen_petitions.analysis.wording import one_line

__all__ = ["Judgement", "cross_validate", "fold_of", "judge_model"]

_ = translations("qimen_petitions")

_FOLDS = 5


@dataclass(frozen=True, slots=True)
class Judgement:
    """The scores and how they came about.

    Attributes:
        scores: The scores.
        by: What kept near-twins on one side: ``fold``, ``group``, ``text``, or ``model`` where a
            stored model was asked.
        folds: How many folds; 0 for a stored model.
        seconds: The longest training of a fold, in seconds of wall time.
    """

    scores: Scores
    by: str
    folds: int
    seconds: float

    def machine(self) -> dict[str, object]:
        """Return it as JSON."""
        return {
            **self.scores.machine(),
            "by": self.by,
            "folds": self.folds,
            "train_seconds": round(self.seconds, 1),
        }


def fold_of(messages: Sequence[FileMessage]) -> tuple[str, Callable[[FileMessage], str]]:
    """Return what the folds are made by, and a function that gives a message's fold.

    A ``fold`` column counts as it is; of a group column whole groups go to one fold; without either
    messages of one text do.
    """
    if len({each.fold for each in messages}) > 1:
        return "fold", lambda each: each.fold
    if any(each.group for each in messages):
        return "group", lambda each: _hashed(each.group or each.text)
    return "text", lambda each: _hashed(one_line(each.detail))


def cross_validate(
    messages: Sequence[FileMessage], tell: Callable[[str], None] = lambda _text: None
) -> Judgement:
    """Return how well each fold is judged by a model of the others; nothing leaks between them.

    Raises:
        QimenError: There are too few labels or folds to judge by.
    """
    by, name = fold_of(messages)
    names = [name(each) for each in messages]
    labels = [each.label for each in messages]
    folds = sorted(set(names))
    if len(folds) < 2 or len(set(labels)) < 2:
        raise QimenError(_("至少要有两折、两个类别才能评估"))
    read = read_messages([(each.title, each.detail) for each in messages])
    guesses: list[list[str]] = [[] for _each in messages]
    slowest = 0.0
    for fold in folds:
        started = time.perf_counter()
        model = train(read, labels, [at for at, other in enumerate(names) if other != fold])
        slowest = max(slowest, time.perf_counter() - started)
        for at, other in enumerate(names):
            if other == fold:
                guesses[at] = _labels(model, messages[at])
        tell(fold)
    return Judgement(score(labels, guesses), by, len(folds), slowest)


def judge_model(model: Model, messages: Sequence[FileMessage]) -> Judgement:
    """Return how well a stored model judges messages."""
    guesses = [_labels(model, each) for each in messages]
    return Judgement(score([each.label for each in messages], guesses), "model", 0, 0.0)


def _labels(model: Model, message: FileMessage) -> list[str]:
    return [guess.label for guess in model.guess(message.title, message.detail)]


def _hashed(text: str) -> str:
    return str(sha256(text.encode()).digest()[0] % _FOLDS)
