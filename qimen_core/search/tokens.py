"""One tokeniser for both databases: Chinese bigrams, words and numbers whole.

``城北社区 3 号`` becomes ``城北 北社 社区 区 3 号``. The last character of a run also stands alone:
so every character begins some token, a query of one character is a prefix query, and the bigrams of
two neighbouring runs never stand side by side.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from qimen_core.org.paths import ancestors

__all__ = ["Query", "normalise", "parse_query", "reach_token", "reach_tokens", "tokenise"]

# Written without spaces between words: Han with all extensions and 〇, kana, hangul, and
# the private use areas, in which the household registers keep the rare characters of names.
_UNSPACED = (
    (0x3005, 0x3007),
    (0x3040, 0x30FF),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xAC00, 0xD7AF),
    (0xE000, 0xFAFF),
    (0x20000, 0x3FFFF),
    (0xF0000, 0x10FFFD),
)
# PostgreSQL refuses a lexeme above 2 kB; nobody types a longer word than this.
_LONGEST_WORD = 64
_MOST_WORDS_OF_A_QUERY = 8


def _kind(character: str) -> str:
    code = ord(character)
    if any(first <= code <= last for first, last in _UNSPACED):
        return "unspaced"
    if character.isalnum() or unicodedata.category(character) == "Mn":
        return "word"
    return ""


def _runs(text: str) -> Iterator[tuple[str, str]]:
    folded = unicodedata.normalize("NFKC", text).casefold()
    for kind, characters in groupby(folded, key=_kind):
        if kind:
            yield kind, "".join(characters)


def normalise(text: str) -> str:
    """Return the text as it is compared: NFKC, case folded, punctuation as single spaces."""
    return " ".join(run for _, run in _runs(text))


def tokenise(text: str) -> list[str]:
    """Return the tokens of a text in order; the same text gives the same tokens on any machine."""
    tokens: list[str] = []
    for kind, run in _runs(text):
        if kind == "word":
            tokens.append(run[:_LONGEST_WORD])
        else:
            tokens.extend(run[at : at + 2] for at in range(len(run)))
    return tokens


@dataclass(frozen=True, slots=True)
class Query:
    """A search text, taken apart.

    Attributes:
        phrases: For each word of the query, its tokens side by side; ``*`` at the end of the last
            one means "begins with".
        needles: The Chinese words of three characters or more, which a database that does not know
            adjacency must look for in the text itself.
    """

    phrases: tuple[tuple[str, ...], ...]
    needles: tuple[str, ...]

    def __bool__(self) -> bool:
        """Say whether there is anything to look for."""
        return bool(self.phrases)


def parse_query(text: str) -> Query:
    """Take a query apart; all its words must be found (at most eight count)."""
    phrases: list[tuple[str, ...]] = []
    needles: list[str] = []
    for kind, run in list(_runs(text))[:_MOST_WORDS_OF_A_QUERY]:
        if kind == "word":
            phrases.append((run[:_LONGEST_WORD] + "*",))
        elif len(run) == 1:
            phrases.append((run + "*",))
        else:
            phrases.append(tuple(run[at : at + 2] for at in range(len(run) - 1)))
            if len(run) > 2:
                needles.append(run)
    return Query(tuple(phrases), tuple(needles))


def reach_token(path: str) -> str:
    """Return the token that stands for "in the subtree of this unit"."""
    return f"u{path}"


def reach_tokens(path: str) -> list[str]:
    """Return one token for the unit at ``path`` and one for each unit above it."""
    return [reach_token(above) for above in ancestors(path)]
