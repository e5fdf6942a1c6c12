"""Units as a list and as a workbook, what every record has at its end, and the calendar's days."""

import io
import re
from collections.abc import Sequence
from datetime import date

import pytest
import xlsxwriter
from litestar import Litestar
from litestar.testing import TestClient
from python_calamine import CalamineWorkbook
from sqlmodel import select

from qimen_core.audit.models import AuditRow
from qimen_core.db.session import scope, unscoped
from qimen_core.db.work import unit_of_work
from qimen_core.org import queries
from qimen_core.org.models import OrgUnit
from qimen_core.org.queries import Unit
from qimen_core.people import people
from qimen_core.people.people import PersonInput
from qimen_core.runtime import Qimen
from qimen_core.testing.fixtures import MakeAccount, MakeClient
from qimen_core.testing.units import OrgTree
from qimen_core.workdays import edit_day

HEAD = ["名称", "代码", "类型", "上级单位", "上级代码", "启用日期", "停用日期"]


def book(body: bytes) -> list[list[object]]:
    """Return the rows of a workbook from the headings on."""
    return CalamineWorkbook.from_filelike(io.BytesIO(body)).get_sheet_by_index(0).to_python()[1:]


def workbook(rows: Sequence[Sequence[object]]) -> bytes:
    body = io.BytesIO()
    with xlsxwriter.Workbook(body) as made:
        sheet = made.add_worksheet()
        for at, row in enumerate(rows):
            for column, text in enumerate(row):
                sheet.write_string(at, column, str(text))
    return body.getvalue()


def send(browser: TestClient[Litestar], rows: Sequence[Sequence[object]], step: str):  # type: ignore[no-untyped-def]
    sheet = ("file", ("单位.xlsx", workbook(rows), "application/octet-stream"))
    return browser.post("/org/import", files=[sheet], data={"step": step})


def unit(qimen: Qimen, unit_id: int | None) -> Unit:
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        with scope(session, ctx, "core.org.read"):
            assert unit_id is not None
            return queries.get_unit(ctx, unit_id)


@pytest.fixture
def office(client: MakeClient, as_user: MakeAccount, org_tree: OrgTree) -> TestClient[Litestar]:
    return client(as_user("county_office", org_tree.county))


def test_the_list_shows_a_subtree_a_kind_and_what_has_ended(
    office: TestClient[Litestar], org_tree: OrgTree
) -> None:
    def shown(query: str) -> set[int]:
        page = office.get(f"/org/units?{query}").text
        return {int(each) for each in re.findall(r'data-href="/org/(\d+)"', page)}

    tree = org_tree
    assert tree.foreign_community.id not in shown("")
    below = {tree.township.id, tree.community.id, tree.sibling.id}
    assert shown(f"unit={tree.township.path}") == below
    assert shown(f"unit={tree.township.path}&kind=community") == below - {tree.township.id}
    assert shown(f"q={tree.community.code}") == {tree.community.id}
    assert shown(f"q={tree.community.initials}") == {tree.community.id}
    assert shown(f"q={tree.community.name[:2]}") == {tree.community.id}
    assert office.post(f"/org/{tree.community.id}/archive").status_code == 303
    assert tree.community.id not in shown("")
    assert shown("state=archived") == {tree.community.id}
    assert tree.community.id in shown("state=all")


def test_any_unit_can_be_chosen_step_by_step(
    office: TestClient[Litestar], org_tree: OrgTree
) -> None:
    def offered(query: str) -> list[str]:
        page = office.get(f"/org/units?{query}").text
        choice = re.search(r'<select[^>]*name="unit">(.*?)</select>', page, re.S)
        assert choice is not None
        return re.findall(r'value="(\w+)"', choice[1])

    tree = org_tree
    tops = [tree.county.path, tree.township.path, tree.other_township.path]
    assert offered("") == tops
    below = [tree.community.path, tree.sibling.path]
    assert offered(f"unit={tree.township.path}") == [*tops[:2], *below]
    assert offered(f"unit={tree.community.path}") == [*tops[:2], tree.community.path]
    # A path out of reach is none.
    assert offered(f"unit={tree.foreign_community.path}") == tops


def test_the_number_of_units_opens_their_list(
    office: TestClient[Litestar], org_tree: OrgTree
) -> None:
    page = office.get(f"/org/{org_tree.county.id}/numbers").text
    address = f"/org/units?unit={org_tree.county.path}&amp;kind=community"
    assert f'href="{address}"' in page
    listed = office.get(address.replace("&amp;", "&")).text
    number = re.search(rf'{re.escape(address)}">.*?gv-stat-value">(\d+)<', page, re.S)
    assert number is not None
    assert f"共 {number[1]} 条" in listed


def test_what_is_exported_comes_back_unchanged(
    office: TestClient[Litestar], org_tree: OrgTree, qimen: Qimen
) -> None:
    exported = book(office.get(f"/org/units/export.xlsx?unit={org_tree.county.path}").content)
    tree = org_tree
    assert exported[0] == HEAD
    assert exported[1][:5] == [tree.county.name, tree.county.code, "县", "", ""]
    assert exported[2][:6] == [
        tree.township.name, tree.township.code, "乡镇", tree.county.name, tree.county.code,
        "2000-01-01",
    ]  # fmt: skip
    checked = send(office, exported, "check")
    assert checked.status_code == 200
    assert f"不变 {len(exported) - 1} 个" in checked.text
    with qimen.db.session() as session:
        last = session.exec(select(AuditRow).order_by(AuditRow.seq.desc())).first()  # type: ignore[attr-defined]
    assert last is not None
    assert (last.action, last.subject) == ("core.org.export", "list:units")


def test_a_township_s_own_export_knows_the_code_above_and_comes_back(
    client: MakeClient, as_user: MakeAccount, org_tree: OrgTree
) -> None:
    local = client(as_user("township_admin", org_tree.township))
    exported = book(local.get("/org/units/export.xlsx").content)
    assert exported[1][4] == org_tree.county.code
    assert [row[1] for row in exported[1:]] == [
        org_tree.township.code, org_tree.community.code, org_tree.sibling.code,
    ]  # fmt: skip
    assert "不变 3 个" in send(local, exported, "check").text


def test_units_are_checked_mended_and_imported(
    office: TestClient[Litestar], org_tree: OrgTree, qimen: Qimen
) -> None:
    tree = org_tree
    good = ["东街新社区", tree.community.code, "社区", "", tree.other_township.code, "", ""]
    bad = ["没有上级", "999999999001", "社区", "", "999999999000", "", ""]
    wrong = send(office, [HEAD, good, bad], "all")
    assert wrong.status_code == 422
    assert "既不在文件中，也不在库中" in wrong.text
    assert unit(qimen, tree.community.id).name == tree.community.name
    marked = send(office, [HEAD, good, bad], "errors")
    errors = CalamineWorkbook.from_filelike(io.BytesIO(marked.content)).get_sheet_by_index(0)
    assert "既不在文件中" in str(errors.to_python()[2][-1])
    checked = send(office, [HEAD, good], "check").text
    assert f"更名 1 个：{tree.community.name} → 东街新社区" in checked
    assert f"移动 1 个：东街新社区 → {tree.other_township.name}" in checked
    assert send(office, [HEAD, good], "all").status_code == 303
    changed = unit(qimen, tree.community.id)
    assert changed.name == "东街新社区"
    assert changed.path.startswith(tree.other_township.path)


def test_who_may_only_read_exports_and_does_not_import(
    client: MakeClient, as_user: MakeAccount, org_tree: OrgTree
) -> None:
    clerk = client(as_user("community_clerk", org_tree.community))
    assert clerk.get("/org/units/export.xlsx").status_code == 200
    assert clerk.get("/org/import").status_code == 403
    assert send(clerk, [HEAD], "all").status_code == 403
    member = client(as_user("member", org_tree.community))
    assert member.get("/org/units").status_code == 200
    assert member.get("/org/units/export.xlsx").status_code == 403


def test_a_name_that_looks_like_a_formula_stays_text(
    office: TestClient[Litestar], org_tree: OrgTree, qimen: Qimen
) -> None:
    row = ["=1+1", org_tree.community.code, "社区", "", org_tree.township.code, "", ""]
    assert send(office, [HEAD, row], "all").status_code == 303
    body = office.get(f"/org/units/export.xlsx?unit={org_tree.community.path}").content
    assert book(body)[1][0] == "=1+1"
    with qimen.db.session() as session, unscoped(session):
        assert session.get_one(OrgUnit, org_tree.community.id).name == "=1+1"


@pytest.fixture
def person(qimen: Qimen, org_tree: OrgTree) -> int:
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        with unit_of_work(ctx, "core.person.enter", permission="core.person.manage") as uow:
            made = people.enter(uow, PersonInput(name="张桂兰", org_id=org_tree.community.id or 0))
            uow.subject = f"core_person:{made}"
    return made


def test_every_record_has_a_print_button_a_history_and_a_code(
    client: MakeClient, as_user: MakeAccount, org_tree: OrgTree, person: int
) -> None:
    clerk = client(as_user("community_clerk", org_tree.community))
    for path, history in (
        (f"/people/{person}", f"/people/{person}/history"),
        (f"/org/{org_tree.community.id}", f"/org/{org_tree.community.id}/history"),
    ):
        page = clerk.get(path).text
        assert "data-print" in page
        assert history in page
        assert f'src="/qr.svg?to={path.replace("/", "%2F")}"' in page
        code = clerk.get("/qr.svg", params={"to": path})
        assert code.status_code == 200
        assert code.headers["content-type"].startswith("image/svg+xml")
        assert "<svg" in code.text


@pytest.mark.parametrize("to", ["", "https://example.org/", "//example.org", "/a\\b", "/" * 300])
def test_a_code_leads_to_this_site_only(
    client: MakeClient, as_user: MakeAccount, org_tree: OrgTree, to: str
) -> None:
    clerk = client(as_user("community_clerk", org_tree.community))
    assert clerk.get("/qr.svg", params={"to": to}).status_code == 404


def test_a_person_s_history_names_fields_and_no_values(
    client: MakeClient, as_user: MakeAccount, org_tree: OrgTree, person: int
) -> None:
    clerk = client(as_user("community_clerk", org_tree.community))
    changed = {"name": "张桂兰", "unit": org_tree.community.code, "phone": "13800138000",
               "note": "独居老人", "version": 1}  # fmt: skip
    assert clerk.post(f"/people/{person}/revise", data=changed).status_code == 303
    shown = {"field": "phone", "reason": "电话核实诉求"}
    assert clerk.post(f"/people/{person}/reveal", data=shown).status_code == 200
    history = clerk.get(f"/people/{person}/history").text
    assert "修改人员" in history
    assert {"手机号", "备注"} <= set(re.findall(r"[\u4e00-\u9fff]+", history))
    assert "登记人员" in history
    assert "独居" not in history
    assert "13800" not in history
    # Who looked is the auditor's to know.
    assert "查看联系方式" not in history
    other = client(as_user("community_clerk", org_tree.other_community))
    assert other.get(f"/people/{person}/history").status_code == 404


def test_a_membership_is_not_betrayed_by_the_history(
    client: MakeClient, as_user: MakeAccount, org_tree: OrgTree, person: int
) -> None:
    party = client(as_user("township_office", org_tree.township))
    assert party.post(f"/people/{person}/membership", data={"status": "full"}).status_code == 303
    path = f"/people/{person}/history"
    clerk = client(as_user("community_clerk", org_tree.community))
    assert "党员" not in clerk.get(path).text
    # The control: whoever may read memberships sees that it changed.
    assert "变更党员身份" in party.get(path).text


def test_a_unit_s_history_says_who_changed_it(
    office: TestClient[Litestar], org_tree: OrgTree
) -> None:
    path = f"/org/{org_tree.community.id}"
    fields = {"name": "东大街社区", "code": org_tree.community.code, "version": 1}
    assert office.post(f"{path}/revise", data=fields).status_code == 303
    page = office.get(f"{path}/history").text
    assert "更名单位" in page
    assert "名称" in page


def test_the_calendar_goes_out_as_its_import_reads_it(
    office: TestClient[Litestar], qimen: Qimen
) -> None:
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        with unit_of_work(ctx, "core.calendar.edit", permission="core.calendar.manage") as uow:
            edit_day(uow, date(2026, 10, 1), False, "国庆节")
            edit_day(uow, date(2026, 10, 10), True, "")
    rows = book(office.get("/calendar/export.xlsx").content)
    assert rows[0] == ["日期", "安排", "名称"]
    assert ["2026-10-01", "放假", "国庆节"] in rows
    assert ["2026-10-10", "上班", ""] in rows
    sheet = ("file", ("日历.xlsx", workbook(rows), "application/octet-stream"))
    checked = office.post("/calendar/import", files=[sheet], data={"step": "check"})
    assert checked.status_code == 200
    assert "全部正确" in checked.text
