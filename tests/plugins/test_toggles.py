"""Off is 404 on every route of a plugin, in its township only; on again, the data is back."""

import re
from collections.abc import Callable, Mapping
from importlib import import_module

import pytest

from qimen_core import OrgUnit, Person, Qimen, unit_of_work
from qimen_core.testing.fixtures import MakeAccount, MakeClient, Toggle
from qimen_core.testing.units import OrgTree
from qimen_petitions.services import NewPetition, register
from qimen_web.handlers import Route
from tests.plugins.pages import address, routes_by_plugin
from tests.web.permissions.planting import plant_beside

SWITCHED = ("petitions", "noticeboard")
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}
NAMES_A_UNIT = re.compile("{unit|/rate/{code")
NO_FILE = re.compile("/(files|photos|import)/")
Samples = Mapping[str, object]


@pytest.fixture
def plugins(noticeboard: str) -> tuple[str, ...]:
    return ("web", "orders", "petitions", "noticeboard")


def plant(qimen: Qimen, unit: OrgUnit) -> Samples:
    """Make a record of each plugin at a unit and return what fills the routes' parameters."""
    notice = import_module("noticeboard.models").Notice
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        with unit_of_work(ctx, "noticeboard.notice.write"):
            row = notice(org_id=unit.id, org_path=unit.path, text=f"{unit.name}的公告")
            session.add(row)
        made = register(
            ctx,
            NewPetition(
                unit_id=unit.id or 0, title=f"{unit.name}的路灯不亮", content="晚上看不见路"
            ),
        )
        beside = plant_beside(ctx, unit, made.order_id)
        with unit_of_work(ctx, "core.person.manage") as uow:
            person = Person(name="甲", org_id=unit.id or 0, org_path=unit.path)
            uow.session.add(person)
        return {
            **{key: value for each in beside.values() for key, value in each.items()},
            "person_id": person.id,
            "figure": "orders_received",
            "part": "numerator",
            "notice_id": row.id,
            "order_id": made.order_id,
            "unit": unit.code,
            "unit_id": unit.id,
            "file_id": 1,
            "event": "accept",
            "field": "phone",
            "code": "env",
        }


@pytest.fixture
def answers(client: MakeClient) -> Callable[..., dict[str, int]]:
    """Ask every route of a plugin and return the status by method and path."""

    def ask(account: object, routes: list[Route], samples: Samples) -> dict[str, int]:
        browser = client(account)  # type: ignore[arg-type]
        found = {}
        for route in routes:
            for method in route.methods:
                path = address(route, samples)
                headers = HTMX if route.kind in {"fragment", "action"} else {}
                headers = {**headers, "Sec-Fetch-Site": "same-origin"}
                found[f"{method} {path}"] = browser.request(
                    method, path, headers=headers
                ).status_code
        return found

    return ask


@pytest.mark.parametrize("plugin", SWITCHED)
def test_off_is_404_on_every_route_in_its_township_only(
    plugin: str,
    qimen: Qimen,
    org_tree: OrgTree,
    as_user: MakeAccount,
    toggle: Toggle,
    answers: Callable[..., dict[str, int]],
    client: MakeClient,
) -> None:
    here, there = org_tree.community, org_tree.other_community
    samples = {unit.id: plant(qimen, unit) for unit in (here, there)}
    clerk = as_user("community_clerk", here)
    neighbour = as_user("community_clerk", there)
    # What names no unit (following by code) stays open while the plugin is on somewhere.
    routes = [
        route
        for route in routes_by_plugin(qimen, plugin)
        if route.kind != "public" or "{unit" in route.path
    ]
    before = answers(clerk, routes, samples[here.id])
    assert {code for code in before.values() if code == 200}
    assert f"/{plugin}" in client(clerk).get("/today").text

    toggle(plugin, org_tree.township, on=False)

    off = answers(clerk, routes, samples[here.id])
    # An unsafe request without its token is refused before anything is looked up.
    wrong = {key: code for key, code in off.items() if code != 404 and not key.startswith("POST")}
    assert wrong == {}
    assert all(code in {403, 404} for code in off.values()), off
    assert f'href="/{plugin}' not in client(clerk).get("/today").text
    elsewhere = answers(neighbour, routes, samples[there.id])
    assert {code for code in elsewhere.values() if code == 200}
    # Of files and uploaded lists there is none to be had here.
    missing = [key for key, code in elsewhere.items() if code == 404 and not NO_FILE.search(key)]
    assert missing == []

    toggle(plugin, org_tree.township, on=True)
    again = answers(clerk, routes, samples[here.id])
    # What was posted at first has been done meanwhile: a reminder goes out once in some days.
    assert {key: again[key] for key in again if key.startswith("GET")} == {
        key: before[key] for key in before if key.startswith("GET")
    }


def test_a_search_does_not_find_what_is_off_and_finds_it_again(
    qimen: Qimen,
    org_tree: OrgTree,
    as_user: MakeAccount,
    toggle: Toggle,
    client: MakeClient,
) -> None:
    plant(qimen, org_tree.community)
    clerk = as_user("community_clerk", org_tree.community)
    with qimen.db.session() as session:
        assert qimen.hooks.search(clerk.context(session), "路灯")
    toggle("petitions", org_tree.township, on=False)
    with qimen.db.session() as session:
        hits = qimen.hooks.search(clerk.context(session), "路灯")
        assert [hit for hit in hits if "/petitions/" in hit.url] == []
    toggle("petitions", org_tree.township, on=True)
    with qimen.db.session() as session:
        assert qimen.hooks.search(clerk.context(session), "路灯")


def test_what_names_no_unit_is_gone_when_the_plugin_is_off_in_every_county(
    qimen: Qimen, org_tree: OrgTree, toggle: Toggle, client: MakeClient
) -> None:
    # An estate's code names its unit; the tests of estates switch that off themselves.
    routes = [
        route
        for route in routes_by_plugin(qimen, "petitions")
        if route.kind == "public" and not NAMES_A_UNIT.search(route.path) and "GET" in route.methods
    ]
    assert routes
    stranger = client()

    def answered() -> set[int]:
        return {stranger.get(route.path).status_code for route in routes}

    toggle("petitions", org_tree.township, on=False)
    toggle("petitions", org_tree.county, on=False)
    assert 404 not in answered(), "the other county still has its residents"
    toggle("petitions", org_tree.other_county, on=False)
    assert answered() == {404}
    toggle("petitions", org_tree.other_county, on=True)
    assert 404 not in answered()
