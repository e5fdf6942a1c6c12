"""The list: filters, pages, exports and the API, each within the reader's reach."""

import io
import zipfile
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from qimen_core import FixedClock, Qimen
from qimen_core.recall import Recall
from qimen_core.testing.accounts import Account
from qimen_core.testing.fixtures import MakeAccount, MakeClient, Toggle
from qimen_core.testing.units import OrgTree
from qimen_petitions import listing


def _titles(browser: Any, query: str = "") -> list[str]:
    answer = browser.get(f"/api/petitions{query}")
    assert answer.status_code == 200, answer.text
    return [item["title"] for item in answer.json()["items"]]


@pytest.fixture
def some(take: Any, bring: Callable[[int, str], None], org_tree: OrgTree) -> None:
    """Petitions in several states, categories and places."""
    lamp = take(content="路灯不亮", title="路灯")
    take(content="电梯停了", title="电梯", category="estate.lift", channel="web")
    take(content="燃气味道", title="燃气", category="utility.gas")
    take(org_tree.sibling, content="别的社区", title="内河街")
    take(org_tree.other_community, content="别的镇", title="金陶")
    bring(lamp.order_id, "accepted")


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("", ["燃气", "电梯", "路灯"]),
        ("?state=accepted", ["路灯"]),
        ("?state=submitted", ["燃气", "电梯"]),
        ("?state=open", ["燃气", "电梯", "路灯"]),
        ("?state=closed", []),
        ("?category=road", ["路灯"]),
        ("?category=estate.lift", ["电梯"]),
        ("?channel=web", ["电梯"]),
        ("?urgent=1", ["燃气"]),
        ("?q=电梯", ["电梯"]),
        ("?q=没有这样的字", []),
        ("?state=nonsense", ["燃气", "电梯", "路灯"]),
        ("?submitted_from=2026-03-02&submitted_to=2026-03-02", ["燃气", "电梯", "路灯"]),
        ("?submitted_from=2026-03-03", []),
        ("?sort=number", ["路灯", "电梯", "燃气"]),
        ("?sort=due", ["电梯", "燃气", "路灯"]),
    ],
)
def test_filters_narrow_the_list_on_both_ways_to_a_page(
    some: None,
    client: MakeClient,
    clerk: Account,
    qimen: Qimen,
    monkeypatch: pytest.MonkeyPatch,
    query: str,
    titles: list[str],
) -> None:
    browser = client(clerk)
    assert _titles(browser, query) == titles
    monkeypatch.setattr(listing, "MANY", 0)
    monkeypatch.setattr(qimen, "recall", Recall())
    assert _titles(browser, query) == titles


def test_due_filters_follow_the_clock(
    take: Any, client: MakeClient, clerk: Account, clock: FixedClock
) -> None:
    take(title="先来")
    browser = client(clerk)
    assert _titles(browser, "?due=today") == []
    assert _titles(browser, "?due=week") == ["先来"]
    clock.advance(timedelta(hours=20))
    browser = client(clerk)  # the sign-in would be idle for too long
    assert _titles(browser, "?due=today") == ["先来"]
    clock.advance(timedelta(hours=6))
    browser = client(clerk)
    assert _titles(browser, "?due=overdue") == ["先来"]
    assert _titles(browser, "?due=today") == []


def test_a_township_filters_by_community(
    some: None, client: MakeClient, org_tree: OrgTree, as_user: MakeAccount
) -> None:
    browser = client(as_user("township_office", org_tree.township))
    assert _titles(browser) == ["内河街", "燃气", "电梯", "路灯"]
    assert _titles(browser, f"?unit={org_tree.sibling.id}") == ["内河街"]
    # A unit out of reach is no option, so the filter says nothing.
    assert len(_titles(browser, f"?unit={org_tree.other_community.id}")) == 4


def test_pages_follow_each_other_without_gaps_or_repeats(
    take: Any,
    client: MakeClient,
    clerk: Account,
    qimen: Qimen,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for number in range(60):
        take(content=f"第{number}件", title=f"{number}")
    browser = client(clerk)
    for many in (2000, 10):
        monkeypatch.setattr(listing, "MANY", many)
        monkeypatch.setattr(qimen, "recall", Recall())
        first = browser.get("/api/petitions").json()
        second = browser.get(f"/api/petitions?after={first['next']}").json()
        assert first["count"] == second["count"] == 60
        titles = [item["title"] for page in (first, second) for item in page["items"]]
        assert titles == [str(number) for number in reversed(range(60))]
        assert second["next"] == ""


def test_the_page_shows_masked_names_and_the_count(
    take: Any, client: MakeClient, clerk: Account
) -> None:
    take(name="张桂兰", phone="13800006721", title="路灯")
    take(name="李建国", anonymous=True, title="匿名的")
    page = client(clerk).get("/petitions").text
    assert "张**" in page
    assert "匿名" in page
    assert "共 2 条" in page
    for hidden in ("张桂兰", "李建国", "13800006721"):
        assert hidden not in page


def _values(answer: Any) -> list[object]:
    """Every cell of the workbook, and no formula anywhere."""
    assert answer.status_code == 200, answer.text
    with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
        assert "<f>" not in book.read("xl/worksheets/sheet1.xml").decode()
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0)
    return [cell for row in sheet.to_python() for cell in row]


def test_exports_are_text_masked_and_within_reach(
    take: Any, client: MakeClient, clerk: Account, org_tree: OrgTree
) -> None:
    evil = take(title="=1+1", content='=HYPERLINK("http://x")', name="张桂兰")
    take(org_tree.sibling, title="别处")
    other = take(title="普通")
    browser = client(clerk)
    values = _values(browser.get("/petitions/export.xlsx"))
    assert all(isinstance(value, str) for value in values)
    assert "=1+1" in values
    assert "张**" in values
    assert "别处" not in values
    assert "张桂兰" not in values
    picked = _values(browser.post("/petitions/export", data={"ids": [str(other.order_id)]}))
    assert other.number in picked
    assert evil.number not in picked


def test_off_takes_list_search_menu_and_api_of_the_township_and_on_brings_them_back(
    take: Any,
    client: MakeClient,
    clerk: Account,
    org_tree: OrgTree,
    toggle: Toggle,
    qimen: Qimen,
) -> None:
    made = take(title="路灯坏了")
    pages = ("/petitions", "/petitions/new", f"/petitions/{made.order_id}", "/api/petitions")
    browser = client(clerk)
    toggle("petitions", org_tree.township, on=False)
    assert [browser.get(page).status_code for page in pages] == [404] * len(pages)
    with qimen.db.session() as session:
        ctx = clerk.context(session)
        assert not [item for item in qimen.hooks.nav_items(ctx) if item.url == "/petitions"]
        assert qimen.hooks.search(ctx, "路灯") == []
    toggle("petitions", org_tree.township, on=True)
    assert [browser.get(page).status_code for page in pages] == [200] * len(pages)
    with qimen.db.session() as session:
        ctx = clerk.context(session)
        found = [hit.url for hit in qimen.hooks.search(ctx, "路灯")]
    assert found == [f"/petitions/{made.order_id}"]
