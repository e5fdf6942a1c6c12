"""The lists of accounts and of the audit: filters in the address, pages, details, workbooks."""

import io
import re
from datetime import timedelta

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from python_calamine import CalamineWorkbook
from sqlmodel import select

from qimen_core.audit.models import AuditRow
from qimen_core.clock import FixedClock
from qimen_core.db.work import unit_of_work
from qimen_core.people.people import PersonInput, enter
from qimen_core.runtime import Qimen
from qimen_core.testing.accounts import Account
from qimen_core.testing.fixtures import MakeAccount, MakeClient
from qimen_core.testing.units import OrgTree
from tests.web.conftest import OpenBrowser

NUMBER = "11010519491231002X"


@pytest.fixture
def desk(client: MakeClient, as_user: MakeAccount, org_tree: OrgTree) -> TestClient[Litestar]:
    """The security administrator's browser."""
    return client(as_user("secadmin", org_tree.county))


@pytest.fixture
def auditor(client: MakeClient, as_user: MakeAccount, org_tree: OrgTree) -> TestClient[Litestar]:
    """The auditor's browser."""
    return client(as_user("auditor", org_tree.county))


def book(body: bytes) -> list[list[object]]:
    """Return the rows of a workbook from the headings on."""
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(body))
    return workbook.get_sheet_by_index(0).to_python()[1:]


def names(page: str, made: list[Account]) -> list[str]:
    return [each.username for each in made if f">{each.username}<" in page]


def test_accounts_are_found_by_role_unit_and_name(
    desk: TestClient[Litestar], as_user: MakeAccount, org_tree: OrgTree
) -> None:
    near = as_user("member", org_tree.community)
    far = as_user("community_clerk", org_tree.other_community)
    made = [near, far]
    for query, found in (
        ("role=member", [near]),
        (f"unit={org_tree.township.path}", [near]),
        (f"unit={org_tree.community.path}", [near]),
        (f"q={far.username}", [far]),
        (f"q={far.username}&role=member", []),
        ("role=no-such-role", made),
    ):
        page = desk.get(f"/accounts?{query}").text
        assert names(page, made) == [each.username for each in found], query


def test_accounts_are_found_by_their_state(
    desk: TestClient[Litestar],
    open_browser: OpenBrowser,
    as_user: MakeAccount,
    org_tree: OrgTree,
) -> None:
    fresh, used, closed, wrong = (as_user("member", org_tree.community) for _n in range(4))
    made = [fresh, used, closed, wrong]
    assert open_browser().log_in(used.username).status_code == 303
    assert desk.post(f"/accounts/{closed.id}/disable").status_code == 303
    stranger = open_browser()
    for _try in range(5):
        assert stranger.log_in(wrong.username, "not-the-password").status_code == 422
    pages = {
        state: desk.get(f"/accounts?state={state}").text
        for state in ("active", "disabled", "locked", "never")
    }
    assert names(pages["disabled"], made) == [closed.username]
    assert names(pages["locked"], made) == [wrong.username]
    assert set(names(pages["active"], made)) == {fresh.username, used.username, wrong.username}
    assert used.username not in names(pages["never"], made)
    assert fresh.username in names(pages["never"], made)
    row = re.search(rf">{wrong.username}<.*?</tr>", pages["locked"], re.S)
    assert row is not None
    assert "已锁定" in row[0]
    assert "锁定到" in desk.get(f"/accounts/{wrong.id}").text


def test_accounts_are_found_by_their_last_sign_in_and_sorted_by_it(
    open_browser: OpenBrowser,
    client: MakeClient,
    as_user: MakeAccount,
    org_tree: OrgTree,
    clock: FixedClock,
) -> None:
    never, early, late = (as_user("member", org_tree.community) for _n in range(3))
    made = [never, early, late]
    assert open_browser().log_in(early.username).status_code == 303
    first = clock.today()
    clock.set(clock.now() + timedelta(days=3))
    assert open_browser().log_in(late.username).status_code == 303
    desk = client(as_user("secadmin", org_tree.county))
    day = f"login_from={first}&login_to={first}"
    assert names(desk.get(f"/accounts?{day}").text, made) == [early.username]
    page = desk.get("/accounts?sort=login&role=member").text
    places = [page.index(f">{each.username}<") for each in (never, early, late)]
    assert places == sorted(places)


def test_the_accounts_workbook_holds_what_the_list_shows_and_is_audited(
    desk: TestClient[Litestar],
    as_user: MakeAccount,
    org_tree: OrgTree,
    auditor: TestClient[Litestar],
) -> None:
    near = as_user("member", org_tree.community)
    as_user("member", org_tree.other_community)
    path = f"/accounts/export.xlsx?unit={org_tree.township.path}"
    rows = book(desk.get(path).content)
    assert rows[0][:4] == ["用户名", "姓名", "所在单位", "角色"]
    assert [row[0] for row in rows[1:]] == [near.username]
    assert rows[1][3] == "党员"
    assert "core.user.export" in auditor.get("/audit?cols=code").text
    assert auditor.get(path).status_code == 403


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("action=core.user.", True),
        ("action=停用账号", True),
        ("action=授予", False),
        ("plugin=core", True),
        ("plugin=web", False),
        ("actor=没有这个人", False),
        ("at_from=2026-03-02&at_to=2026-03-02", True),
        ("at_to=2026-03-01", False),
        ("at_from=没有这一天", True),
    ],
)
def test_the_audit_is_found_by_action_plugin_actor_and_day(
    desk: TestClient[Litestar],
    as_user: MakeAccount,
    org_tree: OrgTree,
    auditor: TestClient[Litestar],
    query: str,
    found: bool,
) -> None:
    account = as_user("member", org_tree.community)
    desk.post(f"/accounts/{account.id}/disable")
    rows = re.findall(r"<tbody>.*</tbody>", auditor.get(f"/audit?{query}").text, re.S)
    assert ("停用账号" in "".join(rows)) == found


def test_the_audit_is_found_by_unit_and_subject(
    desk: TestClient[Litestar],
    as_user: MakeAccount,
    org_tree: OrgTree,
    auditor: TestClient[Litestar],
) -> None:
    near = as_user("member", org_tree.community)
    far = as_user("member", org_tree.other_community)
    for account in (near, far):
        desk.post(f"/accounts/{account.id}/disable")
    for query in (f"unit={org_tree.township.path}", f"subject=core_user:{near.id}"):
        page = auditor.get(f"/audit?{query}").text
        assert f"core_user:{near.id}<" in page
        assert f"core_user:{far.id}<" not in page


def entered(qimen: Qimen, org_tree: OrgTree) -> int:
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        unit = org_tree.community
        with unit_of_work(ctx, "core.person.enter", permission="core.person.manage") as uow:
            uow.unit = unit.path
            return enter(uow, PersonInput(name="张桂兰", org_id=unit.id or 0, id_number=NUMBER))


def last_row(qimen: Qimen) -> AuditRow:
    with qimen.db.session() as session:
        return session.exec(select(AuditRow).order_by(AuditRow.seq.desc())).first()  # type: ignore[attr-defined,return-value]


def test_a_row_s_page_names_every_field_and_shows_no_value_in_full(
    auditor: TestClient[Litestar], qimen: Qimen, org_tree: OrgTree
) -> None:
    entered(qimen, org_tree)
    row = last_row(qimen)
    page = auditor.get(f"/audit/{row.seq}")
    assert page.status_code == 200
    assert "登记人员" in page.text
    assert "云溪县 / 松岭镇 / 城东社区" in page.text
    assert row.hash in page.text
    for field in row.fields["core_person"]:
        assert f">{field}<" in page.text
    listed = auditor.get("/audit").text
    exported = str(book(auditor.get("/audit/export.xlsx").content))
    for text in (page.text, listed, exported):
        assert NUMBER not in text
        assert "张桂兰" not in text
    # The control: the row does say that these fields were written.
    assert "core_person.id_number=***" in exported


def test_an_auditor_of_a_township_opens_and_exports_its_rows_only(
    client: MakeClient,
    as_user: MakeAccount,
    org_tree: OrgTree,
    desk: TestClient[Litestar],
    qimen: Qimen,
) -> None:
    local = client(as_user("auditor", org_tree.township))
    seqs = []
    for unit in (org_tree.community, org_tree.other_community):
        account = as_user("member", unit)
        desk.post(f"/accounts/{account.id}/disable")
        seqs.append(last_row(qimen).seq)
    near, far = seqs
    assert local.get(f"/audit/{near}").status_code == 200
    assert local.get(f"/audit/{far}").status_code == 404
    assert local.get("/audit/999999999").status_code == 404
    exported = [row[0] for row in book(local.get("/audit/export.xlsx").content)]
    assert str(near) in exported
    assert str(far) not in exported


def test_the_audit_s_workbook_is_the_auditor_s_and_stands_in_the_audit(
    desk: TestClient[Litestar], auditor: TestClient[Litestar], qimen: Qimen
) -> None:
    assert desk.get("/audit/export.xlsx").status_code == 403
    rows = book(auditor.get("/audit/export.xlsx?cols=seq.code").content)
    assert rows[0] == ["序号", "操作代码"]
    row = last_row(qimen)
    assert (row.action, row.subject) == ("core.audit.export", "list:audit")
    assert row.fields["export"]["rows"] == str(len(rows) - 1)
    assert len(row.fields["export"]["sha256"]) == 64


def test_the_audit_is_paged_from_the_newest_and_every_row_comes_once(
    auditor: TestClient[Litestar], qimen: Qimen, as_user: MakeAccount, org_tree: OrgTree
) -> None:
    for _n in range(60):
        as_user("member", org_tree.community)
    address, seen = "/audit", []
    while address:
        page = auditor.get(address).text
        seen += [int(seq) for seq in re.findall(r'data-href="/audit/(\d+)"', page)]
        following = re.search(r'rel="next" href="([^"]+)"', page)
        address = following[1].replace("&amp;", "&") if following else ""
    assert seen == list(range(last_row(qimen).seq, 0, -1))


def test_a_view_of_the_audit_is_saved_by_name(auditor: TestClient[Litestar]) -> None:
    query = {"query": "action=core.user", "name": "账号操作", "back": "/audit?action=core.user"}
    assert auditor.post("/views/audit", data=query).status_code == 303
    assert "账号操作" in auditor.get("/audit").text


@pytest.mark.parametrize(
    "query",
    ["at_from=x", "at_to=9999-12-31", "login_from=0001-01-01", "after=x", "unit=%00", "unit=1"],
)
@pytest.mark.parametrize("path", ["/audit", "/accounts", "/org/units", "/people"])
def test_a_strange_filter_is_left_out(
    client: MakeClient, as_user: MakeAccount, org_tree: OrgTree, path: str, query: str
) -> None:
    role = {"/audit": "auditor", "/accounts": "secadmin"}.get(path, "county_office")
    browser = client(as_user(role, org_tree.county))
    assert browser.get(f"{path}?{query}").status_code == 200
