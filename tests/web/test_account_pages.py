"""The pages of accounts, grants and audit."""

import re

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from qimen_core.testing.accounts import Account
from qimen_core.testing.fixtures import MakeAccount, MakeClient
from qimen_core.testing.units import OrgTree
from tests.web.conftest import OpenBrowser


@pytest.fixture
def keeper(as_user: MakeAccount, org_tree: OrgTree) -> Account:
    return as_user("secadmin", org_tree.county)


@pytest.fixture
def desk(client: MakeClient, keeper: Account) -> TestClient[Litestar]:
    """The security administrator's browser."""
    return client(keeper)


NEW = {"username": "li.si", "name": "李四", "unit": "城东社区"}


def _password(text: str) -> str:
    found = re.search(r"首次密码 <b[^>]*>([^<]+)", text)
    assert found is not None
    return found[1]


def test_a_new_person_gets_in_with_the_first_password_and_must_change_it(
    desk: TestClient[Litestar], open_browser: OpenBrowser
) -> None:
    made = desk.post("/accounts", data=NEW)
    assert made.status_code == 200
    person = open_browser()
    assert person.log_in("li.si", _password(made.text)).status_code == 303
    assert person.get("/me").headers["location"] == "/me/password"


def test_the_first_password_is_shown_once(desk: TestClient[Litestar]) -> None:
    password = _password(desk.post("/accounts", data=NEW).text)
    pages = re.findall(r'href="(/accounts/\d+)"', desk.get("/accounts").text)
    assert pages
    assert all(password not in desk.get(path).text for path in ("/accounts", *pages))


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"username": "李"}, "username"), ({"name": " "}, "name"), ({"unit": "月球"}, "unit")],
)
def test_a_refused_form_keeps_what_was_typed(
    desk: TestClient[Litestar], changed: dict[str, str], field: str
) -> None:
    refused = desk.post("/accounts", data={**NEW, **changed})
    assert refused.status_code == 422
    assert f'id="e-{field}"' in refused.text
    for name, value in {**NEW, **changed}.items():
        assert f'name="{name}"' in refused.text
        assert value.strip() in refused.text


def test_an_ambiguous_unit_is_asked_for_by_its_code(desk: TestClient[Litestar]) -> None:
    refused = desk.post("/accounts", data={**NEW, "unit": "社区"})
    assert refused.status_code == 422
    assert "990101100001" in refused.text
    assert desk.post("/accounts", data={**NEW, "unit": "990101100001"}).status_code == 200


def test_a_role_is_given_and_taken_back_on_the_account_s_page(
    desk: TestClient[Litestar], as_user: MakeAccount, org_tree: OrgTree
) -> None:
    person = as_user("member", org_tree.community)
    path = f"/accounts/{person.id}"
    given = desk.post(
        f"{path}/grants",
        data={"role": "grid_leader", "unit": "城东社区", "valid_from": "2026-03-01"},
    )
    assert (given.status_code, given.headers["location"]) == (303, path)
    newest, first = dict.fromkeys(re.findall(r"/grants/(\d+)/revoke", desk.get(path).text))
    assert desk.post(f"/grants/{newest}/revoke").status_code == 303
    assert set(re.findall(r"/grants/(\d+)/revoke", desk.get(path).text)) == {first}


def test_a_duty_beside_a_business_role_is_told_on_the_form(
    desk: TestClient[Litestar], as_user: MakeAccount, org_tree: OrgTree
) -> None:
    person = as_user("member", org_tree.community)
    refused = desk.post(
        f"/accounts/{person.id}/grants",
        data={"role": "auditor", "unit": "云溪县", "valid_from": "2026-03-01"},
    )
    assert refused.status_code == 409
    assert "互斥" in refused.text


def test_a_disabled_account_is_out_at_the_next_request_and_in_again_when_enabled(
    desk: TestClient[Litestar], open_browser: OpenBrowser, as_user: MakeAccount, org_tree: OrgTree
) -> None:
    account = as_user("community_clerk", org_tree.community)
    person = open_browser()
    person.log_in(account.username)
    assert desk.post(f"/accounts/{account.id}/disable").status_code == 303
    assert person.get("/me").status_code == 302
    assert person.log_in(account.username).status_code == 422
    assert desk.post(f"/accounts/{account.id}/enable").status_code == 303
    assert person.log_in(account.username).status_code == 303


def test_a_reset_logs_every_device_out(
    desk: TestClient[Litestar], open_browser: OpenBrowser, as_user: MakeAccount, org_tree: OrgTree
) -> None:
    account = as_user("community_clerk", org_tree.community)
    person = open_browser()
    person.log_in(account.username)
    reset = desk.post(f"/accounts/{account.id}/password")
    assert person.get("/me").status_code == 302
    assert person.log_in(account.username).status_code == 422
    assert person.log_in(account.username, _password(reset.text)).status_code == 303


def test_one_s_own_account_offers_no_button_and_refuses_the_request(
    desk: TestClient[Litestar], keeper: Account
) -> None:
    path = f"/accounts/{keeper.id}"
    text = desk.get(path).text
    for deed in ("password", "disable", "grants"):
        assert f"{path}/{deed}" not in text
        data = {"role": "secadmin", "unit": "云溪县", "valid_from": "2026-03-01"}
        assert desk.post(f"{path}/{deed}", data=data).status_code == 403


def test_a_township_s_administrator_sees_only_its_accounts(
    client: MakeClient, as_user: MakeAccount, org_tree: OrgTree
) -> None:
    local = client(as_user("secadmin", org_tree.township))
    near = as_user("member", org_tree.community)
    far = as_user("member", org_tree.other_community)
    text = local.get("/accounts").text
    assert near.username in text
    assert far.username not in text
    assert local.get(f"/accounts/{far.id}").status_code == 404
    for deed in ("password", "disable", "enable", "grants"):
        assert local.post(f"/accounts/{far.id}/{deed}").status_code == 404


def test_accounts_are_filtered_and_paged(
    desk: TestClient[Litestar], as_user: MakeAccount, org_tree: OrgTree
) -> None:
    made = [as_user("member", org_tree.community).username for _n in range(55)]
    first = desk.get("/accounts?role=member")
    following = re.search(r'rel="next" href="(/accounts\?[^"]*after=[^"]+)"', first.text)
    assert following is not None
    second = desk.get(following[1].replace("&amp;", "&"))
    shown = [name for page in (first, second) for name in made if f">{name}<" in page.text]
    assert sorted(shown) == sorted(made)
    one = desk.get(f"/accounts?q={made[7]}").text
    assert f">{made[7]}<" in one
    assert f">{made[8]}<" not in one
    assert made[0] not in desk.get("/accounts?state=disabled").text


@pytest.mark.parametrize("after", ["x", "-1", "9" * 30, "²"])
def test_a_strange_page_is_the_first_one(desk: TestClient[Litestar], after: str) -> None:
    assert desk.get("/accounts", params={"after": after}).status_code == 200


def test_the_auditor_reads(
    client: MakeClient, as_user: MakeAccount, org_tree: OrgTree, desk: TestClient[Litestar]
) -> None:
    desk.post("/accounts", data=NEW)
    auditor = client(as_user("auditor", org_tree.county))
    assert "core.user.create" in auditor.get("/audit?cols=code").text


def test_an_auditor_of_a_township_reads_of_its_units_only(
    client: MakeClient, as_user: MakeAccount, org_tree: OrgTree
) -> None:
    local = client(as_user("auditor", org_tree.township))
    near = as_user("member", org_tree.community)
    far = as_user("member", org_tree.other_community)
    desk = client(as_user("secadmin", org_tree.county))
    for account in (near, far):
        desk.post(f"/accounts/{account.id}/disable")
    text = local.get("/audit").text
    assert f"core_user:{near.id}" in text
    assert f"core_user:{far.id}" not in text
