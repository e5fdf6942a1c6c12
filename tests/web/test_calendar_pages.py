"""The work calendar's pages: read by offices, edited by few, filled by a click or a table."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import xlsxwriter
from httpx import Response
from sqlmodel import select

from qimen_core.clock import FixedClock
from qimen_core.models import Workday
from qimen_core.runtime import Qimen
from qimen_core.testing.fixtures import MakeAccount, MakeClient
from qimen_core.testing.units import OrgTree
from qimen_core.timers import Limit, Timer
from qimen_core.workdays import DayKind, calendar_of

TUESDAY = date(2026, 3, 3)


@pytest.fixture
def plugins() -> tuple[str, ...]:
    return ("web",)


def days(qimen: Qimen) -> dict[date, Workday]:
    with qimen.db.session() as session:
        return {row.day: row for row in session.exec(select(Workday))}


def due(qimen: Qimen) -> datetime | None:
    """The end of three working days that begin now, on Monday 2 March 2026."""
    with qimen.db.session() as session:
        return Timer(qimen.clock.now(), Limit.parse("3w")).due(calendar_of(session))


@pytest.mark.parametrize(
    ("role", "reads", "edits"),
    [
        ("sysadmin", 200, 303),
        ("county_office", 200, 303),
        ("township_office", 200, 403),
        ("community_clerk", 200, 403),
        ("grid_worker", 403, 403),
        ("auditor", 403, 403),
    ],
)
def test_who_reads_and_who_edits(
    client: MakeClient,
    as_user: MakeAccount,
    org_tree: OrgTree,
    qimen: Qimen,
    role: str,
    reads: int,
    edits: int,
) -> None:
    user = client(as_user(role, org_tree.county))
    page = user.get("/calendar")
    assert page.status_code == reads
    assert ("录入已公布的节假日" in page.text) == (edits == 303)
    edit = {"day": "2026-03-03", "kind": "holiday", "name": "停电"}
    assert user.post("/calendar/day", data=edit).status_code == edits
    assert (TUESDAY in days(qimen)) == (edits == 303)
    assert user.post("/calendar/day/2026-03-03/forget").status_code == edits
    assert user.post("/calendar/seed").status_code == edits
    assert user.get("/calendar/import").status_code == (200 if edits == 303 else 403)


def test_an_edit_moves_a_deadline_and_forgetting_moves_it_back(
    client: MakeClient, as_user: MakeAccount, org_tree: OrgTree, qimen: Qimen
) -> None:
    admin = client(as_user("sysadmin", org_tree.county))
    before = due(qimen)
    assert before is not None
    edit = {"day": "2026-03-03", "kind": "holiday", "name": "停电"}
    assert admin.post("/calendar/day", data=edit).status_code == 303
    assert due(qimen) == before + timedelta(days=1)
    page = admin.get("/calendar?month=2026-03").text
    assert "停电" in page
    assert "恢复按周计算" in admin.get("/calendar?month=2026-03&day=2026-03-03").text
    assert admin.post("/calendar/day/2026-03-03/forget").status_code == 303
    assert due(qimen) == before
    saturday = {"day": "2026-03-07", "kind": "workday", "name": "春节"}
    assert admin.post("/calendar/day", data=saturday).status_code == 303
    assert "调休上班" in admin.get("/calendar?month=2026-03").text


def test_a_wrong_day_is_refused_with_what_was_typed(
    client: MakeClient, as_user: MakeAccount, org_tree: OrgTree, qimen: Qimen
) -> None:
    admin = client(as_user("sysadmin", org_tree.county))
    for wrong in (
        {"day": "", "kind": "holiday"},
        {"day": "1890-01-01", "kind": "holiday"},
        {"day": "2190-01-01", "kind": "holiday"},
        {"day": "2026-03-03", "kind": "maybe"},
        {"day": "2026-03-03", "kind": "holiday", "name": "长" * 41},
    ):
        answer = admin.post("/calendar/day", data=wrong)
        assert answer.status_code == 422, wrong
        assert "处需要修改" in answer.text
    assert days(qimen) == {}
    assert admin.post("/calendar/day/yesterday/forget").status_code == 404


def test_months_are_a_table_with_neighbours(
    client: MakeClient, as_user: MakeAccount, org_tree: OrgTree
) -> None:
    clerk = client(as_user("community_clerk", org_tree.community))
    page = clerk.get("/calendar?month=2026-02").text
    assert "2026 年 2 月" in page
    assert "month=2026-01" in page
    assert "month=2026-03" in page
    # February 2026 begins on a Sunday, so it has five weeks: the first with one day.
    assert page.count("<b>") == 28
    assert "day=2026-02-03" not in page
    for nonsense in ("", "2026-13", "1066-10", "x"):
        assert "2026 年 3 月" in clerk.get(f"/calendar?month={nonsense}").text


def test_the_announced_holidays_come_in_by_one_click_and_spare_what_people_said(
    client: MakeClient, as_user: MakeAccount, org_tree: OrgTree, qimen: Qimen
) -> None:
    admin = client(as_user("sysadmin", org_tree.county))
    assert "工作日历尚未录入" in admin.get("/calendar").text
    own = {"day": "2026-10-01", "kind": "workday", "name": "防汛"}
    assert admin.post("/calendar/day", data=own).status_code == 303
    assert admin.post("/calendar/seed").status_code == 303
    known = days(qimen)
    assert known[date(2026, 10, 1)].name == "防汛"
    assert known[date(2026, 10, 1)].is_workday
    assert known[date(2026, 10, 2)].name == "国庆节"
    assert not known[date(2026, 10, 2)].is_workday
    assert known[date(2026, 10, 2)].source == "seed"
    assert "工作日历尚未录入" not in admin.get("/calendar").text
    # Again changes nothing.
    assert admin.post("/calendar/seed").status_code == 303
    assert {day: row.name for day, row in days(qimen).items()} == {
        day: row.name for day, row in known.items()
    }
    # Next year is not announced: whoever looks at it is told.
    assert "2027年的节假日安排尚未录入" in admin.get("/calendar?month=2027-02").text


def test_a_year_the_program_does_not_know_is_not_entered_quietly(
    client: MakeClient, as_user: MakeAccount, org_tree: OrgTree, qimen: Qimen, clock: FixedClock
) -> None:
    clock.advance(datetime(2090, 3, 2, 2, 0, tzinfo=UTC) - clock.now())
    admin = client(as_user("sysadmin", org_tree.county))
    answer = admin.post("/calendar/seed")
    assert answer.status_code in (400, 422)
    assert days(qimen) == {}


def workbook(path: Path, lines: list[tuple[str, ...]]) -> bytes:
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        for at, line in enumerate(lines):
            for column, cell in enumerate(line):
                sheet.write_string(at, column, cell)
    return path.read_bytes()


def test_a_table_comes_in_whole_or_not_at_all_and_tells_every_error_at_once(
    client: MakeClient, as_user: MakeAccount, org_tree: OrgTree, qimen: Qimen, tmp_path: Path
) -> None:
    admin = client(as_user("sysadmin", org_tree.county))
    head = ("放假日期", "类型", "节日")
    good = [("2026年10月1日", "放假", "国庆节"), ("2026-10-10", "上班", "国庆节")]
    bad = [("2026-02-30", "放假", ""), ("2026-10-03", "也许", ""), ("2026-10-01", "放假", "")]

    def send(step: str, lines: list[tuple[str, ...]], name: str = "a.xlsx") -> Response:
        data = workbook(tmp_path / "a.xlsx", [head, *lines])
        if name.endswith(".csv"):
            data = "\n".join(",".join(line) for line in [head, *lines]).encode("gb18030")
        files = {"file": (name, data, "application/x")}
        return admin.post("/calendar/import", data={"step": step}, files=files)

    refused = send("all", good + bad)
    assert refused.status_code == 422
    for sentence in ("没有这一天", "看不出这一天是上班还是放假", "与第 2 行重复"):
        assert sentence in refused.text
    assert days(qimen) == {}
    marked = send("errors", good + bad)
    assert marked.headers["content-disposition"].startswith("attachment")
    assert send("check", good).status_code == 200
    assert days(qimen) == {}
    assert send("all", good, "a.csv").status_code == 303
    with qimen.db.session() as session:
        found = calendar_of(session)
    assert found.kind(date(2026, 10, 1)) is DayKind.HOLIDAY
    assert found.kind(date(2026, 10, 10)) is DayKind.MAKEUP
    assert {row.source for row in days(qimen).values()} == {"import"}
    nothing = admin.post("/calendar/import", data={"step": "all"})
    assert nothing.status_code == 422
    assert admin.get("/calendar/import/template.xlsx").content.startswith(b"PK")
