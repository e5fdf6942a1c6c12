"""Writing a list as a workbook: text cells only, marked with who took it out and when."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import xlsxwriter

from qimen_core.clock import local
from qimen_core.errors import InvalidInput
from qimen_core.i18n import translations

__all__ = ["ExportColumn", "Exported", "write_table"]

_ = translations("qimen_core")
_LONGEST_CELL = 32_767
# Nothing that came from outside may become a formula, a link or a number by its looks.
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


@dataclass(frozen=True, slots=True)
class ExportColumn:
    """A column of a workbook: its heading in Chinese and its width in characters."""

    label: str
    width: int = 16


@dataclass(frozen=True, slots=True)
class Exported:
    """A workbook that was written; ``sha256`` goes into the audit."""

    path: Path
    rows: int
    sha256: str


def write_table(
    path: Path,
    columns: Sequence[ExportColumn],
    rows: Iterable[Sequence[object]],
    *,
    title: str,
    user: str,
    at: datetime,
    limit: int = 50_000,
) -> Exported:
    """Write rows as an .xlsx workbook with a line that says who exported it when.

    Args:
        path: Where to.
        columns: The headings.
        rows: Values in the order of the columns; masked by the caller. Days and moments are
            written as texts in local time, ``None`` as a blank cell.
        title: What the list is, in Chinese.
        user: Who exports.
        at: When, aware.
        limit: At most so many rows.

    Raises:
        InvalidInput: There are more rows than the limit; the file is removed.
    """
    written, too_many = 0, False
    with xlsxwriter.Workbook(str(path), _OPTIONS) as book:
        sheet = book.add_worksheet(_sheet_name(title))
        _write_head(book, sheet, columns, _watermark(title, user, at))
        for values in rows:
            too_many = written == limit
            if too_many:
                break
            written += 1
            _write_row(sheet, written + 1, values)
    if too_many:
        path.unlink()
        text = _("超过 {limit} 行，不能一次导出。请缩小筛选范围后分次导出。")
        raise InvalidInput({"export": text.format(limit=limit)})
    return Exported(path, written, hashlib.sha256(path.read_bytes()).hexdigest())


def _watermark(title: str, user: str, at: datetime) -> str:
    text = _("{title} · {user} 于 {at} 导出 · 仅限工作使用，请妥善保管")
    return text.format(title=title, user=user, at=f"{local(at):%Y-%m-%d %H:%M}")


def _write_head(
    book: xlsxwriter.Workbook,
    sheet: "xlsxwriter.worksheet.Worksheet",
    columns: Sequence[ExportColumn],
    watermark: str,
) -> None:
    quiet = book.add_format({"font_color": "#666666", "italic": True})
    bold = book.add_format({"bold": True, "bottom": 1, "bg_color": "#F2F2F2"})
    for index, column in enumerate(columns):
        sheet.set_column(index, index, column.width)
    sheet.write_string(0, 0, watermark, quiet)
    for index, column in enumerate(columns):
        sheet.write_string(1, index, column.label, bold)
    sheet.freeze_panes(2, 0)
    # The page's own marks are codes in a footer: && is one ampersand.
    sheet.set_footer(f"&L{watermark.replace('&', '&&')[:200]}&R&P / &N")
    sheet.repeat_rows(1)


def _write_row(sheet: "xlsxwriter.worksheet.Worksheet", row: int, values: Sequence[object]) -> None:
    for index, value in enumerate(values):
        text = _text(value)
        if text:
            sheet.write_string(row, index, text[:_LONGEST_CELL])


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(_("是")) if value else str(_("否"))
    if isinstance(value, datetime):
        return f"{local(value):%Y-%m-%d %H:%M}"
    return value.isoformat() if isinstance(value, date) else str(value)


def _sheet_name(title: str) -> str:
    cleaned = "".join("_" if character in "[]:*?/\\'" else character for character in title)
    return cleaned[:31] or "Sheet1"
