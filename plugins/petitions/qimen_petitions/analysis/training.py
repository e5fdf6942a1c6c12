"""Training the classifier: a linear support vector machine over characters, words and title."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.svm import LinearSVC

from qimen_petitions.analysis.features import BLOCKS, terms_of
from qimen_petitions.analysis.model import Model

__all__ = ["Read", "read_messages", "train"]

_MARGIN = 0.3
# A term of one message alone can only be learnt by heart.
_AT_LEAST = 2

Read = Mapping[str, Sequence[list[str]]]


def read_messages(messages: Sequence[tuple[str, str]]) -> Read:
    """Return the terms of ``(title, detail)`` messages by block; done once for all folds."""
    taken_apart = [terms_of(title, detail) for title, detail in messages]
    return {block: [each[block] for each in taken_apart] for block in BLOCKS}


def train(read: Read, labels: Sequence[str], rows: Sequence[int] | None = None) -> Model:
    """Return a model of the messages; at least two labels are needed.

    Args:
        read: The terms of all messages.
        labels: The label of each.
        rows: The positions to learn from, all of them when left out. Neither vocabulary nor weights
            know anything of the others.
    """
    chosen = range(len(labels)) if rows is None else rows
    parts: list[Any] = []
    terms: dict[str, tuple[str, ...]] = {}
    idf: list[Any] = []
    for block, lists in read.items():
        told = [lists[at] for at in chosen]
        if not _anything_twice(told):  # a file without titles, say
            terms[block] = ()
            continue
        counter = TfidfVectorizer(
            analyzer=_as_it_is, min_df=_AT_LEAST, sublinear_tf=True, dtype=np.float32
        )
        parts.append(counter.fit_transform(told))
        terms[block] = tuple(counter.get_feature_names_out())
        idf.append(counter.idf_)
    machine = LinearSVC(C=_MARGIN, class_weight="balanced").fit(
        sparse.hstack(parts).tocsr(), [labels[at] for at in chosen]
    )
    weights, bias = _one_row_each(machine)
    return Model(
        tuple(str(label) for label in machine.classes_),
        terms,
        np.concatenate(idf).astype(np.float32),
        weights,
        bias,
    )


def _anything_twice(lists: Sequence[list[str]]) -> bool:
    seen: set[str] = set()
    for each in map(set, lists):
        if not seen.isdisjoint(each):
            return True
        seen |= each
    return False


def _as_it_is(terms: list[str]) -> list[str]:
    return terms


def _one_row_each(machine: LinearSVC) -> tuple[Any, Any]:
    """Of two labels the machine keeps one row; the other label is its mirror image."""
    weights = machine.coef_.astype(np.float32)
    bias = machine.intercept_.astype(np.float32)
    if len(weights) == 1:
        return np.vstack([-weights, weights]), np.concatenate([-bias, bias])
    return weights, bias
