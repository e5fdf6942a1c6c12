"""The supervision board: every number is the length of the list behind it, within reach."""

import re
from datetime import timedelta
from html import unescape

from qimen_core import FixedClock
from qimen_core.testing.accounts import Account
from qimen_core.testing.fixtures import MakeAccount, MakeClient
from qimen_core.testing.units import OrgTree

from .conftest import Take

LINK = re.compile(r'href="/petitions\?([^"]*unit=\d+[^"]*)"[^>]*>(.*?)</a>', re.S)
NUMBER = re.compile(r'(?:stat-value">|gv-t-\w+">|^)([\d,]+)')


def _numbers(page: str) -> list[tuple[str, int]]:
    """Return ``(query, number)`` of every number on the page that opens a list."""
    found = []
    for query, inside in LINK.findall(page.partition("<main")[2]):
        number = NUMBER.search(inside.strip())
        assert number is not None, inside
        found.append((unescape(query), int(number[1].replace(",", ""))))
    return found


def test_every_number_of_the_board_opens_its_list(
    busy: dict[str, int], take: Take, client: MakeClient, office: Account, org_tree: OrgTree,
    clock: FixedClock,
) -> None:  # fmt: skip
    take(org_tree.sibling)
    take(org_tree.township, title="镇上的")
    clock.advance(timedelta(days=6))
    browser = client(office)
    page = browser.get("/petitions/board")
    assert page.status_code == 200
    numbers = _numbers(page.text)
    assert len(numbers) > 15
    for query, number in numbers:
        assert browser.get(f"/api/petitions?{query}").json()["count"] == number, query
    total = {query.partition("unit=")[2]: number for query, number in numbers}
    assert total[f"{org_tree.township.id}&state=open"] == 7
    assert total[f"{org_tree.township.id}&state=arbitration"] == 1
    assert total[f"{org_tree.township.id}&state=open&focus=level2"] == 1


def test_a_board_shows_nothing_out_of_reach_and_goes_down_to_a_community(
    take: Take, client: MakeClient, as_user: MakeAccount, office: Account, org_tree: OrgTree
) -> None:
    take()
    take(org_tree.other_community)
    county = client(as_user("county_office", org_tree.county)).get("/petitions/board").text
    assert f"/petitions/board?unit={org_tree.township.id}" in county
    assert dict(_numbers(county))[f"unit={org_tree.county.id}&state=open"] == 2
    browser = client(office)
    mine = browser.get("/petitions/board").text
    assert "柳溪镇" not in mine
    assert dict(_numbers(mine))[f"unit={org_tree.township.id}&state=open"] == 1
    assert browser.get(f"/petitions/board?unit={org_tree.other_township.id}").status_code == 404
    below = browser.get(f"/petitions/board?unit={org_tree.community.id}").text
    assert dict(_numbers(below))[f"unit={org_tree.community.id}&state=open"] == 1
