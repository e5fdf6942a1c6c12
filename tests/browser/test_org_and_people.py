"""The tree, people, modules and settings in a real browser."""

import re
from collections.abc import Callable, Sequence

import pytest
from playwright.sync_api import Page, expect

from qimen_core.db.work import unit_of_work
from qimen_core.people.people import PersonInput, enter
from qimen_core.runtime import Qimen
from qimen_core.testing.accounts import Account
from qimen_core.testing.fixtures import MakeAccount
from qimen_core.testing.units import OrgTree

Visit = Callable[..., Page]
FindFaults = Callable[[Page], list[str]]
PHONE = "13800138000"


@pytest.fixture
def plugins() -> Sequence[str]:
    return ("web", "orders")


@pytest.fixture
def person(qimen: Qimen, org_tree: OrgTree) -> int:
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        with unit_of_work(ctx, "core.person.manage") as uow:
            unit_id = org_tree.community.id or 0
            return enter(uow, PersonInput(name="张桂兰", org_id=unit_id, phone=PHONE))


@pytest.fixture
def county(as_user: MakeAccount, org_tree: OrgTree) -> Account:
    return as_user("county_office", org_tree.county)


@pytest.fixture
def clerk(as_user: MakeAccount, org_tree: OrgTree) -> Account:
    return as_user("community_clerk", org_tree.community)


def test_a_branch_is_fetched_when_it_is_opened(visit: Visit, county: Account) -> None:
    page = visit("/org", county)
    expect(page.get_by_role("link", name="松岭镇")).to_be_visible()
    expect(page.get_by_role("link", name="城东社区")).to_have_count(0)
    page.locator("summary", has_text="松岭镇的下级").click()
    expect(page.get_by_role("link", name="城东社区")).to_be_visible()
    page.get_by_role("link", name="城东社区").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("城东社区")


def test_the_tree_is_searched_while_typing(visit: Visit, county: Account) -> None:
    page = visit("/org", county)
    page.get_by_role("searchbox", name="查找单位").fill("cdsq")
    expect(page.get_by_role("link", name="城东社区")).to_be_visible()
    expect(page.get_by_role("link", name="松岭镇")).to_have_count(0)
    expect(page).to_have_url(re.compile("q=cdsq"))


def test_archiving_is_asked_for_and_taken_back_from_the_toast(
    visit: Visit, county: Account, org_tree: OrgTree
) -> None:
    page = visit(f"/org/{org_tree.community.id}", county)
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="归档", exact=True).click()
    expect(page.get_by_text(re.compile("已于 .* 归档"))).to_be_visible()
    page.get_by_role("button", name="撤销", exact=True).click()
    expect(page.get_by_text("在用", exact=True)).to_be_visible()


def test_a_form_that_is_refused_keeps_what_was_typed(
    visit: Visit, county: Account, org_tree: OrgTree
) -> None:
    page = visit(f"/org/{org_tree.township.id}/new", county)
    page.get_by_label("名称").fill("西街社区")
    page.get_by_label("类别").select_option("community")
    page.get_by_label("区划代码").fill("990101101003")
    page.get_by_role("button", name="新建").click()
    expect(page.locator("#e-code")).to_contain_text("应以上级代码")
    expect(page.get_by_label("名称")).to_have_value("西街社区")
    page.get_by_label("区划代码").fill("990101100003")
    page.get_by_role("button", name="新建").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("西街社区")


def test_a_phone_is_revealed_in_its_dialog(visit: Visit, clerk: Account, person: int) -> None:
    page = visit(f"/people/{person}", clerk)
    expect(page.get_by_text("138****8000")).to_be_visible()
    page.get_by_role("button", name="查看完整信息").click()
    page.get_by_label("查看原因").fill("电话核实诉求")
    page.get_by_role("button", name="查看", exact=True).click()
    expect(page.locator("#revealed")).to_contain_text(PHONE)


def test_a_module_is_switched_off_and_back_by_the_toast(visit: Visit, county: Account) -> None:
    page = visit("/modules", county)
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("row", name=re.compile("工单")).get_by_role("button", name="停用").click()
    expect(page.get_by_text("已在本单位停用")).to_be_visible()
    page.get_by_role("button", name="撤销", exact=True).click()
    expect(page.get_by_text("已在本单位停用")).to_have_count(0)


def test_a_setting_is_set_and_inherited_again(visit: Visit, county: Account) -> None:
    page = visit("/settings/core", county)
    page.get_by_label("每人每小时查看原文次数上限").fill("12")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("本单位设定", exact=True)).to_be_visible()
    page.get_by_role("button", name="恢复继承").click()
    expect(page.get_by_label("每人每小时查看原文次数上限")).to_have_value("30")


PATHS = ("/org", "/org/{unit}", "/org/{unit}/history?day=2020-01-01", "/org/{unit}/new",
         "/org/{unit}/edit", "/org/{unit}/move", "/modules", "/settings/core",
         "/settings/orders")  # fmt: skip
PEOPLE = ("/people", "/people/{person}", "/people/{person}/edit", "/people/new", "/people/import")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1366, 390])
def test_every_page_fits_and_is_accessible(
    visit: Visit,
    page: Page,
    accessibility_faults: FindFaults,
    as_user: MakeAccount,
    org_tree: OrgTree,
    person: int,
    width: int,
    theme: str,
) -> None:
    county = as_user("county_office", org_tree.county)
    office = as_user("township_office", org_tree.township)
    found: list[str] = []
    page.set_viewport_size({"width": width, "height": 800})
    page.add_init_script(f"localStorage.setItem('gv-theme', '{theme}')")
    for account, paths in ((county, PATHS), (office, PEOPLE)):
        for path in paths:
            visit(path.format(unit=org_tree.township.id, person=person), account)
            page.wait_for_load_state("networkidle")
            wide = page.evaluate("document.documentElement.scrollWidth")
            found += [f"{path}: {wide} wide"] if wide > width else []
            found += [f"{path}: {fault}" for fault in accessibility_faults(page)]
    assert found == []
