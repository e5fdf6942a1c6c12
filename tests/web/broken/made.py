"""A good workbook in pieces, to be put together wrongly."""

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import xlsxwriter

from tests.web.broken import HEADS, ROWS

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
Rows = Sequence[Sequence[object]]


@dataclass(frozen=True)
class _Parts:
    sheet: str = "xl/worksheets/sheet1.xml"
    strings: str = "xl/sharedStrings.xml"
    book: str = "xl/workbook.xml"
    links: str = "xl/_rels/workbook.xml.rels"
    types: str = "[Content_Types].xml"
    styles: str = "xl/styles.xml"


PARTS = _Parts()


def workbook(fill: Callable[[Any, Any], None]) -> bytes:
    """Return a workbook whose first sheet is filled by a function."""
    kept = io.BytesIO()
    with xlsxwriter.Workbook(kept, {"in_memory": True, "strings_to_formulas": False}) as book:
        fill(book, book.add_worksheet("名单"))
    return kept.getvalue()


def of_rows(rows: Rows, heads: Sequence[object] = HEADS) -> bytes:
    """Return a workbook of a head and rows."""

    def fill(_book: Any, sheet: Any) -> None:
        for at, row in enumerate((heads, *rows)):
            sheet.write_row(at, 0, row)

    return workbook(fill)


@cache
def _parts_of() -> tuple[tuple[str, bytes], ...]:
    with zipfile.ZipFile(io.BytesIO(of_rows(ROWS))) as archive:
        return tuple((name, archive.read(name)) for name in archive.namelist())


def good() -> dict[str, bytes]:
    """Return the parts of a good workbook."""
    return dict(_parts_of())


def zipped(changes: Mapping[str, bytes | None]) -> bytes:
    """Return a good workbook with parts changed, added, or left out where the value is None."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {**good(), **changes}.items():
            if content is not None:
                archive.writestr(name, content)
    return kept.getvalue()
