"""Workbooks that we hand out never hold a live formula."""

import hashlib
import re
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import xlsxwriter

from qimen_core.errors import InvalidInput
from qimen_core.excel import ExportColumn, Exported, read_table, write_table

DANGEROUS = [
    "=1+1",
    "+1",
    "-1+2",
    "@SUM(A1)",
    "{=1+1}",
    '=HYPERLINK("http://example.org","x")',
    "http://example.org",
    "internal:Sheet1!A1",
    "\t=1",
    "\r=1",
    "0012",
    "341024199001011234",
]
AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


def write(path: Path, rows: list[list[object]], limit: int = 100) -> Exported:
    columns = [ExportColumn("内容"), ExportColumn("日期")]
    return write_table(path, columns, rows, title="诉求", user="张三", at=AT, limit=limit)


def sheet_xml(path: Path) -> str:
    with zipfile.ZipFile(path) as archive:
        assert not [
            name for name in archive.namelist() if name.endswith(".rels") and "sheet" in name
        ]
        return archive.read("xl/worksheets/sheet1.xml").decode()


def test_nothing_from_data_becomes_a_formula_a_link_or_a_number(tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    write(path, [[text, None] for text in DANGEROUS])
    xml = sheet_xml(path)
    assert "<f>" not in xml
    assert "<hyperlink" not in xml
    assert re.findall(r"<c r=\"A\d+\"[^>]*t=\"(\w+)\"", xml) == ["inlineStr"] * (len(DANGEROUS) + 2)
    read = [row.cells[0] for row in read_table(path)][2:]
    assert [str(cell).strip() for cell in read] == [text.strip() for text in DANGEROUS]


def test_the_usual_writer_would_have_made_formulas_of_them(tmp_path: Path) -> None:
    path = tmp_path / "control.xlsx"
    with xlsxwriter.Workbook(str(path)) as workbook:
        workbook.add_worksheet().write_row(0, 0, ["=1+1"])
    with zipfile.ZipFile(path) as archive:
        assert "<f>" in archive.read("xl/worksheets/sheet1.xml").decode()


def test_a_workbook_says_who_took_it_out_and_when_and_the_audit_gets_its_hash(
    tmp_path: Path,
) -> None:
    path = tmp_path / "out.xlsx"
    exported = write(path, [["路灯不亮", date(2026, 3, 1)], [AT, True]])
    rows = read_table(path)
    assert rows[0].cells[0] == "诉求 · 张三 于 2026-03-02 10:00 导出 · 仅限工作使用，请妥善保管"
    assert [row.cells for row in rows[1:]] == [
        ("内容", "日期"),
        ("路灯不亮", "2026-03-01"),
        ("2026-03-02 10:00", "是"),
    ]
    assert "张三" in sheet_xml(path).partition("<oddFooter>")[2]
    assert exported.rows == 2
    assert exported.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_row_limit_holds_and_leaves_no_file(tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    assert write(path, [["x", None]] * 5, limit=5).rows == 5
    with pytest.raises(InvalidInput, match="5 行"):
        write(path, [["x", None]] * 6, limit=5)
    assert not path.exists()


def test_a_very_long_text_is_cut_instead_of_lost(tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    write(path, [["长" * 40_000, None]])
    assert len(str(read_table(path)[2].cells[0])) == 32_767
