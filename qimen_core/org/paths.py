"""The materialised path: one segment of fixed width per level, so a subtree is a range."""

from sqlalchemy import ColumnElement, and_

__all__ = ["SEGMENT", "ancestors", "child", "depth", "parent", "segment", "successor", "under"]

SEGMENT = 4
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def segment(number: int) -> str:
    """Return the base-36 segment of the n-th child.

    Raises:
        ValueError: Fewer than 0, or more than a segment holds (1 679 615).
    """
    if not 0 <= number < 36**SEGMENT:
        raise ValueError(f"a unit cannot have a child number {number}")
    text = ""
    for _ in range(SEGMENT):
        number, digit = divmod(number, 36)
        text = _DIGITS[digit] + text
    return text


def child(path: str, number: int) -> str:
    """Return the path of the n-th child of ``path`` (``""`` for a root)."""
    return path + segment(number)


def successor(path: str) -> str:
    """Return the smallest string above every descendant of ``path``."""
    return path[:-1] + chr(ord(path[-1]) + 1)


def parent(path: str) -> str:
    """Return the parent's path, ``""`` for a root."""
    return path[:-SEGMENT]


def depth(path: str) -> int:
    """Return 1 for a root, 2 for its children, and so on."""
    return len(path) // SEGMENT


def ancestors(path: str) -> list[str]:
    """Return the paths from the root down to ``path`` itself."""
    return [path[:end] for end in range(SEGMENT, len(path) + 1, SEGMENT)]


def under(column: ColumnElement[str], path: str) -> ColumnElement[bool]:
    """Return the condition "at or below ``path``", a half-open range over ``column``."""
    return and_(column >= path, column < successor(path))
