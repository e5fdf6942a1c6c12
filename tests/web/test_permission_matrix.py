"""Every route × method × role × relation, with and without htmx, against a table of expectations.

The table (``permissions/*.toml``) is written by hand and knows nothing of the guard. The routes
come from the router: one without an expectation fails.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from qimen_core.testing.clients import application, sign_in
from qimen_core.testing.fixtures import MakeApp
from qimen_core.testing.units import read_tree
from qimen_web.app import routes_of
from qimen_web.handlers import Route
from qimen_web.routes_lock import LOCK, current
from tests.web.permissions.world import FIXED, NAMED, OWN_RECORD, REACHED, RELATIONS, World

FOLDER = Path(__file__).parent / "permissions"
ROOT = Path(__file__).parents[2]
PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}
REFUSED = {401, 403, 404, 405}

Rule = Mapping[str, Any]

# The guard asks the same questions on both; the fences of PostgreSQL have tests of their own.
pytestmark = pytest.mark.database("sqlite")


def expectations() -> dict[str, Rule]:
    """Return each route's rule by its name."""
    found: dict[str, Rule] = {}
    for file in sorted(FOLDER.glob("*.toml")):
        for group in tomllib.loads(file.read_text("utf-8"))["group"]:
            for route in group["routes"]:
                assert route not in found, f"{route} stands in the table twice"
                found[route] = group
    return found


def verdict(client: TestClient[Litestar], status: int, location: str) -> str:
    """Say in a word how a request was answered."""
    if status >= 500:
        return f"error {status}"
    if status == 401 or (status in {302, 303} and location.startswith("/login")):
        return "login"
    if status in {403, 404, 405}:
        return str(status)
    return "in"


def expected(rule: Rule, role: str, relation: str) -> set[str]:
    """Return the verdicts that the table allows."""
    if relation in rule.get("closed", ()):
        return {"404"}
    if rule.get("public"):
        return {"in"}
    if role == "":
        return {"login"}
    if rule.get("everyone"):
        return {"404", "in"} if rule.get("subject") == "foreign" else {"in", "login"}
    if role in rule.get("half", ()):
        return {"403"} if relation in REACHED else {"404"}
    if relation == OWN_RECORD and rule.get("not_own"):
        return {"403"}
    if role not in rule["roles"]:
        # Whoever holds the right nowhere is told so, wherever the thing is.
        return {"403"}
    if relation in NAMED:
        return {rule.get(relation, NAMED[relation])}
    if rule.get("subject") in {"module", "category", "day", "delivery", "list"}:
        return {"in", "404"}
    open_to = {None, "", "figure"}  # figures are everybody's; the unit narrows the rows
    return {"in"} if rule.get("subject") in open_to or relation in REACHED else {"404"}


@pytest.fixture
def world(qimen_app: MakeApp, org_tree: object) -> World:
    qimen = qimen_app(["web", "orders", "petitions"])
    with qimen.db.session() as session:
        tree = read_tree(qimen.system_context(session))
    made = World(qimen, tree)
    made.plant()
    return made


def addresses(route: Route, rule: Rule, world: World, role: str) -> Iterator[tuple[str, str]]:
    """Yield the route's path at every relation that its subject knows."""
    subject = rule.get("subject")
    known = (
        {"any": FIXED.get(str(subject), {})}
        if subject is None or subject in FIXED
        else {relation: world.records[relation][subject] for relation in RELATIONS}
    )
    known |= {
        relation: world.records[relation][subject]
        for relation in NAMED
        if subject in world.records[relation]
    }
    if own := world.own_record(role, str(subject)):
        known = {**known, OWN_RECORD: own}
    for relation, values in known.items():
        path = re.sub(
            r"\{(\w+)(?::\w+)?\}",
            lambda found: str({"field": "phone", **values}[found[1]]),  # noqa: B023
            route.path,
        )
        yield relation, path


@pytest.mark.parametrize("plugin", ["web", "petitions"])
def test_every_route_answers_every_role_as_the_table_says(world: World, plugin: str) -> None:
    rules = expectations()
    wrong: list[str] = []
    asked = 0
    app = application(world.qimen)
    routes = [each for each in routes_of(world.qimen) if each.name.startswith(f"{plugin}:")]
    assert routes
    missing = [route.name for route in routes if route.name not in rules]
    assert missing == [], "routes without an expectation; add them to tests/web/permissions"
    with TestClient(app) as client:
        client.follow_redirects = False
        for role in ("", *world.accounts):
            for route in routes:
                rule = rules[route.name]
                for method in route.methods:
                    for relation, path in addresses(route, rule, world, role):
                        for extra in ({}, PARTIAL):
                            client.cookies.clear()
                            headers = {"Sec-Fetch-Site": "same-origin", **extra}
                            if role:
                                signed_in = sign_in(world.accounts[role])
                                client.cookies.set(signed_in.cookie, signed_in.token)
                                headers["X-CSRF-Token"] = signed_in.csrf
                            answer = client.request(method, path, headers=headers)
                            asked += 1
                            location = answer.headers.get(
                                "location", answer.headers.get("hx-redirect", "")
                            )
                            got = verdict(client, answer.status_code, location)
                            wanted = expected(rule, role, relation)
                            # A form without its token is refused before anything is looked up.
                            tokenless = not role and method == "POST" and got == "403"
                            if got not in wanted and not (tokenless and rule.get("public")):
                                wrong.append(
                                    f"{role or 'anonymous'} {method} {route.name} {relation}"
                                    f"{' htmx' if extra else ''}: {got}, not {sorted(wanted)}"
                                )
                            if method == "POST" and answer.status_code < 400:
                                world.put_back()
    assert asked > 200
    assert wrong == [], f"{len(wrong)} of {asked}:\n" + "\n".join(wrong[:60])


def test_control_a_triage_right_that_is_lent_is_found_out(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where `lent` stands on a right that is not a taker's, the table's 403 is not what comes."""
    name, role = "petitions:accept", "community_clerk"
    rule = expectations()[name]
    right = world.qimen.registry.permissions["petitions.order.accept"]
    signed_in = sign_in(world.accounts[role])
    order_id = world.records["lent"]["order"]["order_id"]
    headers = {"Sec-Fetch-Site": "same-origin", "X-CSRF-Token": signed_in.csrf}
    with TestClient(application(world.qimen)) as client:
        client.follow_redirects = False
        client.cookies.set(signed_in.cookie, signed_in.token)

        def got() -> str:
            answer = client.post(f"/petitions/{order_id}/accept", headers=headers)
            return verdict(client, answer.status_code, answer.headers.get("location", ""))

        assert got() in expected(rule, role, "lent") == {"403"}
        rights = world.qimen.registry.permissions
        monkeypatch.setitem(rights, right.name, replace(right, lent=True))
        assert got() not in expected(rule, role, "lent")


def test_the_table_names_no_route_that_is_gone(world: World) -> None:
    names = {route.name for route in routes_of(world.qimen)}
    assert set(expectations()) - names == set()


def test_routes_lock_is_what_the_router_has() -> None:
    written = (ROOT / LOCK).read_text("utf-8")
    assert written == current(), "run: python -m qimen_web.routes_lock"


def test_who_needs_no_account_is_listed_here(world: World) -> None:
    public = {route.name for route in routes_of(world.qimen) if route.kind == "public"}
    assert public == {
        "web:health", "web:start", "web:robots", "web:favicon", "web:csp_report", "web:login",
        "web:login_send", "web:login_code", "web:setup", "web:setup_send",
        "web:message_receipt",
        "petitions:public_form", "petitions:submit_public", "petitions:follow_form",
        "petitions:follow_case", "petitions:open311_read", "petitions:open311_send",
        "petitions:open311_service", "petitions:open311_request", "petitions:open311_token",
        "petitions:publicity", "petitions:publicity_csv", "petitions:evaluate_case",
        "petitions:rate_form", "petitions:rate", "petitions:published_rating",
        "petitions:remind_case",
    }  # fmt: skip
