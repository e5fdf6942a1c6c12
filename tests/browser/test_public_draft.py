"""The draft of the public form: the matter outlives the tab for a day, the person does not."""

from collections.abc import Callable, Sequence

import pytest
from playwright.sync_api import Page, expect

from qimen_core.testing.units import OrgTree

Visit = Callable[..., Page]
MATTER = "三组的灌溉渠堵了，影响秋播"
STORED = "Object.keys(localStorage).filter(key => key.startsWith('petitions-draft:')).length"


@pytest.fixture
def plugins() -> Sequence[str]:
    return ("web", "orders", "petitions")


def in_a_new_tab(page: Page) -> None:
    """Forget what only the tab knows, as closing it does."""
    page.evaluate("sessionStorage.clear()")
    page.reload()


def test_the_matter_is_kept_until_it_is_sent_and_the_person_is_not(
    visit: Visit, org_tree: OrgTree
) -> None:
    page = visit(f"/p/petitions/{org_tree.community.code}")
    page.get_by_label("什么事").fill(MATTER)
    page.get_by_label("您的电话").fill("13800006721")
    kept = page.evaluate("JSON.stringify(localStorage)")
    assert MATTER in kept
    assert "13800006721" not in kept
    in_a_new_tab(page)
    expect(page.get_by_label("什么事")).to_have_value(MATTER)
    expect(page.get_by_label("您的电话")).to_have_value("")
    page.get_by_label("您的电话").fill("13800006721")
    page.get_by_role("button", name="提交").click()
    expect(page.locator("[data-tracking-code]")).to_be_visible()
    assert page.evaluate(STORED) == 0


def test_a_draft_is_gone_after_a_day_and_when_it_is_cleared(
    visit: Visit, org_tree: OrgTree
) -> None:
    page = visit(f"/p/petitions/{org_tree.community.code}")
    page.get_by_label("什么事").fill(MATTER)
    page.evaluate(
        "for (const key of Object.keys(localStorage)) {"
        " const draft = JSON.parse(localStorage.getItem(key)); draft.at -= 25 * 3600000;"
        " localStorage.setItem(key, JSON.stringify(draft)); }"
    )
    in_a_new_tab(page)
    expect(page.get_by_label("什么事")).to_have_value("")
    assert page.evaluate(STORED) == 0
    page.get_by_label("什么事").fill(MATTER)
    in_a_new_tab(page)
    page.get_by_role("button", name="清除").click()
    assert page.evaluate(STORED) == 0
