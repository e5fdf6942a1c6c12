"""What the classifier reads of a message: three lists of terms, weighed each on its own."""

from collections.abc import Callable, Mapping

from qimen_petitions.analysis.wording import character_grams, one_line, words

__all__ = ["BLOCKS", "terms_of"]

Reader = Callable[[str, str], list[str]]


def _whole(title: str, detail: str) -> str:
    return one_line(f"{title}。{detail}")


# Characters of the whole, its words, and once more the characters of the title, which says most.
BLOCKS: Mapping[str, Reader] = {
    "characters": lambda title, detail: character_grams(_whole(title, detail), 1, 2),
    "words": lambda title, detail: words(_whole(title, detail)),
    "title": lambda title, _detail: character_grams(one_line(title), 1, 2),
}


def terms_of(title: str, detail: str) -> dict[str, list[str]]:
    """Return the terms of a message by block."""
    return {name: read(title, detail) for name, read in BLOCKS.items()}
