"""A broken plugin costs only itself: the pages of all others answer 200."""

import re
import time

import pytest

from qimen_core.loader import PluginError
from qimen_core.testing.fixtures import MakeAccount, MakeApp, MakeClient
from qimen_core.testing.units import read_tree
from qimen_web.app import UnguardedHandler, create_app
from tests.broken_plugins.conftest import NAMES
from tests.plugins.pages import open_pages

GOOD = ("web", "orders", "petitions")
#: Never imported here: its table would stay in this process's metadata.
ELSEWHERE = {"broken_table"}
SKIPPED = [
    name
    for name in NAMES
    if name not in {*ELSEWHERE, "broken_unguarded", "broken_panel", "broken_slow"}
]


@pytest.fixture
def plugins() -> tuple[str, ...]:
    return GOOD


def all_pages_answer(
    names: list[str], qimen_app: MakeApp, as_user: MakeAccount, client: MakeClient
) -> str:
    """Ask for every page as a clerk, check each for 200 and return 今日."""
    app = qimen_app([*GOOD, *names], on_plugin_error="skip")
    with app.db.session() as session:
        tree = read_tree(app.system_context(session))
    account = as_user("community_clerk", tree.community, app)
    browser = client(account, app)
    with app.db.session() as session:
        pages = list(open_pages(app, account.context(session)))
    assert {page.plugin for page in pages} >= {"core", "petitions"}
    answers = {page.path: browser.get(page.path).status_code for page in pages}
    assert set(answers.values()) == {200}, answers
    assert browser.get("/healthz").json()["status"] == "ok"
    return browser.get("/today").text


@pytest.mark.database("sqlite")
@pytest.mark.parametrize("name", SKIPPED)
def test_a_broken_plugin_leaves_the_pages_of_the_others_at_200(
    name: str,
    broken_plugins: str,
    org_tree: object,
    qimen_app: MakeApp,
    as_user: MakeAccount,
    client: MakeClient,
) -> None:
    all_pages_answer([name], qimen_app, as_user, client)


def test_a_poisoned_transaction_leaves_the_pages_of_the_others_at_200(
    broken_plugins: str,
    org_tree: object,
    qimen_app: MakeApp,
    as_user: MakeAccount,
    client: MakeClient,
) -> None:
    all_pages_answer(["broken_transaction"], qimen_app, as_user, client)


@pytest.mark.database("sqlite")
def test_raising_hooks_and_panels_cost_only_their_own_card(
    broken_plugins: str,
    org_tree: object,
    qimen_app: MakeApp,
    as_user: MakeAccount,
    client: MakeClient,
) -> None:
    today = all_pages_answer(["broken_panel"], qimen_app, as_user, client)
    assert "/broken-panel/card" in today


@pytest.mark.database("sqlite")
def test_the_body_of_a_raising_panel_is_a_card_with_a_reference_number(
    broken_plugins: str,
    org_tree: object,
    qimen_app: MakeApp,
    as_user: MakeAccount,
    client: MakeClient,
) -> None:
    app = qimen_app([*GOOD, "broken_panel"])
    with app.db.session() as session:
        tree = read_tree(app.system_context(session))
    browser = client(as_user("community_clerk", tree.community, app), app)
    unit = browser.get(f"/org/{tree.community.id}")
    assert unit.status_code == 200
    htmx = {"HX-Request": "true", "HX-Request-Type": "partial"}
    card = browser.get("/broken-panel/card", headers=htmx)
    assert card.status_code == 500
    assert "the body of the panel failed" not in card.text
    assert re.search(r"[0-9a-f]{8}", card.text)
    assert "<html" not in card.text


@pytest.mark.database("sqlite")
def test_a_slow_panel_does_not_hold_up_the_page_around_it(
    broken_plugins: str,
    org_tree: object,
    qimen_app: MakeApp,
    as_user: MakeAccount,
    client: MakeClient,
) -> None:
    started = time.monotonic()
    today = all_pages_answer(["broken_slow"], qimen_app, as_user, client)
    assert "/broken-slow/card" in today
    # Its body takes 20 s: had a page waited for it, so would this test have.
    assert time.monotonic() - started < 15


@pytest.mark.database("sqlite")
def test_an_unguarded_handler_stops_the_app_from_starting(
    broken_plugins: str, qimen_app: MakeApp
) -> None:
    app = qimen_app([*GOOD, "broken_unguarded"], on_plugin_error="skip")
    with pytest.raises(UnguardedHandler, match=r"broken_unguarded.*everything.*@page"):
        create_app(app)


@pytest.mark.database("sqlite")
@pytest.mark.parametrize("name", ["broken_import", "broken_async", "broken_spelling"])
def test_fail_refuses_to_open(name: str, broken_plugins: str, qimen_app: MakeApp) -> None:
    with pytest.raises(PluginError, match=name):
        qimen_app([*GOOD, name], on_plugin_error="fail")
