"""Taking a text apart: characters in a row, and words where a segmenter is installed."""

from collections import Counter
from functools import cache
from importlib.util import find_spec

__all__ = ["character_grams", "classifier_installed", "gram_counts", "one_line", "words"]


def one_line(text: str) -> str:
    """Return the text in small letters, its white space as single blanks."""
    return " ".join(text.lower().split())


def character_grams(text: str, shortest: int, longest: int) -> list[str]:
    """Return every run of ``shortest`` to ``longest`` characters."""
    return [
        text[at : at + size]
        for size in range(shortest, longest + 1)
        for at in range(len(text) - size + 1)
    ]


def gram_counts(text: str) -> Counter[str]:
    """Return how often each run of two and of three characters occurs."""
    return Counter(character_grams(one_line(text), 2, 3))


def words(text: str) -> list[str]:
    """Return the words of a text; it needs the extra ``classifier`` (rjieba)."""
    import rjieba

    found: list[str] = rjieba.cut(text)
    return found


@cache
def classifier_installed() -> bool:
    """Say whether the extra ``qimen-petitions[classifier]`` is installed."""
    return all(find_spec(name) is not None for name in ("numpy", "scipy", "sklearn", "rjieba"))
