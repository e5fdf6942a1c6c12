"""The shell's modules in a real browser: theme, palette, lists, drafts, failures, the nonce."""

import re
from collections.abc import Callable, Sequence

import pytest
from playwright.sync_api import Page, Route, expect

from qimen_core import Qimen
from qimen_core.testing.accounts import Account
from qimen_core.testing.fixtures import MakeAccount
from qimen_core.testing.units import OrgTree
from qimen_petitions.services import NewPetition, register

Visit = Callable[..., Page]
FindFaults = Callable[[Page], list[str]]

HOLD_TIMERS = """
const later = window.setTimeout;
window.held = [];
window.setTimeout = (run, ms, ...rest) =>
  ms === undefined ? held.push(run) : later(run, ms, ...rest);
"""
CONTENT = "三组的灌溉渠堵了，影响秋播"


@pytest.fixture
def plugins() -> Sequence[str]:
    return ("web", "orders", "petitions")


@pytest.fixture
def clerk(as_user: MakeAccount, org_tree: OrgTree) -> Account:
    return as_user("community_clerk", org_tree.community)


@pytest.fixture
def petitions(qimen: Qimen, org_tree: OrgTree) -> list[int]:
    """Three petitions, oldest first."""
    assert org_tree.community.id is not None
    made = []
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        for title in ("路灯坏了三天", "电梯停运", "垃圾没有清运"):
            new = NewPetition(unit_id=org_tree.community.id, title=title, content=title)
            made.append(register(ctx, new).order_id)
    return made


# ---- looks --------------------------------------------------------------------------------------


def test_the_theme_is_kept_and_there_before_the_page_is_drawn(visit: Visit, clerk: Account) -> None:
    page = visit("/today", clerk)
    root = page.locator("html")
    expect(root).to_have_attribute("data-theme", "light")
    page.get_by_role("button", name="深色").click()
    expect(root).to_have_attribute("data-theme", "dark")
    # Whatever runs after the head finds the theme set: nothing was drawn in the other one.
    page.add_init_script(
        "new MutationObserver((_, seen) => { if (document.body) {"
        " window.atBody = document.documentElement.dataset.theme; seen.disconnect(); } })"
        ".observe(document, { childList: true, subtree: true });"
    )
    page.reload()
    assert page.evaluate("window.atBody") == "dark"
    expect(page.get_by_role("button", name="深色")).to_have_attribute("aria-pressed", "true")


def test_large_print_enlarges_everything_and_is_kept(visit: Visit, clerk: Account) -> None:
    page = visit("/today", clerk)
    size = "parseFloat(getComputedStyle(document.querySelector('h1')).fontSize)"
    before = page.evaluate(size)
    page.get_by_role("button", name="大字版").click()
    assert page.evaluate(size) == pytest.approx(before * 1.25)
    page.reload()
    assert page.evaluate(size) == pytest.approx(before * 1.25)


def test_the_menu_of_the_phone_slides_in_and_out(
    visit: Visit, page: Page, clerk: Account, accessibility_faults: FindFaults
) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    visit("/today", clerk)
    entry = page.locator("#sidebar").get_by_role("link", name="民意直通车")
    expect(entry).to_be_hidden()
    page.get_by_role("button", name="打开菜单").click()
    expect(page.locator("#sidebar.show:not(.showing)")).to_be_visible()
    assert accessibility_faults(page) == []
    entry.click()
    expect(page).to_have_url(re.compile("/petitions$"))


# ---- palette ------------------------------------------------------------------------------------


def test_the_palette_finds_a_menu_by_pinyin_and_opens_it_by_keyboard(
    visit: Visit, clerk: Account, accessibility_faults: FindFaults
) -> None:
    page = visit("/today", clerk)
    page.keyboard.press("Control+k")
    options = page.get_by_role("option")
    expect(options.first).to_be_visible()
    assert accessibility_faults(page) == []
    page.keyboard.type("myztc")
    expect(options).to_have_count(1)
    expect(options).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/petitions$"))


def test_the_palette_opens_what_was_typed_even_when_enter_comes_before_the_entries(
    visit: Visit, clerk: Account
) -> None:
    page = visit("/today", clerk)
    page.keyboard.press("Control+k")
    expect(page.get_by_role("option").first).to_have_attribute("aria-selected", "true")
    page.keyboard.type("myztc")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/petitions$"))


def test_the_palette_fills_when_it_was_opened_before_htmx_listened(
    page: Page, visit: Visit, clerk: Account
) -> None:
    # What htmx puts off until the scripts have run, a slow machine does after the page has loaded.
    page.add_init_script(HOLD_TIMERS)
    visit("/today", clerk)
    page.keyboard.press("Control+k")
    expect(page.locator("#palette")).to_be_visible()
    assert page.evaluate("held.splice(0).map(run => run()).length") > 0
    expect(page.get_by_role("option", name="切换深色")).to_be_visible()


def test_the_palette_finds_a_record_and_goes_away_on_escape(
    visit: Visit, clerk: Account, petitions: list[int]
) -> None:
    page = visit("/today", clerk)
    page.get_by_role("button", name="搜索事项").click()
    page.keyboard.type("电梯")
    expect(page.get_by_role("option", name="电梯停运")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).to_be_hidden()


def test_the_palette_switches_the_theme(visit: Visit, clerk: Account) -> None:
    page = visit("/today", clerk)
    page.keyboard.press("Control+k")
    page.get_by_role("option", name="切换深色").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


# ---- lists --------------------------------------------------------------------------------------


def test_a_list_is_worked_by_keyboard(visit: Visit, clerk: Account, petitions: list[int]) -> None:
    page = visit("/petitions", clerk)
    bar = page.locator("[data-list-bulk]")
    rows = page.locator("[data-list-table] tbody tr")
    expect(rows).to_have_count(3)
    expect(bar).to_be_hidden()
    for key in "jjkx":
        page.keyboard.press(key)
    expect(rows.nth(0)).to_have_class(re.compile("gv-row-current"))
    expect(rows.nth(0)).to_have_class(re.compile("gv-row-picked"))
    expect(bar).to_contain_text("已选 1 项")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(rf"/petitions/{petitions[-1]}$"))


def test_all_rows_are_ticked_and_let_go(visit: Visit, clerk: Account, petitions: list[int]) -> None:
    page = visit("/petitions", clerk)
    everything = page.get_by_role("checkbox", name="全选本页")
    everything.check()
    expect(page.locator("[data-list-bulk]")).to_contain_text("已选 3 项")
    page.locator('tbody input[name="ids"]').first.uncheck()
    assert everything.evaluate("box => box.indeterminate")
    page.get_by_role("button", name="取消选择").click()
    expect(page.locator("[data-list-bulk]")).to_be_hidden()


def test_filters_stand_in_the_address_and_typing_goes_on(
    visit: Visit, clerk: Account, petitions: list[int]
) -> None:
    page = visit("/petitions", clerk)
    page.evaluate("window.same = true")
    search = page.locator("[data-list-search]")
    search.press_sequentially("电梯")
    expect(page.locator("[data-list-table] tbody tr")).to_have_count(1)
    expect(page).to_have_url(re.compile("q=%E7%94%B5%E6%A2%AF"))
    expect(search).to_be_focused()
    search.press_sequentially("停运")
    expect(page).to_have_url(re.compile("%E5%81%9C%E8%BF%90"))
    expect(search).to_have_value("电梯停运")
    assert page.evaluate("window.same"), "the page was loaded anew"
    # Going back loads the page at its address, which is where everything about a list stands.
    page.evaluate("history.back()")
    expect(search).to_have_value("电梯")
    page.evaluate("history.back()")
    expect(page).to_have_url(re.compile("/petitions$"))
    expect(page.locator("[data-list-table] tbody tr")).to_have_count(3)


def test_chosen_columns_stay_while_one_filters_and_reloads(
    visit: Visit, clerk: Account, petitions: list[int]
) -> None:
    page = visit("/petitions", clerk)
    head = page.get_by_role("columnheader", name="类别")
    expect(head).to_be_visible()
    page.get_by_role("button", name="显示哪些列").click()
    page.get_by_role("checkbox", name="类别").uncheck()
    expect(head).to_be_hidden()
    expect(page).to_have_url(re.compile("cols="))
    page.keyboard.press("Escape")
    page.locator("[data-list-search]").press_sequentially("电梯")
    expect(page.locator("[data-list-table] tbody tr")).to_have_count(1)
    expect(head).to_be_hidden()
    page.reload()
    expect(head).to_be_hidden()
    expect(page.locator("[data-list-export]")).to_have_attribute("href", re.compile("cols="))


def test_filters_are_kept_by_name_and_forgotten_again(
    visit: Visit, clerk: Account, petitions: list[int]
) -> None:
    page = visit("/petitions?q=%E7%94%B5%E6%A2%AF", clerk)
    page.get_by_role("button", name="存为常用筛选").click()
    page.get_by_label("名称").fill("电梯的事")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.locator(".gv-toast")).to_contain_text("已存为常用筛选")
    page.goto(page.url.partition("?")[0])
    page.get_by_role("link", name="电梯的事").click()
    expect(page.locator("[data-list-table] tbody tr")).to_have_count(1)
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="删除常用筛选 电梯的事").click()
    expect(page.locator(".gv-toast")).to_contain_text("已删除")
    expect(page.get_by_role("link", name="电梯的事")).to_have_count(0)


def test_on_the_phone_a_row_is_a_card_with_its_heads(
    visit: Visit, page: Page, clerk: Account, petitions: list[int]
) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    visit("/petitions", clerk)
    cell = page.locator("[data-list-table] tbody tr").first.locator('td[data-label="状态"]')
    said = cell.evaluate("node => getComputedStyle(node, '::before').content")
    assert said == '"状态"'


# ---- drafts -------------------------------------------------------------------------------------


def test_what_was_typed_survives_leaving_and_is_cleared_on_request(
    visit: Visit, clerk: Account
) -> None:
    page = visit("/petitions/new", clerk)
    page.locator("[name=content]").fill(CONTENT)
    page.reload()
    expect(page.locator("[name=content]")).to_have_value(CONTENT)
    expect(page.get_by_text("已恢复上次没有提交的内容")).to_be_visible()
    page.get_by_role("button", name="清除").click()
    page.reload()
    expect(page.locator("[name=content]")).to_have_value("")
    expect(page.get_by_text("已恢复上次没有提交的内容")).to_be_hidden()


def test_what_was_typed_survives_the_end_of_the_sign_in(visit: Visit, clerk: Account) -> None:
    page = visit("/petitions/new", clerk)
    page.locator("[name=content]").fill(CONTENT)
    page.context.clear_cookies()
    page.locator("#petition-new button[type=submit]").first.click()
    expect(page).to_have_url(re.compile("/login"))
    visit("/petitions/new", clerk)
    expect(page.locator("[name=content]")).to_have_value(CONTENT)


def test_another_account_at_the_same_machine_finds_nothing(
    visit: Visit, clerk: Account, as_user: MakeAccount, org_tree: OrgTree
) -> None:
    page = visit("/petitions/new", clerk)
    page.locator("[name=content]").fill(CONTENT)
    visit("/petitions/new", as_user("community_clerk", org_tree.community))
    expect(page.locator("[name=content]")).to_have_value("")
    assert CONTENT not in page.evaluate("JSON.stringify(localStorage)")


def test_a_resident_leaves_no_name_behind_in_the_browser(visit: Visit, org_tree: OrgTree) -> None:
    page = visit(f"/p/petitions/{org_tree.community.code}")
    page.locator("[name=content]").fill(CONTENT)
    page.locator("[name=name]").fill("张三")
    page.locator("[name=phone]").fill("13800000000")
    assert "13800000000" in page.evaluate("JSON.stringify(sessionStorage)")
    # What the matter is may survive the tab for a day; who says so does not.
    kept = page.evaluate("JSON.stringify(localStorage)")
    assert CONTENT in kept
    assert "13800000000" not in kept
    assert "张三" not in kept


# ---- failures -----------------------------------------------------------------------------------


def refuse(route: Route) -> None:
    route.fulfill(status=500, content_type="text/html", body="<p>broken</p>")


def test_a_failing_server_does_not_take_a_filled_form_away(visit: Visit, clerk: Account) -> None:
    page = visit("/petitions/new", clerk)
    page.locator("[name=content]").fill(CONTENT)
    page.route("**/petitions/new", refuse)
    page.locator("#petition-new button[type=submit]").first.click()
    expect(page.locator(".gv-toast")).to_contain_text("没有成功")
    expect(page.locator("[name=content]")).to_have_value(CONTENT)
    expect(page.get_by_text("broken")).to_have_count(0)


def test_a_lost_network_is_said_and_the_form_stays(visit: Visit, clerk: Account) -> None:
    page = visit("/petitions/new", clerk)
    page.locator("[name=content]").fill(CONTENT)
    page.route("**/petitions/new", lambda route: route.abort())
    page.locator("#petition-new button[type=submit]").first.click()
    expect(page.locator(".gv-toast")).to_contain_text("网络没有连上")
    expect(page.locator("[name=content]")).to_have_value(CONTENT)


def test_a_card_that_fails_leaves_the_page_alive(visit: Visit, page: Page, clerk: Account) -> None:
    page.route("**/petitions/widgets/next", refuse)
    page.route("**/petitions/widgets/volumes", lambda route: route.abort())
    visit("/today", clerk)
    expect(page.get_by_text("broken")).to_be_visible()
    expect(page.locator("[data-panel][aria-busy=false]")).to_contain_text("没有成功")
    expect(page.get_by_role("heading", level=1)).to_have_text("今日")


# ---- the nonce ----------------------------------------------------------------------------------


def test_markup_that_slipped_in_does_nothing(visit: Visit, page: Page, clerk: Account) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    visit("/today", clerk)
    page.wait_for_load_state("networkidle")
    insert = """(nonce) => {
        const box = document.createElement("div");
        box.setAttribute("hx-get", nonce ? "/notices?trusted" : "/notices?slipped");
        box.setAttribute("hx-trigger", "load");
        if (nonce) box.setAttribute("hx-nonce", nonce);
        document.querySelector("main").append(box);
        htmx.process(box);
    }"""
    page.evaluate(insert, None)
    # The control: the same element with the page's nonce is obeyed.
    nonce = page.evaluate("document.querySelector('script[nonce]').nonce")
    with page.expect_request("**/notices?trusted"):
        page.evaluate(insert, nonce)
    assert not [url for url in asked if "slipped" in url]
