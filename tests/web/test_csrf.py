"""No request that another site started changes anything."""

import pytest

from qimen_core.testing.accounts import Account
from qimen_core.testing.fixtures import MakeAccount
from qimen_core.testing.units import OrgTree
from tests.web.conftest import Browser, OpenBrowser

HOST = "testserver.local"


@pytest.fixture
def person(open_browser: OpenBrowser, as_user: MakeAccount, org_tree: OrgTree) -> Browser:
    account: Account = as_user("community_clerk", org_tree.community)
    opened = open_browser()
    opened.log_in(account.username)
    return opened


def _revoke(person: Browser, token: str = "", **headers: str) -> int:
    """Send the harmless action that logs other devices out."""
    data = {"csrf_token": token} if token else {}
    return person.client.post("/me/devices/revoke", data=data, headers=headers).status_code


def test_with_its_token_and_from_its_own_page_an_action_is_taken(person: Browser) -> None:
    token = person.token("/me")
    assert _revoke(person, token) == 303
    own = {"Origin": f"http://{HOST}", "Sec-Fetch-Site": "same-origin", "Host": HOST}
    assert _revoke(person, token, **own) == 303


def test_without_a_token_it_is_refused(person: Browser) -> None:
    assert _revoke(person) == 403


def test_the_token_may_come_as_a_header(person: Browser) -> None:
    assert _revoke(person, **{"X-CSRF-Token": person.token("/me")}) == 303


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": f"http://{HOST}.evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"},
    ],
)
def test_from_another_site_it_is_refused_even_with_the_token(
    person: Browser, headers: dict[str, str]
) -> None:
    assert _revoke(person, person.token("/me"), Host=HOST, **headers) == 403


def test_another_sign_in_s_token_is_refused(
    person: Browser, open_browser: OpenBrowser, as_user: MakeAccount, org_tree: OrgTree
) -> None:
    other = open_browser()
    other.log_in(as_user("community_clerk", org_tree.sibling).username)
    assert _revoke(person, other.token("/me")) == 403


def test_a_stranger_s_token_is_refused(person: Browser, open_browser: OpenBrowser) -> None:
    assert _revoke(person, open_browser().token("/login")) == 403


def test_logging_in_needs_a_token_as_well(
    open_browser: OpenBrowser, as_user: MakeAccount, org_tree: OrgTree
) -> None:
    account = as_user("community_clerk", org_tree.community)
    fields = {"username": account.username, "password": "Beitang-2719-qiao"}
    assert open_browser().client.post("/login", data=fields).status_code == 403
    foreign = open_browser().token()
    assert (
        open_browser().client.post("/login", data={**fields, "csrf_token": foreign}).status_code
        == 403
    )


def test_a_token_survives_the_replacement_of_the_id(person: Browser) -> None:
    token = person.token("/me")
    assert token == person.token("/me")


def test_reading_by_get_changes_nothing(person: Browser) -> None:
    assert person.get("/me/devices/revoke").status_code == 405
    assert person.get("/logout").status_code == 405
    assert person.get("/me").status_code == 200
