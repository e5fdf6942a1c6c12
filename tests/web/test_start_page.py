"""今日 and the palette: what plugins offer, and what happens when one of them raises."""

from collections.abc import Callable, Iterable, Sequence
from types import ModuleType

import pytest

from qimen_core import (
    Context,
    NavItem,
    Permission,
    PluginMeta,
    SearchHit,
    TodoItem,
    Widget,
    hookimpl,
)
from qimen_core.testing.accounts import Account
from qimen_core.testing.fixtures import MakeAccount, MakeClient
from qimen_core.testing.units import OrgTree

READ = "offers.thing.read"
PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}


def offers() -> ModuleType:
    """A plugin that offers one of everything."""
    module = ModuleType("offers")
    module.meta = PluginMeta("offers", "样板", core=">=0.1,<0.2", requires=("web",))  # type: ignore[attr-defined]

    @hookimpl
    def register_permissions() -> Iterable[Permission]:
        return [Permission(READ, "查看", roles=("community_clerk",))]

    @hookimpl
    def nav_items(ctx: Context) -> Iterable[NavItem]:
        return [NavItem("things", "东街台账", "list", "/things", READ)]

    @hookimpl
    def todo_items(ctx: Context) -> Iterable[TodoItem]:
        return [
            TodoItem("late", "已超时", 3, "/things?late=1", READ, tone="bad", icon="clock"),
            TodoItem("new", "待受理", 0, "/things?new=1", READ, tone="info", icon="inbox"),
        ]

    @hookimpl
    def dashboard_widgets(ctx: Context) -> Iterable[Widget]:
        return [Widget("w", "近一年", "/things/card", READ)]

    @hookimpl
    def search(ctx: Context, query: str) -> Iterable[SearchHit]:
        return [SearchHit(f"台账 {n}", f"编号 {n}", f"/things/{n}", "台账") for n in range(20)]

    for hook in (register_permissions, nav_items, todo_items, dashboard_widgets, search):
        setattr(module, hook.__name__, hook)
    return module


def raising() -> ModuleType:
    """A plugin whose every hook raises."""
    module = ModuleType("raising")
    module.meta = PluginMeta("raising", "坏的", core=">=0.1,<0.2", requires=("web",))  # type: ignore[attr-defined]

    @hookimpl
    def todo_items(ctx: Context) -> Iterable[TodoItem]:
        raise RuntimeError("broken")

    @hookimpl
    def dashboard_widgets(ctx: Context) -> Iterable[Widget]:
        raise RuntimeError("broken")

    @hookimpl
    def search(ctx: Context, query: str) -> Iterable[SearchHit]:
        raise RuntimeError("broken")

    for hook in (todo_items, dashboard_widgets, search):
        setattr(module, hook.__name__, hook)
    return module


@pytest.fixture
def plugins(provide_plugin: Callable[[ModuleType], str]) -> Sequence[str]:
    return [provide_plugin(offers()), provide_plugin(raising())]


@pytest.fixture
def clerk(org_tree: OrgTree, as_user: MakeAccount) -> Account:
    return as_user("community_clerk", org_tree.community)


def test_every_number_is_a_link_and_a_raising_plugin_costs_only_itself(
    clerk: Account, client: MakeClient
) -> None:
    answer = client(clerk).get("/today")
    assert answer.status_code == 200
    assert '<a class="gv-stat gv-tone-bad" href="/things?late=1">' in answer.text
    assert '<a class="gv-stat gv-tone-muted" href="/things?new=1">' in answer.text
    assert 'hx-get="/things/card"' in answer.text
    assert "2026 年 3 月 2 日 星期一" in answer.text


def test_what_one_may_not_see_is_not_offered(
    org_tree: OrgTree, as_user: MakeAccount, client: MakeClient
) -> None:
    browser = client(as_user("auditor", org_tree.county))
    assert "/things" not in browser.get("/today").text
    assert 'href="/things"' not in browser.get("/palette?q=djtz", headers=PARTIAL).text


@pytest.mark.parametrize("query", ["东街", "djt", "DJ"])
def test_the_palette_finds_menus_by_word_and_by_initials(
    clerk: Account, client: MakeClient, query: str
) -> None:
    found = client(clerk).get("/palette", params={"q": query}, headers=PARTIAL).text
    assert "东街台账" in found
    assert "<html" not in found


def test_one_kind_does_not_crowd_out_the_others(clerk: Account, client: MakeClient) -> None:
    found = client(clerk).get("/palette?q=东街", headers=PARTIAL).text
    assert found.count('href="/things/') == 8
    assert 'href="/things"' in found


def test_without_script_the_palette_is_a_page(clerk: Account, client: MakeClient) -> None:
    page = client(clerk).get("/palette?q=djt").text
    assert "<html" in page
    assert 'value="djt"' in page
