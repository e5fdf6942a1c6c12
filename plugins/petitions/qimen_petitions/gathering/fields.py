"""What a column of somebody else's list can be for us, and the headings that lists use for it."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files

from qimen_core import translations
from qimen_core.excel import Cell, TableRow, as_text, plain_heading

__all__ = ["FIELDS", "SOURCES", "Head", "ListColumn", "guess", "heads", "letter", "look"]

_ = translations("qimen_petitions")

_LOOKED_AT = 15
_SAMPLES = 3
_SHOWN = 40

FIELDS: dict[str, str] = {
    "number": _("外部编号"),
    "title": _("标题"),
    "content": _("诉求内容"),
    "received": _("收到时间"),
    "name": _("诉求人"),
    "phone": _("联系电话"),
    "place": _("地点"),
    "category": _("类别"),
    "unit": _("属地"),
    "channel": _("来源"),
    "reply": _("答复"),
    "replied": _("答复时间"),
    "handler": _("承办人"),
}
"""Our fields in the order of the choice."""

SOURCES: dict[str, str] = {
    "12345": _("12345 热线转办"),
    "appeal": _("信访系统"),
    "messages": _("网上留言板"),
    "own": _("本单位台账"),
}
"""Where a list comes from; numbers of the last are a unit's own."""

_WORDS: dict[str, list[str]] = tomllib.loads(
    files(__package__).joinpath("headings.toml").read_text("utf-8")
)
_KNOWN: dict[str, str] = {
    plain_heading(word): field for field, words in _WORDS.items() for word in words
}


@dataclass(frozen=True, slots=True)
class ListColumn:
    """One column as the page shows it: where it is, what it is called, what stands in it."""

    index: int
    heading: str
    samples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a list.

    Attributes:
        row: Number of the row that holds the headings.
        columns: Every column that has a heading or holds something.
    """

    row: int
    columns: tuple[ListColumn, ...]


def look(rows: Sequence[TableRow], row: int = 0) -> Head:
    """Return the head of a sheet, from its first rows.

    Args:
        rows: The first rows, as many as one has.
        row: Which row holds the headings; found by what stands in it when left out.
    """
    number = row or _head_row(rows)
    top = next((each for each in rows if each.number == number), TableRow(number, ()))
    body = [each for each in rows if each.number > number]
    width = max((len(each.cells) for each in (top, *body)), default=0)
    columns = (_column(top, body, index) for index in range(width))
    return Head(number, tuple(each for each in columns if each is not None))


def heads(columns: Sequence[ListColumn]) -> str:
    """Return what makes two lists of one kind the same: their headings, tidied, in order."""
    return "\n".join(plain_heading(each.heading) for each in columns)


def guess(columns: Sequence[ListColumn]) -> dict[int, str]:
    """Return the field of each column whose heading is known; a field is given once."""
    found: dict[int, str] = {}
    for whole in (True, False):
        for each in columns:
            field = _field(plain_heading(each.heading), whole)
            if field and each.index not in found and field not in found.values():
                found[each.index] = field
    return found


def letter(index: int) -> str:
    """Return a column's letters as Excel shows them: 0 is A, 26 is AA."""
    text = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        text = chr(ord("A") + rest) + text
    return text


def _field(heading: str, whole: bool) -> str:
    if whole:
        return _KNOWN.get(heading, "")
    inside = [word for word in _KNOWN if len(word) > 1 and not word.isascii() and word in heading]
    return _KNOWN[max(inside, key=len)] if inside else ""


def _head_row(rows: Sequence[TableRow]) -> int:
    """Return the row with the most known headings, else the first with the most texts."""

    def known(row: TableRow) -> tuple[int, int]:
        texts = [cell for cell in row.cells if isinstance(cell, str) and cell.strip()]
        return sum(plain_heading(text) in _KNOWN for text in texts), len(texts)

    first = rows[:_LOOKED_AT]
    return max(first, key=known).number if first else 1


def _column(top: TableRow, body: Sequence[TableRow], index: int) -> ListColumn | None:
    heading = _text(top.cell(index))
    samples = [text for row in body if (text := _text(row.cell(index)))][:_SAMPLES]
    if not heading and not samples:
        return None
    shown = tuple(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…" for text in samples)
    return ListColumn(index, heading or str(_("（无表头）")), shown)


def _text(cell: Cell) -> str:
    return "" if cell is None else str(as_text(cell)).strip()
