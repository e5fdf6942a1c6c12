"""Modules switched and settings set on their pages, per unit, with their origin."""

import pytest

from qimen_core.runtime import Qimen
from qimen_core.settings import CoreSettings
from qimen_core.testing.fixtures import MakeAccount, MakeApp, MakeClient
from qimen_core.testing.units import OrgTree

READ = "orders.order.read"


@pytest.fixture
def plugins() -> tuple[str, ...]:
    return ("web", "orders")


def is_on(qimen: Qimen, plugin: str, path: str) -> bool:
    with qimen.db.session() as session:
        return qimen.system_context(session).plugin_on(plugin, path)


def limit(qimen: Qimen, path: str) -> int:
    with qimen.db.session() as session:
        return qimen.system_context(session).setting(CoreSettings, path).reveals_per_hour


def test_a_module_goes_off_here_and_below_and_comes_back(
    client: MakeClient, as_user: MakeAccount, org_tree: OrgTree, qimen: Qimen
) -> None:
    admin = client(as_user("township_admin", org_tree.township))
    place = {"unit_id": str(org_tree.township.id)}
    assert admin.post("/modules/orders/off", data=place).status_code == 303
    assert not is_on(qimen, "orders", org_tree.community.path)
    assert is_on(qimen, "orders", org_tree.other_community.path)
    page = admin.get("/modules").text
    assert "已在本单位停用" in page
    below = admin.get(f"/modules?unit={org_tree.community.id}").text
    assert "已在“松岭镇”停用" in below
    refused = admin.post("/modules/orders/on", data={"unit_id": str(org_tree.community.id)})
    assert refused.status_code == 400
    assert admin.post("/modules/orders/on", data=place).status_code == 303
    assert is_on(qimen, "orders", org_tree.community.path)


@pytest.mark.parametrize(
    ("role", "place", "status"),
    [
        ("township_admin", "other_township", 404),
        ("township_admin", "county", 404),
        ("township_office", "township", 403),
    ],
)
def test_a_module_is_switched_only_where_the_right_reaches(
    client: MakeClient,
    as_user: MakeAccount,
    org_tree: OrgTree,
    qimen: Qimen,
    role: str,
    place: str,
    status: int,
) -> None:
    user = client(as_user(role, org_tree.township))
    unit = getattr(org_tree, place)
    assert user.post("/modules/orders/off", data={"unit_id": str(unit.id)}).status_code == status
    assert is_on(qimen, "orders", unit.path)


def test_without_a_unit_nothing_is_switched_and_the_shell_never(
    client: MakeClient, as_user: MakeAccount, org_tree: OrgTree, qimen: Qimen
) -> None:
    admin = client(as_user("township_admin", org_tree.township))
    assert admin.post("/modules/orders/off").status_code == 404
    place = {"unit_id": str(org_tree.township.id)}
    assert admin.post("/modules/web/off", data=place).status_code == 400
    assert admin.post("/modules/core/off", data=place).status_code == 404
    assert is_on(qimen, "orders", org_tree.township.path)


def test_what_the_configuration_says_is_shown_locked(
    client: MakeClient, as_user: MakeAccount, org_tree: OrgTree, qimen_app: MakeApp
) -> None:
    off = {"990101100000": {"off": ["orders"]}}
    app = qimen_app(["web", "orders"], townships=off)
    admin = client(as_user("township_admin", org_tree.township, app), app)
    page = admin.get("/modules").text
    assert "由配置文件设定" in page
    place = {"unit_id": str(org_tree.township.id)}
    assert admin.post("/modules/orders/on", data=place).status_code == 400
    assert not is_on(app, "orders", org_tree.community.path)


def seen(page: str) -> str:
    return page.split('name="seen" value="')[1].split('"', maxsplit=1)[0]


def test_a_setting_is_inherited_until_somebody_says_otherwise(
    client: MakeClient, as_user: MakeAccount, org_tree: OrgTree, qimen: Qimen
) -> None:
    county = client(as_user("county_office", org_tree.county))
    path = f"/settings/core?unit={org_tree.county.id}"
    page = county.get(path).text
    assert "默认值" in page
    assert "SECURITY" in page
    place = {"unit_id": str(org_tree.county.id), "seen": seen(page), "export_row_limit": "50000"}
    answer = county.post("/settings/core", data={**place, "reveals_per_hour": "12"})
    assert answer.status_code == 303
    assert limit(qimen, org_tree.community.path) == 12
    assert limit(qimen, org_tree.foreign_community.path) == 30
    admin = client(as_user("township_admin", org_tree.township))
    assert "继承自“云溪县”" in admin.get("/settings/core").text
    undone = {"unit_id": str(org_tree.county.id), "key": "reveals_per_hour"}
    assert county.post("/settings/core/inherit", data=undone).status_code == 303
    assert limit(qimen, org_tree.community.path) == 30


def test_a_wrong_value_and_a_stale_form_are_refused(
    client: MakeClient, as_user: MakeAccount, org_tree: OrgTree, qimen: Qimen
) -> None:
    county = client(as_user("county_office", org_tree.county))
    place = {"unit_id": str(org_tree.county.id), "seen": "", "export_row_limit": "50000"}
    wrong = county.post("/settings/core", data={**place, "reveals_per_hour": "0"})
    assert wrong.status_code == 422
    assert 'id="e-reveals_per_hour"' in wrong.text
    first = county.post("/settings/core", data={**place, "reveals_per_hour": "12"})
    assert first.status_code == 303
    stale = county.post("/settings/core", data={**place, "reveals_per_hour": "13"})
    assert stale.status_code == 409
    assert limit(qimen, org_tree.county.path) == 12


def test_settings_are_read_and_set_only_in_reach(
    client: MakeClient, as_user: MakeAccount, org_tree: OrgTree
) -> None:
    clerk = client(as_user("community_clerk", org_tree.community))
    assert clerk.get("/settings/core").status_code == 200
    assert clerk.get(f"/settings/core?unit={org_tree.other_community.id}").status_code == 404
    assert clerk.get("/settings/nothing").status_code == 404
    place = {"unit_id": str(org_tree.community.id), "seen": "", "reveals_per_hour": "5"}
    assert clerk.post("/settings/core", data=place).status_code == 403


def test_settings_of_a_module_that_is_off_do_not_exist(
    client: MakeClient, as_user: MakeAccount, org_tree: OrgTree
) -> None:
    admin = client(as_user("township_admin", org_tree.township))
    assert admin.get("/settings/orders").status_code == 200
    place = {"unit_id": str(org_tree.township.id)}
    assert admin.post("/modules/orders/off", data=place).status_code == 303
    assert admin.get("/settings/orders").status_code == 404
