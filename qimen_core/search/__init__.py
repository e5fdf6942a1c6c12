"""Full-text search over what plugins put into the index, the same on both databases."""

from qimen_core.pinyin import initials, name_initials
from qimen_core.search.index import Entry, Found, find, moved, one_of, put, put_many, remove
from qimen_core.search.tokens import normalise, parse_query, tokenise

__all__ = [
    "Entry",
    "Found",
    "find",
    "initials",
    "moved",
    "name_initials",
    "normalise",
    "one_of",
    "parse_query",
    "put",
    "put_many",
    "remove",
    "tokenise",
]
