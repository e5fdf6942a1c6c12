"""Workbooks that open but hold what a list should not: merged cells, rounded numbers, formulas."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from tests.web.broken import HEADS, ROWS, Broken
from tests.web.broken.made import of_rows, workbook

Sheet = Any


def books() -> Iterator[Broken]:
    yield from _values()
    yield from _heads()
    for name, fill, whole in _SHAPES:
        yield Broken(name, workbook(fill), whole)


def _values() -> Iterator[Broken]:
    """Yield lists of which one cell is wrong, among rows that are right."""
    for name, column, value in (
        ("a date in words", 3, "前天下午"),
        ("a day that does not exist", 3, "2025-02-30"),
        ("a date of two digits", 3, "25-3-4"),
        ("an unclear date", 3, "3/4/2025"),
        ("a date to come", 3, "2099-01-01"),
        ("a date before time", 3, -5),
        ("no date", 3, ""),
        ("an error for a date", 3, "#VALUE!"),
        ("an ID number for a phone", 4, 3.41024199001011e17),
        ("a phone of ten digits", 4, "1380000672"),
        ("two phones", 4, "13800006721；13800006722"),
        ("a rounded number", 0, 3.41024199001011e17),
        ("a number said twice", 0, "XF001"),
        ("a title of 300", 1, "长" * 300),
        ("a text of 30000", 2, "长" * 30_000),
    ):
        rows = [list(row) for row in ROWS]
        rows[5][column] = value
        yield Broken(name, of_rows(rows), 0)
    for name, text in (
        ("a formula for a title", '=HYPERLINK("http://example.invalid","x")'),
        ("a command for a title", "=cmd|'/c calc'!A0"),
        ("marks that cannot be seen", "路灯\u200b\u202e\ufeff不亮"),
        ("marks of control", "路灯\x01\x02不亮"),
        ("a rare character", "𠮷田路灯😀"),
        ("tags for a title", "<script>alert(1)</script>"),
    ):
        rows = [list(row) for row in ROWS]
        rows[5][1] = text
        yield Broken(name, of_rows(rows))


def _heads() -> Iterator[Broken]:
    yield Broken("a heading twice", of_rows(ROWS, (HEADS[0], HEADS[1], HEADS[1], *HEADS[3:])))
    yield Broken("no headings", of_rows(ROWS[1:], ROWS[0]), 0)
    yield Broken("strange headings", of_rows(ROWS, ("甲", "乙", "丙", "丁", "戊")), 0)
    yield Broken("headings alone", of_rows(()), 0)
    yield Broken("headings of numbers", of_rows(ROWS, (1, 2, 3, 4, 5)), 0)


def _filled(sheet: Sheet, top: int = 0) -> None:
    for at, row in enumerate((HEADS, *ROWS)):
        sheet.write_row(top + at, 0, row)


def _merged_head(_book: Any, sheet: Sheet) -> None:
    _filled(sheet, 2)
    sheet.merge_range(0, 0, 1, 4, "热线转办单")


def _merged_body(book: Any, sheet: Sheet) -> None:
    _filled(sheet)
    sheet.merge_range(3, 3, 6, 3, "2025-3-4")
    for row in range(4, 7):
        sheet.write_blank(row, 3, None, book.add_format())


def _blank_rows(rows: int) -> Callable[[Any, Sheet], None]:
    def fill(book: Any, sheet: Sheet) -> None:
        _filled(sheet)
        red = book.add_format({"bg_color": "red"})
        for row in range(20, rows):
            sheet.write_blank(row, 0, None, red)

    return fill


def _blank_columns(book: Any, sheet: Sheet) -> None:
    _filled(sheet)
    red = book.add_format({"bg_color": "red"})
    for row in range(9):
        for column in range(10, 3000):
            sheet.write_blank(row, column, None, red)


def _far_corner(_book: Any, sheet: Sheet) -> None:
    _filled(sheet)
    sheet.write_string(1_048_575, 16_383, "x")


def _wide(_book: Any, sheet: Sheet) -> None:
    _filled(sheet)
    sheet.write_row(0, 5, [f"列{number}" for number in range(300)])


def _long(_book: Any, sheet: Sheet) -> None:
    sheet.write_row(0, 0, HEADS)
    for row in range(1, 100_010):
        sheet.write_row(row, 0, (f"X{row}", "甲乙"))


def _hidden_first(book: Any, sheet: Sheet) -> None:
    sheet.write_row(0, 0, ("不是名单", "x"))
    shown = book.add_worksheet("二")
    _filled(shown)
    shown.activate()
    shown.set_first_sheet()
    sheet.hide()


def _very_hidden(book: Any, sheet: Sheet) -> None:
    _hidden_first(book, sheet)
    sheet.very_hidden()


def _chart_first(book: Any, sheet: Sheet) -> None:
    _filled(sheet)
    chart = book.add_chart({"type": "line"})
    chart.add_series({"values": "=名单!$A$1:$A$3"})
    book.add_chartsheet("图").set_chart(chart)


def _formulas(_book: Any, sheet: Sheet) -> None:
    _filled(sheet)
    for row in range(1, 9):
        sheet.write_formula(row, 3, "=NOW()-700", value="")


def _counted(_book: Any, sheet: Sheet) -> None:
    _filled(sheet)
    sheet.write_formula(4, 1, '="路灯"&"不亮"', value="路灯不亮")


def _errors(_book: Any, sheet: Sheet) -> None:
    _filled(sheet)
    sheet.write_formula(4, 3, "=1/0", value="#DIV/0!")


def _real_dates(book: Any, sheet: Sheet) -> None:
    _filled(sheet)
    form = book.add_format({"num_format": "yyyy/m/d h:mm"})
    for row in range(1, 9):
        sheet.write_datetime(row, 3, datetime(2025, 3, row, 9, 30), form)  # noqa: DTZ001


def _numbers(_book: Any, sheet: Sheet) -> None:
    _filled(sheet)
    sheet.write_number(3, 3, 1e308)
    sheet.write_boolean(4, 3, True)


_ALL = len(ROWS)
_SHAPES: tuple[tuple[str, Callable[[Any, Sheet], None], int], ...] = (
    ("merged headings", _merged_head, _ALL),
    ("merged cells in the body", _merged_body, 0),
    ("30000 rows of colour", _blank_rows(30_000), _ALL),
    ("300000 rows of colour", _blank_rows(300_000), _ALL),
    ("3000 columns of colour", _blank_columns, _ALL),
    ("a cell in the last corner", _far_corner, 0),
    ("300 columns", _wide, 0),
    ("100010 rows", _long, 0),
    ("a hidden sheet in front", _hidden_first, _ALL),
    ("a very hidden sheet in front", _very_hidden, _ALL),
    ("a chart beside", _chart_first, _ALL),
    ("formulas without a value", _formulas, 0),
    ("a formula with a value", _counted, _ALL),
    ("an error in a cell", _errors, 0),
    ("dates that are dates", _real_dates, _ALL),
    ("numbers without sense", _numbers, 0),
)
