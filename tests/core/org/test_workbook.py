"""Units from a clerk's workbook: the dry run tells all, the import does all or nothing."""

import io
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest
import xlsxwriter
from sqlmodel import select

from qimen_core.audit.models import AuditRow
from qimen_core.clock import FixedClock
from qimen_core.db.session import scope, unscoped
from qimen_core.db.work import unit_of_work
from qimen_core.errors import InvalidInput, QimenError
from qimen_core.excel import ImportReport, dry_run, run_import
from qimen_core.models import Grant
from qimen_core.org import history, queries, tree
from qimen_core.org.models import OrgUnit
from qimen_core.org.tree import NewUnit
from qimen_core.org.workbook import UNITS, UnitRow
from qimen_core.runtime import Qimen
from qimen_core.testing.accounts import Account
from qimen_core.testing.fixtures import MakeAccount
from qimen_core.testing.units import OrgTree

HEAD = ("代码", "名称", "类型", "上级代码", "启用日期", "停用日期")
# Filled in with the codes of the test's tree: `{t}` and `{o}` are the digits of its townships,
# `{c}` those of its county.
COUNTY, TOWN, OTHER = "{c}000000", "{t}000", "{o}000"
EAST, SECOND = "{east}", "{second}"
Row = Sequence[str]


def line(code: str, name: str, parent: str, *days: str, kind: str = "社区") -> Row:
    return (code, name, kind, parent, *days)


def words(org_tree: OrgTree) -> dict[str, str]:
    """Return what the placeholders stand for."""
    township, other = org_tree.township.code or "", org_tree.other_township.code or ""
    return {
        "c": township[:6],
        "t": township[:9],
        "o": other[:9],
        "east": org_tree.community.code or "",
        "second": org_tree.sibling.code or "",
        "east_name": org_tree.community.name,
        "town_name": org_tree.township.name,
    }


def filled(org_tree: OrgTree, rows: Sequence[Row]) -> list[Row]:
    """Return rows with the codes and names of the tree."""
    known = words(org_tree)
    return [tuple(text.format(**known) for text in row) for row in rows]


def workbook(path: Path, rows: Sequence[Row]) -> Path:
    body = io.BytesIO()
    with xlsxwriter.Workbook(body) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate([HEAD, *rows]):
            for column, text in enumerate(row):
                sheet.write_string(at, column, text)
    path.write_bytes(body.getvalue())
    return path


NORTH = line("{t}009", "北街社区", TOWN)


@pytest.fixture
def admin(as_user: MakeAccount, org_tree: OrgTree) -> Account:
    return as_user("county_office", org_tree.county)


@pytest.fixture
def checked(
    qimen: Qimen, admin: Account, tmp_path: Path, org_tree: OrgTree
) -> Callable[..., ImportReport[UnitRow]]:
    """A function that makes a dry run of rows, as the county's office unless another is given."""

    def check(*rows: Row, who: Account = admin) -> ImportReport[UnitRow]:
        path = workbook(tmp_path / "units.xlsx", filled(org_tree, rows))
        with qimen.db.session() as session:
            ctx = who.context(session)
            with scope(session, ctx, UNITS.permission):
                return dry_run(ctx, UNITS, path)

    return check


@pytest.fixture
def brought(qimen: Qimen, admin: Account, tmp_path: Path, org_tree: OrgTree) -> Callable[..., int]:
    """A function that imports rows and returns how many units changed."""

    def bring(*rows: Row, who: Account = admin, mode: str = "all") -> int:
        path = workbook(tmp_path / "units.xlsx", filled(org_tree, rows))
        with qimen.db.session() as session:
            ctx = who.context(session)
            with scope(session, ctx, UNITS.permission):
                report = dry_run(ctx, UNITS, path)
                return run_import(ctx, UNITS, report, mode)  # type: ignore[arg-type]

    return bring


def unit(qimen: Qimen, org_tree: OrgTree, code: str) -> OrgUnit:
    code = code.format(**words(org_tree))
    with qimen.db.session() as session, unscoped(session):
        return session.exec(select(OrgUnit).where(OrgUnit.code == code)).one()


def codes(qimen: Qimen) -> set[str | None]:
    with qimen.db.session() as session, unscoped(session):
        return set(session.exec(select(OrgUnit.code)))


def test_the_dry_run_tells_new_renamed_moved_ended_and_unchanged(
    checked: Callable[..., ImportReport[UnitRow]], qimen: Qimen, org_tree: OrgTree
) -> None:
    before = codes(qimen)
    report = checked(
        line("{t}009", "北街社区", TOWN),
        line(EAST, "东街新社区", TOWN),
        line(SECOND, org_tree.sibling.name, OTHER),
        line(OTHER, org_tree.other_township.name, COUNTY, kind="乡镇"),
    )
    assert report.errors == []
    assert report.notes == [
        "新增 1 个：北街社区",
        f"更名 1 个：{org_tree.community.name} → 东街新社区",
        f"移动 1 个：{org_tree.sibling.name} → {org_tree.other_township.name}",
        "不变 1 个",
    ]
    assert codes(qimen) == before
    ended = checked(line(EAST, "{east_name}", TOWN, "", "2026-03-01"))
    assert ended.notes == [f"停用 1 个：{org_tree.community.name}（2026-03-01）"]


def test_everything_is_written_in_one_transaction_with_one_audit_row(
    brought: Callable[..., int], qimen: Qimen, org_tree: OrgTree
) -> None:
    with qimen.db.session() as session:
        rows_before = len(session.exec(select(AuditRow)).all())
    changed = brought(
        # Parents may stand below their children; a new unit may take a moved one in.
        line("{c}777001", "新村社区", "{c}777000"),
        line("{c}777000", "新安镇", COUNTY, "2026-01-01", kind="乡镇"),
        line(EAST, "东街新社区", "{c}777000"),
        line(SECOND, org_tree.sibling.name, TOWN, "", "2026-03-01"),
    )
    assert changed == 4
    town = unit(qimen, org_tree, "{c}777000")
    assert (town.valid_from, town.initials) == (date(2026, 1, 1), "xaz")
    assert unit(qimen, org_tree, "{c}777001").path.startswith(town.path)
    east = unit(qimen, org_tree, EAST)
    assert (east.parent_id, east.name, east.initials) == (town.id, "东街新社区", "djxsq")
    assert east.path.startswith(town.path)
    assert unit(qimen, org_tree, SECOND).valid_to == date(2026, 3, 1)
    with qimen.db.session() as session:
        rows = session.exec(select(AuditRow).order_by(AuditRow.seq)).all()  # type: ignore[arg-type]
    assert len(rows) == rows_before + 1
    assert rows[-1].action == "core.org.import"
    assert rows[-1].fields["import"] == {
        "created": "2",
        "renamed": "1",
        "moved": "1",
        "archived": "1",
    }
    assert "sha256=" in rows[-1].reason


def test_the_past_of_a_renamed_and_moved_unit_stays(
    brought: Callable[..., int], qimen: Qimen, clock: FixedClock, org_tree: OrgTree
) -> None:
    day = clock.today()
    clock.set(clock.now() + timedelta(days=90))
    brought(line(EAST, "东街新社区", OTHER))
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        with scope(session, ctx, "core.org.read"):
            found = queries.by_code(ctx, org_tree.community.code or "")
            assert history.past_names(ctx, found.id, day)[-2:] == [
                org_tree.township.name,
                org_tree.community.name,
            ]
            assert history.past_names(ctx, found.id, clock.today())[-2:] == [
                org_tree.other_township.name,
                "东街新社区",
            ]


def test_what_a_move_takes_along_moves(
    brought: Callable[..., int], qimen: Qimen, as_user: MakeAccount, org_tree: OrgTree
) -> None:
    clerk = as_user("community_clerk", org_tree.community)
    brought(line(EAST, "{east_name}", OTHER))
    with qimen.db.session() as session, unscoped(session):
        grant = session.exec(select(Grant).where(Grant.user_id == clerk.id)).one()
    assert grant.org_path == unit(qimen, org_tree, EAST).path


@pytest.mark.parametrize(
    ("row", "column", "message"),
    [
        (line("{t}0", "短", TOWN), "代码", "应为 12 位"),
        (line("{o}009", "别处", TOWN), "代码", "应以上级代码"),
        (line("{t}009", "孤儿", "{c}799000"), "上级代码", "既不在文件中，也不在库中"),
        (line("{t}009", "北街", TOWN, kind="王国"), "类型", "没有“王国”这种单位"),
        (line("{c}000009", "越级", COUNTY), "类型", "不能设在“县”之下"),
        (line(EAST, "{east_name}", TOWN, kind="乡镇"), "代码", "按位数是村级"),
        (line("{t}009", "北街", TOWN, "", "2026-03-01"), "停用日期", "新单位不能填停用日期"),
        (line(EAST, "{east_name}", TOWN, "2020-05-05"), "启用日期", "与库中的启用日期"),
        (line(EAST, "{east_name}", TOWN, "", "2026-03-09"), "停用日期", "不能晚于今天"),
        (line(EAST, "{east_name}", TOWN, "", "1999-01-01"), "停用日期", "不能早于"),
        (
            line(TOWN, "{town_name}", COUNTY, "", "2026-03-01", kind="乡镇"),
            "停用日期",
            "个下级单位",
        ),
        (line(EAST, "{east_name}", COUNTY), "类型", "不能设在“县”之下"),
        (line("", "没有代码", TOWN), "代码", "没有代码"),
        (line("{t}009", "北街", TOWN, "3 月"), "启用日期", "不是完整的日期"),
        (line("{t}009", "", TOWN), "名称", "没有填写"),
        (line("110100000000", "某市", "", kind="市"), "上级代码", "没有填写上级代码"),
    ],
)
def test_every_fault_is_told_at_its_cell(
    checked: Callable[..., ImportReport[UnitRow]], row: Row, column: str, message: str
) -> None:
    report = checked(row)
    assert [error.column for error in report.errors] == [column]
    assert message in report.errors[0].message
    assert report.rows == []


def test_all_faults_are_told_at_once_and_nothing_is_written(
    checked: Callable[..., ImportReport[UnitRow]],
    brought: Callable[..., int],
    qimen: Qimen,
    org_tree: OrgTree,
) -> None:
    before = codes(qimen)
    rows = (
        line("{t}009", "北街社区", TOWN),
        line("{t}009", "北街二社区", TOWN),
        line("{c}1", "短", TOWN),
        line(EAST, "{east_name}", TOWN, "2020-05-05"),
    )
    assert [error.row for error in checked(*rows).errors] == [3, 4, 5]
    with pytest.raises(InvalidInput):
        brought(*rows)
    assert codes(qimen) == before
    # The control: the rows that are right can be taken without the others.
    assert brought(*rows, mode="good") == 1
    assert codes(qimen) - before == {words(org_tree)["t"] + "009"}


def test_what_would_stand_below_a_wrong_line_is_wrong_as_well(
    checked: Callable[..., ImportReport[UnitRow]],
    brought: Callable[..., int],
    qimen: Qimen,
    org_tree: OrgTree,
) -> None:
    rows = (
        line("{c}777000", "新安镇", COUNTY, "", "2026-03-01", kind="乡镇"),
        line("{c}777001", "新村社区", "{c}777000"),
        line("{t}009", "北街社区", TOWN),
    )
    report = checked(*rows)
    assert [(error.row, error.column) for error in report.errors] == [
        (2, "停用日期"),
        (3, "上级代码"),
    ]
    assert brought(*rows, mode="good") == 1
    assert words(org_tree)["c"] + "777001" not in codes(qimen)


def test_a_township_s_administrator_changes_its_own_units_only(
    checked: Callable[..., ImportReport[UnitRow]],
    brought: Callable[..., int],
    qimen: Qimen,
    as_user: MakeAccount,
    org_tree: OrgTree,
) -> None:
    local = as_user("township_admin", org_tree.township)
    far = org_tree.other_community
    assert far.code is not None
    for row, column in (
        (line(far.code, "别人的社区", OTHER), "代码"),
        (line(far.code, far.name, OTHER), "代码"),
        (line("{o}009", "别人的新社区", OTHER), "上级代码"),
        (line(EAST, "{east_name}", OTHER), "上级代码"),
        (line("{c}778000", "自立镇", COUNTY, kind="乡镇"), "上级代码"),
    ):
        (error,) = checked(row, who=local).errors
        assert error.column == column, row
        assert "管辖范围" in error.message
        assert far.name not in error.message
    # The controls: the county may, and the township may within itself, its own top line included.
    assert checked(line(EAST, "{east_name}", OTHER)).errors == []
    top = line(TOWN, "{town_name}", COUNTY, kind="乡镇")
    assert brought(top, line(EAST, "东街新社区", TOWN), who=local) == 1
    assert unit(qimen, org_tree, EAST).name == "东街新社区"


def test_a_township_is_ended_with_all_its_communities(
    brought: Callable[..., int], qimen: Qimen, org_tree: OrgTree
) -> None:
    with qimen.db.session() as session, unscoped(session):
        below = [
            each for each in session.exec(select(OrgUnit)) if each.parent_id == org_tree.township.id
        ]
    rows = [line(TOWN, "{town_name}", COUNTY, "", "2026-03-01", kind="乡镇")]
    rows += [line(each.code or "", each.name, TOWN, "", "2026-03-01") for each in below]
    assert brought(*rows) == len(rows)
    assert unit(qimen, org_tree, TOWN).valid_to == date(2026, 3, 1)


def test_an_ended_unit_is_left_alone_and_not_brought_back(
    checked: Callable[..., ImportReport[UnitRow]], brought: Callable[..., int]
) -> None:
    brought(line(EAST, "{east_name}", TOWN, "", "2026-03-01"))
    assert checked(line(EAST, "{east_name}", TOWN, "", "2026-03-01")).notes == ["不变 1 个"]
    for row in (line(EAST, "{east_name}", TOWN), line(EAST, "东街", TOWN, "", "2026-03-01")):
        (error,) = checked(row).errors
        assert "已于 2026-03-01 停用" in error.message


def test_a_unit_without_a_code_comes_back_unchanged_and_no_other_does(
    checked: Callable[..., ImportReport[UnitRow]], qimen: Qimen, org_tree: OrgTree
) -> None:
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        with unit_of_work(ctx, "core.org.create", permission="core.org.manage") as uow:
            tree.create(uow, NewUnit("community", "开发区社区", org_tree.township.id))
    assert checked(line("", "开发区社区", TOWN)).notes == ["不变 1 个"]
    assert len(checked(line("", "开发区社区", OTHER)).errors) == 1


def test_a_tree_that_changed_after_the_dry_run_is_not_written_over(
    qimen: Qimen, admin: Account, tmp_path: Path, org_tree: OrgTree
) -> None:
    path = workbook(tmp_path / "units.xlsx", filled(org_tree, [NORTH]))
    with qimen.db.session() as session:
        ctx = admin.context(session)
        with scope(session, ctx, UNITS.permission):
            report = dry_run(ctx, UNITS, path)
        with qimen.db.session() as other:
            system = qimen.system_context(other)
            with unit_of_work(system, "core.org.create", permission="core.org.manage") as uow:
                new = NewUnit(
                    "community",
                    "别的社区",
                    org_tree.other_township.id,
                    (org_tree.other_township.code or "")[:9] + "077",
                )
                tree.create(uow, new)
                tree.load(uow, org_tree.township.id or 0).kind = "county"
        with scope(session, ctx, UNITS.permission), pytest.raises(QimenError, match="有变动"):
            run_import(ctx, UNITS, report)
    assert words(org_tree)["t"] + "009" not in codes(qimen)


def test_more_rows_than_a_chunk_come_in_with_parents_anywhere(
    brought: Callable[..., int], qimen: Qimen, org_tree: OrgTree
) -> None:
    towns = [f"{{c}}{number:03d}000" for number in range(710, 716)]
    rows = [
        line(f"{town[:6]}{number:03d}", f"村{number}", town)
        for town in towns
        for number in range(1, 900)
    ]
    rows += [line(town, f"镇{town[3:6]}", COUNTY, kind="乡镇") for town in towns]
    assert brought(*rows) == len(rows)
    assert unit(qimen, org_tree, "{c}715899").path.startswith(
        unit(qimen, org_tree, "{c}715000").path
    )
