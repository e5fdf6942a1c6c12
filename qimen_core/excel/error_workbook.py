"""The clerk's own sheet again, with what is wrong beside each row and the cells coloured."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import xlsxwriter

from qimen_core.excel.importing import ImportReport
from qimen_core.excel.mapping import CellError
from qimen_core.excel.read import TableRow
from qimen_core.excel.values import as_text
from qimen_core.excel.write import _LONGEST_CELL, _OPTIONS
from qimen_core.i18n import translations

__all__ = ["write_error_workbook"]

_ = translations("qimen_core")


def write_error_workbook(report: ImportReport[Any], path: Path) -> None:
    """Write the sheet of a dry run with a last column 错误; rows keep their numbers.

    The clerk mends the coloured cells and uploads the same file again: the added column is not a
    heading of any list, so it is ignored.

    Args:
        report: Of the dry run.
        path: Where to.
    """
    wrong = _by_row(report.errors)
    width = max((len(row.cells) for row in report.sheet), default=0)
    with xlsxwriter.Workbook(str(path), _OPTIONS) as book:
        sheet = book.add_worksheet(str(_("修改后重新上传")))
        red = book.add_format({"bg_color": "#FFD9D9", "border": 1, "border_color": "#C00000"})
        note = book.add_format({"font_color": "#C00000", "text_wrap": True})
        bold = book.add_format({"bold": True})
        sheet.set_column(0, max(width - 1, 0), 14)
        sheet.set_column(width, width, 50)
        for row in report.sheet:
            errors = wrong.get(row.number, ())
            bad = _bad_columns(report, errors)
            _write_cells(
                sheet, row, dict.fromkeys(bad, red), bold if _is_head(report, row) else None
            )
            if _is_head(report, row):
                sheet.write_string(row.number - 1, width, str(_("错误")), bold)
            elif errors:
                text = "；".join(_sentence(error) for error in errors)
                sheet.write_string(row.number - 1, width, text[:_LONGEST_CELL], note)


def _is_head(report: ImportReport[Any], row: TableRow) -> bool:
    return row.number == report.headers.row


def _by_row(errors: Sequence[CellError]) -> dict[int, list[CellError]]:
    ordered = sorted(errors, key=lambda error: error.row)
    return {row: list(group) for row, group in groupby(ordered, key=lambda error: error.row)}


def _bad_columns(report: ImportReport[Any], errors: Sequence[CellError]) -> set[int]:
    places = {
        heading: report.headers.columns[field] for field, heading in report.headers.headings.items()
    }
    return {places[error.column] for error in errors if error.column in places}


def _write_cells(
    sheet: Any, row: TableRow, formats: Mapping[int, object], usual: object | None
) -> None:
    for index in range(max([len(row.cells), *(column + 1 for column in formats)])):
        cell = row.cell(index)
        text = "" if cell is None else str(as_text(cell))
        shape = formats.get(index, usual)
        if text:
            sheet.write_string(row.number - 1, index, text[:_LONGEST_CELL], shape)
        elif shape is not None:
            sheet.write_blank(row.number - 1, index, None, shape)


def _sentence(error: CellError) -> str:
    where = f"【{error.column}】" if error.column else ""
    return f"{where}{error.message}，{error.remedy}" if error.remedy else f"{where}{error.message}"
