"""The client is who it is said to be, and a browser would be treated no better."""

import pytest

from qimen_core.testing.accounts import PASSWORD
from qimen_core.testing.fixtures import MakeAccount, MakeClient
from qimen_core.testing.units import OrgTree


@pytest.fixture
def plugins() -> tuple[str, ...]:
    return ("web",)


def test_the_application_answers(client: MakeClient) -> None:
    answer = client().get("/healthz")
    assert answer.status_code == 200
    assert answer.json()["status"] == "ok"


def test_an_account_is_logged_in_and_a_stranger_is_not(
    client: MakeClient, as_user: MakeAccount, org_tree: OrgTree
) -> None:
    account = as_user("community_clerk", org_tree.community)
    answer = client(account).get("/me")
    assert answer.status_code == 200
    assert account.username in answer.text
    stranger = client().get("/me")
    assert stranger.status_code in (302, 303)
    assert "/login" in stranger.headers["location"]


def test_the_form_token_goes_along_and_is_needed(
    client: MakeClient, as_user: MakeAccount, org_tree: OrgTree
) -> None:
    opened = client(as_user("community_clerk", org_tree.community))
    token = opened.headers.pop("x-csrf-token")
    assert opened.post("/logout").status_code == 403
    assert opened.get("/me").status_code == 200
    opened.headers["x-csrf-token"] = token
    assert opened.post("/logout").status_code in (302, 303)
    assert "/login" in opened.get("/me").headers["location"]


def test_the_password_is_the_one_that_is_told(
    client: MakeClient, as_user: MakeAccount, org_tree: OrgTree
) -> None:
    account = as_user("community_clerk", org_tree.community)
    opened = client()
    page = opened.get("/login").text
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    wrong, right = (
        opened.post(
            "/login",
            data={"username": account.username, "password": given, "csrf_token": token},
        )
        for given in ("not-the-password", PASSWORD)
    )
    assert wrong.status_code == 422
    assert right.status_code in (302, 303)
