"""All pairs of like texts in a file: character 2–3-gram TF-IDF, cosine, and the same place.

Exact for what it returns. The work is kept small by looking only at pairs that share rare
character sequences, which two texts with half of their weight in common always do.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from qimen_petitions.analysis.places import agree, place_label, places_of
from qimen_petitions.analysis.wording import one_line

__all__ = ["Pair", "like_pairs", "same_place_pairs"]

# A character sequence in more texts than this says nothing about two of them.
_RARE = 40
_SHARED = 0.04
_BITS = 21
_CHUNK = 100_000


@dataclass(frozen=True, slots=True)
class Pair:
    """Two texts by their position, how alike they are (0–1), and the place both name.

    ``place`` is ``""`` where no place speaks for it and none against it.
    """

    one: int
    other: int
    likeness: float
    place: str = ""


def same_place_pairs(texts: Sequence[str], threshold: float = 0.5) -> tuple[list[Pair], list[Pair]]:
    """Return the like pairs of one place, and those whose places differ, each best first."""
    same, apart = [], []
    for pair in like_pairs(texts, threshold):
        mine, theirs = places_of(texts[pair.one]), places_of(texts[pair.other])
        if agree(mine, theirs) is False:
            apart.append(pair)
        else:
            place = place_label(mine, theirs)
            same.append(Pair(pair.one, pair.other, pair.likeness, place))
    return same, apart


def like_pairs(texts: Sequence[str], threshold: float = 0.5) -> list[Pair]:
    """Return the pairs of texts whose cosine is above the threshold, most alike first."""
    if len(texts) < 2:
        return []
    weights = _weights([one_line(text) for text in texts])
    found = sparse.triu(_rare_part(weights), k=1).tocoo()
    near = found.data > _SHARED * threshold
    rows, columns = found.row[near], found.col[near]
    likeness = np.concatenate(
        [
            _cosines(weights, rows[at : at + _CHUNK], columns[at : at + _CHUNK])
            for at in range(0, max(len(rows), 1), _CHUNK)
        ]
    )
    pairs = [
        Pair(int(rows[at]), int(columns[at]), float(likeness[at]))
        for at in np.flatnonzero(likeness > threshold)
    ]
    return sorted(pairs, key=lambda pair: (-pair.likeness, pair.one, pair.other))


def _weights(texts: Sequence[str]) -> Any:
    """Return one row per text, of length one: TF-IDF, damped, without terms of one text alone."""
    documents, grams = _grams(texts)
    _, terms = np.unique(grams, return_inverse=True)
    width = int(terms.max(initial=0)) + 1
    cells, counts = np.unique(documents * width + terms, return_counts=True)
    rows, columns = np.divmod(cells, width)
    spread = np.bincount(columns, minlength=width)
    kept = spread[columns] >= 2
    rows, columns, counts = rows[kept], columns[kept], counts[kept]
    idf = np.log((1 + len(texts)) / (1 + spread[columns])) + 1
    values = ((1 + np.log(counts)) * idf).astype(np.float32)
    length = np.sqrt(
        np.bincount(rows, weights=values.astype(np.float64) ** 2, minlength=len(texts))
    )
    values /= np.maximum(length, 1e-12)[rows].astype(np.float32)
    return sparse.csr_matrix((values, (rows, columns)), shape=(len(texts), width))


def _grams(texts: Sequence[str]) -> tuple[Any, Any]:
    """Return for every 2- and 3-gram of all texts its text and its code."""
    codes = np.array([ord(mark) for text in texts for mark in text], dtype=np.int64)
    owner = np.repeat(np.arange(len(texts)), [len(text) for text in texts])
    two = owner[:-1] == owner[1:]
    three = owner[:-2] == owner[2:]
    pairs = (codes[:-1] << _BITS) | codes[1:]
    triples = (pairs[:-1] << _BITS) | codes[2:]
    grams = np.concatenate([pairs[two], triples[three]])
    return np.concatenate([owner[:-1][two], owner[:-2][three]]), grams


def _rare_part(weights: Any) -> Any:
    spread = np.bincount(weights.indices, minlength=weights.shape[1])
    rare = weights[:, np.flatnonzero(spread <= _RARE)]
    return rare @ rare.T


def _cosines(weights: Any, rows: Any, columns: Any) -> Any:
    if not len(rows):
        return np.zeros(0)
    return np.asarray(weights[rows].multiply(weights[columns]).sum(axis=1)).ravel()
