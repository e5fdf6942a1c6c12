"""An import from the clerk's own table to rows in the database."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import xlsxwriter
from pydantic import BaseModel
from sqlmodel import select

from qimen_core.audit.models import AuditRow
from qimen_core.db.session import scope
from qimen_core.errors import Forbidden, InvalidInput
from qimen_core.excel import (
    CellError,
    ExcelDate,
    ExcelIdNumber,
    ExcelPhones,
    ExcelText,
    HeadersNotFound,
    ParsedRow,
    column,
    dry_run,
    duplicates,
    read_table,
    run_import,
    write_error_workbook,
    write_template,
)
from qimen_core.models import Person

if TYPE_CHECKING:
    from qimen_core.context import Context
    from qimen_core.db.session import QimenSession
    from qimen_core.db.work import UnitOfWork
    from qimen_core.org.models import OrgUnit
    from qimen_core.testing.fixtures import MakeAccount
    from qimen_core.testing.units import OrgTree

Write = Callable[[Sequence[Sequence[object]]], Path]
_SHARED = Path(os.environ.get("QIMEN_SHARED", Path(__file__).resolve().parents[4] / "shared"))
ID_NUMBER = "11010519491231002X"


class PersonLine(BaseModel):
    """A line of a list of residents."""

    name: ExcelText = column("姓名", "户主姓名", max_length=10)
    id_number: ExcelIdNumber | None = column("身份证号", "公民身份号码", default=None)
    birth_date: ExcelDate | None = column("出生日期", "出生年月日", default=None)
    phones: ExcelPhones = column("联系电话", "手机号", default=[])


class People:
    """Imports residents of one unit."""

    name = "core.person.import"
    label = "居民"
    permission = "core.person.manage"
    row = PersonLine

    def __init__(self, unit: "OrgUnit") -> None:
        self.unit = unit

    def check(self, ctx: "Context", rows: Sequence[ParsedRow[PersonLine]]) -> Iterable[CellError]:
        yield from duplicates(rows, "id_number", "身份证号")

    def save(self, uow: "UnitOfWork", rows: Sequence[PersonLine]) -> int:
        place = {"org_id": self.unit.id, "org_path": self.unit.path}
        values = [{"name": row.name, "birth_date": row.birth_date, **place} for row in rows]
        return uow.insert(Person, values)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def make(rows: Sequence[Sequence[object]]) -> Path:
        path = tmp_path / "list.xlsx"
        with xlsxwriter.Workbook(str(path)) as book:
            sheet = book.add_worksheet()
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
        return path

    return make


@pytest.fixture
def ctx(
    session: "QimenSession", org_tree: "OrgTree", as_user: "MakeAccount"
) -> Iterator["Context"]:
    context = as_user("community_clerk", org_tree.community).context(session)
    with scope(session, context, "core.person.manage"):
        yield context


def names(ctx: "Context") -> list[str]:
    return list(ctx.session.exec(select(Person.name).order_by(Person.id)))  # type: ignore[arg-type]


HEAD = ["*姓名（必填）", "公民身份号码", "出生年月日", "手机号 ", "备注一"]
GOOD = [
    ["张三", ID_NUMBER, "1990年1月2日", "13800000000；0559-4512345", "x"],
    ["李四", "", 32875, 13900000000, ""],
]
BAD = [
    ["", "", "1990-13-01", "12", ""],
    ["王五", 110105194912310000, "", "", ""],
    ["赵六", ID_NUMBER, "", "", ""],
]


def test_the_clerks_own_headings_title_and_hints_are_understood(
    ctx: "Context", org_tree: "OrgTree", write: Write
) -> None:
    hints = ["必填，真实姓名", "18位，选填", "YYYYMMDD", "多个电话用;分隔", "如有请填写"]
    path = write([["东街社区居民登记表"], [], HEAD, hints, *GOOD])
    report = dry_run(ctx, People(org_tree.community), path)
    assert report.ok
    assert report.total == 2
    assert report.headers.row == 3
    assert report.notes == ["这些列没有用到：备注一。"]
    first, second = (row.value for row in report.rows)
    assert first.phones == ["13800000000", "05594512345"]
    assert str(first.birth_date) == str(second.birth_date) == "1990-01-02"


def test_a_dry_run_finds_every_error_at_once_and_writes_nothing(
    ctx: "Context", org_tree: "OrgTree", write: Write
) -> None:
    report = dry_run(ctx, People(org_tree.community), write([HEAD, *GOOD, *BAD]))
    found = [(error.row, error.column, error.value, error.message) for error in report.errors]
    assert found == [
        (4, "*姓名（必填）", "", "没有填写"),
        (4, "出生年月日", "1990-13-01", "没有这一天"),
        (4, "手机号", "12", "电话号码不正确"),
        (5, "公民身份号码", "1.1010519491231e+17", "身份证号被 Excel 四舍五入，末几位已丢失"),
        (6, "公民身份号码", ID_NUMBER, "与第 2 行重复"),
    ]
    assert all(error.remedy for error in report.errors)
    assert report.bad_rows == 3
    assert names(ctx) == []


def test_all_or_nothing_writes_nothing_while_there_is_an_error(
    ctx: "Context", org_tree: "OrgTree", write: Write
) -> None:
    importer = People(org_tree.community)
    report = dry_run(ctx, importer, write([HEAD, *GOOD, *BAD]))
    with pytest.raises(InvalidInput, match="有 3 行需要修改"):
        run_import(ctx, importer, report, "all")
    assert names(ctx) == []


def test_good_rows_only_leaves_the_others_out_in_one_audited_step(
    ctx: "Context", org_tree: "OrgTree", write: Write
) -> None:
    importer = People(org_tree.community)
    report = dry_run(ctx, importer, write([HEAD, *GOOD, *BAD]))
    assert run_import(ctx, importer, report, "good") == 2
    assert names(ctx) == ["张三", "李四"]
    audit = ctx.session.exec(select(AuditRow).where(AuditRow.action == importer.name)).one()
    assert audit.reason == f"sha256={report.sha256} rows=2/5"
    assert "张三" not in str(audit.fields)


def test_a_clerk_cannot_import_into_the_neighbouring_community(
    ctx: "Context", org_tree: "OrgTree", write: Write
) -> None:
    importer = People(org_tree.sibling)
    report = dry_run(ctx, importer, write([HEAD, *GOOD]))
    with pytest.raises(Forbidden):
        run_import(ctx, importer, report)
    assert names(ctx) == []


def test_ten_thousand_rows_go_in_chunks(ctx: "Context", org_tree: "OrgTree", write: Write) -> None:
    importer = People(org_tree.community)
    rows = [[f"居民{n}", "", "", "", ""] for n in range(10_001)]
    report = dry_run(ctx, importer, write([HEAD, *rows]))
    assert run_import(ctx, importer, report) == 10_001
    assert len(names(ctx)) == 10_001


def test_a_table_without_the_needed_heading_says_which(
    ctx: "Context", org_tree: "OrgTree", write: Write
) -> None:
    with pytest.raises(HeadersNotFound, match="姓名"):
        dry_run(ctx, People(org_tree.community), write([["编号", "身份证号"], ["1", ""]]))


def test_the_error_workbook_is_the_same_sheet_and_can_be_mended_and_sent_again(
    ctx: "Context", org_tree: "OrgTree", write: Write, tmp_path: Path
) -> None:
    importer = People(org_tree.community)
    report = dry_run(ctx, importer, write([["登记表"], HEAD, *GOOD, *BAD]))
    path = tmp_path / "errors.xlsx"
    write_error_workbook(report, path)
    rows = {row.number: row.cells for row in read_table(path)}
    assert rows[2][-1] == "错误"
    assert rows[3][-1] is None
    assert "【出生年月日】没有这一天，请核对年、月、日。" in str(rows[5][-1])
    again = dry_run(ctx, importer, path)
    assert [(error.row, error.message) for error in again.errors] == [
        (error.row, error.message) for error in report.errors
    ]


def test_the_template_reads_back_as_an_empty_list(
    ctx: "Context", org_tree: "OrgTree", tmp_path: Path
) -> None:
    path = tmp_path / "template.xlsx"
    write_template(PersonLine, "居民", path)
    report = dry_run(ctx, People(org_tree.community), path)
    assert report.total == 0
    assert report.errors == []
    assert list(report.headers.columns) == list(PersonLine.model_fields)


def test_a_real_template_of_another_system_is_understood(
    ctx: "Context", org_tree: "OrgTree"
) -> None:
    found = sorted((_SHARED / "data" / "ledgers").glob("人员导入模板*.xlsx"))
    if not found:
        pytest.skip(f"no real template under {_SHARED}; set QIMEN_SHARED to the folder above data/")
    report = dry_run(ctx, People(org_tree.community), found[0])
    assert report.headers.row == 1
    assert {"name", "id_number", "birth_date", "phones"} == set(report.headers.columns)
    assert report.total == 0
