"""Every page, for everybody who may open it: it fits, it is accessible, it keeps to itself.

The pages come from the router. What a page must not do (a report of its security policy, a request
to another host, an error in a script) fails the test by the ``page`` fixture.
"""

from collections.abc import Callable, Sequence

import pytest
from playwright.sync_api import Page

from qimen_core import Qimen, unit_of_work
from qimen_core.people.people import PersonInput, enter
from qimen_core.testing.fixtures import MakeAccount
from qimen_core.testing.units import OrgTree
from qimen_petitions.services import NewPetition, register
from tests.plugins.pages import open_pages

Visit = Callable[..., Page]
FindFaults = Callable[[Page], list[str]]
ROLES = ("community_clerk", "county_office", "sysadmin", "secadmin", "auditor")

# Both widths and both themes in every run; the other pairs with the full-size proofs.
SCREENS = pytest.mark.parametrize(
    ("width", "theme"),
    [
        (1366, "light"),
        (390, "dark"),
        pytest.param(1366, "dark", marks=pytest.mark.prove),
        pytest.param(390, "light", marks=pytest.mark.prove),
    ],
)


@pytest.fixture
def plugins() -> Sequence[str]:
    return ("web", "orders", "petitions")


@pytest.fixture
def petition(qimen: Qimen, org_tree: OrgTree) -> int:
    unit = org_tree.community
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        new = NewPetition(
            unit_id=unit.id or 0,
            title="路灯坏了三天",
            content="晚上看不清台阶。",
            name="张桂兰",
            phone="13800006721",
        )
        return register(ctx, new).order_id


@pytest.fixture
def person(qimen: Qimen, org_tree: OrgTree) -> int:
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        with unit_of_work(ctx, "core.person.enter", permission="core.person.manage") as uow:
            made = enter(uow, PersonInput(name="张桂兰", org_id=org_tree.community.id or 0))
            uow.subject, uow.unit = f"core_person:{made}", org_tree.community.path
    return made


def faults(page: Page, path: str, width: int, find: FindFaults) -> list[str]:
    page.wait_for_load_state("networkidle")
    wide = page.evaluate("document.documentElement.scrollWidth")
    found = [f"{path}: {wide} wide"] if wide > width else []
    return found + [f"{path}: {fault}" for fault in find(page)]


@SCREENS
@pytest.mark.parametrize("role", ROLES)
def test_every_page_of_a_role_fits_and_is_accessible(
    role: str,
    width: int,
    theme: str,
    qimen: Qimen,
    org_tree: OrgTree,
    petition: int,
    person: int,
    as_user: MakeAccount,
    visit: Visit,
    page: Page,
    accessibility_faults: FindFaults,
) -> None:
    unit = org_tree.community if role == "community_clerk" else org_tree.county
    account = as_user(role, unit)
    with qimen.db.session() as session:
        ctx = account.context(session)
        paths = [each.path for each in open_pages(qimen, ctx)]
        if ctx.can("petitions.order.read", org_tree.community):
            paths.append(f"/petitions/{petition}")
        if ctx.can("core.user.read", unit):
            paths.append(f"/accounts/{account.id}")
        if ctx.can("core.audit.read", unit):
            paths.append("/audit/1")
        if ctx.can("core.person.read", org_tree.community):
            paths.append(f"/people/{person}")
        paths += [f"/org/{unit.id}", f"/org/{unit.id}/history"]
    assert "/today" in paths
    page.set_viewport_size({"width": width, "height": 800})
    page.add_init_script(f"localStorage.setItem('gv-theme', '{theme}')")
    found: list[str] = []
    for path in paths:
        visit(path, account)
        found += faults(page, path, width, accessibility_faults)
    assert not found, "\n".join(found)


@SCREENS
def test_every_page_without_an_account_fits_and_is_accessible(
    width: int,
    theme: str,
    org_tree: OrgTree,
    visit: Visit,
    page: Page,
    accessibility_faults: FindFaults,
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.add_init_script(f"localStorage.setItem('gv-theme', '{theme}')")
    found: list[str] = []
    for path in ("/login", f"/p/petitions/{org_tree.community.code}", "/p/petitions/follow", "/no"):
        visit(path)
        found += faults(page, path, width, accessibility_faults)
    assert not found, "\n".join(found)


def test_the_control_finds_what_is_not_accessible(
    visit: Visit, page: Page, accessibility_faults: FindFaults
) -> None:
    visit("/login")
    page.evaluate("document.body.append(document.createElement('img'))")
    assert any("image-alt" in fault for fault in accessibility_faults(page))
