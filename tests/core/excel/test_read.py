"""Reading table files of every honest and dishonest kind."""

import os
import time
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest
import xlsxwriter

from qimen_core.excel import FileRefused, ReadLimits, read_table

Fill = Callable[["xlsxwriter.Workbook", "xlsxwriter.worksheet.Worksheet"], None]


@pytest.fixture
def book(tmp_path: Path) -> Callable[[Fill], Path]:
    def make(fill: Fill) -> Path:
        path = tmp_path / "book.xlsx"
        with xlsxwriter.Workbook(str(path)) as workbook:
            fill(workbook, workbook.add_worksheet("名单"))
        return path

    return make


def test_cells_keep_their_types_their_columns_and_their_row_numbers(
    book: Callable[[Fill], Path],
) -> None:
    def fill(workbook: "xlsxwriter.Workbook", sheet: "xlsxwriter.worksheet.Worksheet") -> None:
        day = workbook.add_format({"num_format": "yyyy-mm-dd"})
        moment = workbook.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        sheet.write_string(2, 1, "张三")
        sheet.write_number(2, 2, 1.5)
        sheet.write_datetime(3, 2, datetime(2021, 3, 5), day)  # noqa: DTZ001
        sheet.write_datetime(3, 3, datetime(2021, 3, 5, 9, 30), moment)  # noqa: DTZ001
        sheet.write_boolean(5, 1, True)

    rows = read_table(book(fill))
    assert [(row.number, row.cells[1:]) for row in rows] == [
        (3, ("张三", 1.5, None)),
        (4, (None, date(2021, 3, 5), datetime(2021, 3, 5, 9, 30))),  # noqa: DTZ001
        (6, (True, None, None)),
    ]
    assert {row.cells[0] for row in rows} == {None}


def test_blank_rows_that_are_only_formatted_do_not_count(book: Callable[[Fill], Path]) -> None:
    def fill(workbook: "xlsxwriter.Workbook", sheet: "xlsxwriter.worksheet.Worksheet") -> None:
        red = workbook.add_format({"bg_color": "red"})
        sheet.write_string(0, 0, "姓名")
        for row in range(1, 3000):
            sheet.write_blank(row, 0, None, red)
        sheet.write_string(3000, 0, "   ")
        sheet.write_blank(1_048_575, 20, None, red)

    rows = read_table(book(fill))
    assert [row.cells[0] for row in rows][:1] == ["姓名"]
    assert len(rows) <= 2


def test_the_first_visible_sheet_is_read_or_the_one_that_is_named(
    book: Callable[[Fill], Path],
) -> None:
    def fill(workbook: "xlsxwriter.Workbook", sheet: "xlsxwriter.worksheet.Worksheet") -> None:
        sheet.write_string(0, 0, "hidden")
        shown = workbook.add_worksheet("shown")
        shown.write_string(0, 0, "shown")
        shown.activate()
        shown.set_first_sheet()
        sheet.hide()

    path = book(fill)
    assert read_table(path)[0].cells == ("shown",)
    assert read_table(path, sheet="名单")[0].cells == ("hidden",)
    with pytest.raises(FileRefused, match="工作表"):
        read_table(path, sheet="absent")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_text_tables_are_read_in_the_encodings_that_clerks_have(
    tmp_path: Path, encoding: str, separator: str
) -> None:
    path = tmp_path / "list.csv"
    lines = [["姓名", "备注"], ["张三", "䶮泷"], ["", ""], ["李四", '="007"']]
    text = "\r\n".join(separator.join(line) for line in lines)
    path.write_bytes(text.encode(encoding))
    assert [(row.number, row.cells) for row in read_table(path)] == [
        (1, ("姓名", "备注")),
        (2, ("张三", "䶮泷")),
        (4, ("李四", "007")),
    ]


def test_a_comma_in_the_words_or_a_title_above_hides_no_tab(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    lines = ("热线转办单", "标题\t内容", "灯,坏了\t三天,没人修", "沟\t堵了\u2028两天")
    path.write_text("\r\n".join(lines), "utf-8")
    assert [row.cells for row in read_table(path)] == [
        ("热线转办单",), ("标题", "内容"), ("灯,坏了", "三天,没人修"), ("沟", "堵了\u2028两天"),
    ]  # fmt: skip


def test_only_the_first_rows_are_read_to_look_at(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("".join(f"{number},甲\n" for number in range(500)), "utf-8")
    assert [row.number for row in read_table(path, head=3)] == [1, 2, 3]


def test_a_text_in_no_known_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes("姓名,备注\n".encode("gb18030") + b"\xff\xff\xff\n")
    with pytest.raises(FileRefused, match="编码"):
        read_table(path)


def _zip(path: Path, parts: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


@pytest.mark.parametrize(
    ("parts", "says"),
    [
        ({"xl/workbook.xml": b"<w/>", "xl/vbaProject.bin": b"x"}, "宏"),
        ({"xl/workbook.xml": b"<w/>", "xl/macrosheets/sheet1.xml": b"x"}, "宏"),
        (
            {
                "[Content_Types].xml": b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
                "xl/workbook.xml": b"<w/>",
            },
            "宏",
        ),
        ({"word/document.xml": b"<w/>"}, "不是 Excel"),
        ({"xl/workbook.xml": b"<w/>", "xl/bomb.xml": b"0" * 40_000_000}, "解压后过大"),
        ({"xl/workbook.xml": b"<w/>"}, "已损坏"),
    ],
)
def test_dangerous_and_foreign_archives_are_refused_with_the_reason(
    tmp_path: Path, parts: dict[str, bytes], says: str
) -> None:
    with pytest.raises(FileRefused, match=says):
        read_table(_zip(tmp_path / "x.xlsx", parts))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "旧版"),
        (b"\x7fELF\0\0\0", "不是表格文件"),
        (b"PK\x03\x04 cut off", "已损坏"),
        (b"", "空的"),
    ],
)
def test_other_files_are_refused_with_the_reason(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "x.xlsx"
    path.write_bytes(content)
    with pytest.raises(FileRefused, match=says):
        read_table(path)


def test_a_file_above_the_limit_is_refused_before_it_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    path.write_bytes(b"PK\x03\x04" + os.urandom(3 << 20))
    with pytest.raises(FileRefused, match="3 MB，超过 2 MB"):
        read_table(path, ReadLimits(file_bytes=2 << 20))


def test_too_many_rows_and_columns_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("\n".join(["a,b,c"] * 11))
    assert len(read_table(path, ReadLimits(rows=11, columns=3))) == 11
    with pytest.raises(FileRefused, match="10 行"):
        read_table(path, ReadLimits(rows=10))
    with pytest.raises(FileRefused, match="2 列"):
        read_table(path, ReadLimits(columns=2))


def test_a_parser_that_wants_too_much_memory_dies_alone(tmp_path: Path) -> None:
    # Two far cells make the parser lay out everything between them: 1 048 576 × 16 384 cells.
    path = tmp_path / "x.xlsx"
    with xlsxwriter.Workbook(str(path)) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_string(0, 0, "a")
        sheet.write_string(1_048_575, 16_383, "b")
    assert path.stat().st_size < 20_000
    started = time.monotonic()
    with pytest.raises(FileRefused, match="解析已中止"):
        read_table(path, ReadLimits(memory=512 << 20))
    assert time.monotonic() - started < 30
