"""People's pages: masked, revealed for a reason, and never another township's."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook
from sqlmodel import select

from qimen_core.audit.models import AuditRow
from qimen_core.db.session import unscoped
from qimen_core.db.work import unit_of_work
from qimen_core.org.models import OrgUnit
from qimen_core.people.models import PartyMembership, Person, Position
from qimen_core.people.people import PersonInput, enter
from qimen_core.runtime import Qimen
from qimen_core.testing.fixtures import MakeAccount, MakeClient
from qimen_core.testing.units import OrgTree

PHONE, NUMBER, ADDRESS = "13800138000", "11010519491231002X", "城东社区文峰路 12 号"
Enter = Callable[..., int]


@pytest.fixture
def someone(qimen: Qimen) -> Enter:
    """A function that enters a person at a unit and returns the id."""

    def make(unit: OrgUnit, name: str = "张桂兰", **more: str) -> int:
        fields = {"phone": PHONE, "id_number": NUMBER, "address": ADDRESS, **more}
        with qimen.db.session() as session:
            ctx = qimen.system_context(session)
            with unit_of_work(ctx, "core.person.manage") as uow:
                assert unit.id is not None
                return enter(uow, PersonInput(name=name, org_id=unit.id, **fields))  # type: ignore[arg-type]

    return make


def rows(qimen: Qimen, model: type) -> list:  # type: ignore[type-arg]
    with qimen.db.session() as session, unscoped(session):
        return list(session.exec(select(model)))


def test_the_list_and_the_page_are_masked(
    client: MakeClient, as_user: MakeAccount, org_tree: OrgTree, someone: Enter
) -> None:
    person = someone(org_tree.community)
    clerk = client(as_user("community_clerk", org_tree.community))
    for path in ("/people?cols=name.phone.id_number.address", f"/people/{person}",
                 f"/people/{person}/edit"):  # fmt: skip
        page = clerk.get(path)
        assert page.status_code == 200
        assert "138****8000" in page.text
        assert not any(secret in page.text for secret in (PHONE, NUMBER, "文峰路 12 号"))


def test_who_does_not_look_after_people_sees_no_full_name(
    client: MakeClient, as_user: MakeAccount, org_tree: OrgTree, someone: Enter
) -> None:
    person = someone(org_tree.community)
    for account, name in (("county_office", "张**"), ("community_clerk", "张桂兰")):
        unit = org_tree.county if account == "county_office" else org_tree.community
        user = client(as_user(account, unit))
        for path in ("/people", f"/people/{person}"):
            page = user.get(path).text
            assert name in page
            assert ("张桂兰" in page) == (name == "张桂兰")


def test_another_townships_people_do_not_exist(
    client: MakeClient, as_user: MakeAccount, org_tree: OrgTree, someone: Enter
) -> None:
    person = someone(org_tree.other_community)
    clerk = client(as_user("community_clerk", org_tree.community))
    assert "张桂兰" not in clerk.get("/people").text
    for path in ("", "/edit"):
        assert clerk.get(f"/people/{person}{path}").status_code == 404
    for path in ("/archive", "/revise", "/reveal"):
        fields = {"name": "改", "unit": "城东社区", "field": "phone", "reason": "电话核实"}
        assert clerk.post(f"/people/{person}{path}", data=fields).status_code == 404
    # A control: one's own can be seen.
    own = someone(org_tree.community, id_number="")
    assert clerk.get(f"/people/{own}").status_code == 200


@pytest.mark.parametrize("query", ["桂兰", "zgl", PHONE, "138 0013 8000"])
def test_people_are_found_by_name_initials_and_whole_phone(
    client: MakeClient, as_user: MakeAccount, org_tree: OrgTree, someone: Enter, query: str
) -> None:
    someone(org_tree.community)
    someone(org_tree.community, "王建国", phone="13900139000", id_number="")
    clerk = client(as_user("community_clerk", org_tree.community))
    page = clerk.get("/people", params={"q": query}).text
    assert "张桂兰" in page
    assert "王建国" not in page


def test_revealing_needs_a_reason_and_leaves_a_trace(
    client: MakeClient, as_user: MakeAccount, org_tree: OrgTree, someone: Enter, qimen: Qimen
) -> None:
    person = someone(org_tree.community)
    clerk = client(as_user("community_clerk", org_tree.community))
    path = f"/people/{person}/reveal"
    assert clerk.post(path, data={"field": "phone", "reason": ""}).status_code == 422
    shown = clerk.post(path, data={"field": "phone", "reason": "电话核实诉求"})
    assert PHONE in shown.text
    last = rows(qimen, AuditRow)[-1]
    assert (last.action, last.reason) == ("core.person.reveal", "电话核实诉求")
    assert PHONE not in str(last.fields)
    county = client(as_user("county_office", org_tree.county))
    assert county.post(path, data={"field": "phone", "reason": "电话核实"}).status_code == 403


def test_a_person_is_entered_corrected_and_put_away(
    client: MakeClient, as_user: MakeAccount, org_tree: OrgTree, qimen: Qimen
) -> None:
    clerk = client(as_user("community_clerk", org_tree.community))
    fields = {"name": "张桂兰", "unit": "城东社区", "phone": PHONE, "id_number": NUMBER}
    assert clerk.post("/people", data=fields).status_code == 303
    (person,) = rows(qimen, Person)
    assert str(person.birth_date) == "1949-12-31"
    again = clerk.post("/people", data=fields)
    assert again.status_code == 422
    assert "已有此身份证号" in again.text
    path = f"/people/{person.id}"
    changed = {"name": "张桂兰", "unit": "城东社区", "note": "独居", "version": 1}
    assert clerk.post(f"{path}/revise", data=changed).status_code == 303
    stale = clerk.post(f"{path}/revise", data={**changed, "note": "同住"})
    assert stale.status_code == 409
    assert "独居" in stale.text
    (person,) = rows(qimen, Person)
    assert (person.note, person.phone.reveal()) == ("独居", PHONE)
    assert clerk.post(f"{path}/archive").status_code == 303
    assert "张桂兰" not in clerk.get("/people").text
    assert "张桂兰" in clerk.get("/people?archived=1").text
    assert clerk.post(f"{path}/restore").status_code == 303


@pytest.mark.parametrize(
    ("field", "value", "part"),
    [
        ("phone", "12", "手机号"),
        ("id_number", "110105194912310021", "请核对"),
        ("unit", "没有的单位", "没有找到"),
        ("name", "", "姓名"),
    ],
)
def test_what_is_wrong_is_told_at_the_field(
    client: MakeClient,
    as_user: MakeAccount,
    org_tree: OrgTree,
    field: str,
    value: str,
    part: str,
) -> None:
    clerk = client(as_user("community_clerk", org_tree.community))
    fields = {"name": "张桂兰", "unit": "城东社区", field: value}
    answer = clerk.post("/people", data=fields)
    assert answer.status_code == 422
    assert f'id="e-{field}"' in answer.text
    assert part in answer.text


def test_positions_begin_and_end(
    client: MakeClient, as_user: MakeAccount, org_tree: OrgTree, someone: Enter, qimen: Qimen
) -> None:
    person = someone(org_tree.community)
    clerk = client(as_user("community_clerk", org_tree.community))
    path = f"/people/{person}/positions"
    fields = {"role": "网格员", "unit": "城东社区"}
    assert clerk.post(path, data=fields).status_code == 303
    assert clerk.post(path, data=fields).status_code == 422
    (post,) = rows(qimen, Position)
    assert clerk.post(f"{path}/{post.id}/end").status_code == 303
    (post,) = rows(qimen, Position)
    assert post.valid_to == qimen.clock.today()
    assert clerk.post(f"/people/{person + 1}/positions/{post.id}/end").status_code == 404


def test_party_membership_has_a_right_of_its_own(
    client: MakeClient, as_user: MakeAccount, org_tree: OrgTree, someone: Enter, qimen: Qimen
) -> None:
    person = someone(org_tree.community)
    office = client(as_user("township_office", org_tree.township))
    path = f"/people/{person}"
    assert office.post(f"{path}/membership", data={"status": "full"}).status_code == 303
    assert "正式党员" in office.get(f"{path}/party").text
    clerk = client(as_user("community_clerk", org_tree.community))
    assert clerk.get(f"{path}/party").status_code == 403
    assert clerk.post(f"{path}/membership", data={"status": "none"}).status_code == 403
    assert "党员身份" not in clerk.get(path).text
    assert [row.status for row in rows(qimen, PartyMembership)] == ["full"]


def workbook(path: Path, lines: list[tuple[str, ...]]) -> bytes:
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        for at, line in enumerate(lines):
            for column, cell in enumerate(line):
                sheet.write_string(at, column, cell)
    return path.read_bytes()


def test_a_workbook_comes_in_whole_or_not_at_all(
    client: MakeClient, as_user: MakeAccount, org_tree: OrgTree, qimen: Qimen, tmp_path: Path
) -> None:
    clerk = client(as_user("community_clerk", org_tree.community))
    head = ("姓名", "社区", "手机号", "证件号码", "性别")
    good = ("张桂兰", "城东社区", PHONE, NUMBER, "女")
    bad = ("王建国", "安和社区", "13900139000", "", "男")

    def send(step: str, *lines: tuple[str, ...]):  # type: ignore[no-untyped-def]
        file = ("名单.xlsx", workbook(tmp_path / "a.xlsx", [head, *lines]), "application/x")
        return clerk.post("/people/import", data={"step": step}, files={"file": file})

    refused = send("all", good, bad)
    assert refused.status_code == 422
    assert "没有这个单位" in refused.text
    assert rows(qimen, Person) == []
    marked = send("errors", good, bad)
    assert marked.headers["content-disposition"].startswith("attachment")
    assert send("check", good).status_code == 200
    assert rows(qimen, Person) == []
    assert send("all", good).status_code == 303
    assert [person.phone.reveal() for person in rows(qimen, Person)] == [PHONE]
    assert "系统中已有此人" in send("all", good).text


def test_a_workbook_goes_out_masked_and_audited(
    client: MakeClient, as_user: MakeAccount, org_tree: OrgTree, someone: Enter, qimen: Qimen
) -> None:
    someone(org_tree.community)
    someone(org_tree.other_community, "王建国", id_number="")
    office = client(as_user("township_office", org_tree.township))
    answer = office.get("/people/export.xlsx?cols=name.phone.id_number.address")
    assert answer.status_code == 200
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0)
    cells = str(sheet.to_python())
    assert "138****8000" in cells
    assert not any(text in cells for text in (PHONE, NUMBER, "文峰路 12 号", "王建国"))
    assert "sha256" in str(rows(qimen, AuditRow)[-1].fields)
    clerk = client(as_user("community_clerk", org_tree.community))
    assert clerk.get("/people/export.xlsx").status_code == 403
