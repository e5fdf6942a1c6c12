"""The rates of petitions: every number opens the rows that it counts."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from qimen_core.testing.accounts import Account
from qimen_core.testing.fixtures import MakeAccount, MakeClient
from qimen_core.testing.units import OrgTree

NUMBER = re.compile(r'href="(/petitions/figures/(\w+)/(\w+)\?[^"]*)">([\d,]+)<')


def test_every_number_opens_as_many_rows_as_it_says(
    take: Any, client: MakeClient, clerk: Account, bring: Callable[[int, str], None]
) -> None:
    for state in ("closed", "closed", "replied", "in_progress"):
        bring(take().order_id, state)
    take()
    browser = client(clerk)
    page = browser.get("/petitions/figures")
    assert page.status_code == 200
    numbers = NUMBER.findall(page.text)
    assert len(numbers) > 20
    for address, name, part, number in numbers:
        behind = browser.get(address.replace("&amp;", "&")).text
        rows = re.findall(r'href="/petitions/\d+"', behind)
        assert len(rows) == int(number), (name, part)
    told = {(name, part): int(number) for _address, name, part, number in numbers}
    assert told["orders_received", "numerator"] == 5
    assert (told["orders_solved_rate", "numerator"], told["orders_solved_rate", "denominator"]) == (
        2,
        2,
    )
    assert "n=2" in page.text


def test_a_period_and_a_unit_narrow_the_numbers(
    take: Any, client: MakeClient, org_tree: OrgTree, as_user: MakeAccount
) -> None:
    take()
    take(org_tree.sibling)
    browser = client(as_user("township_office", org_tree.township))

    def received(**query: object) -> int:
        text = browser.get("/petitions/figures", params=query).text
        found = {name: int(number) for _a, name, _part, number in NUMBER.findall(text)}
        return found["orders_received"]

    assert received() == received(period="2026-03") == received(period="") == 2
    assert received(period="2025") == 0
    assert received(unit=org_tree.sibling.id) == 1


@pytest.mark.parametrize("period", ["三月", "2026-13"])
def test_a_period_that_cannot_be_read_is_said_in_chinese(
    client: MakeClient, clerk: Account, period: str
) -> None:
    answer = client(clerk).get("/petitions/figures", params={"period": period})
    assert answer.status_code == 422
    assert "写法" in answer.text
    assert f'value="{period}"' in answer.text


def test_elsewhere_and_unknown_is_not_found(
    client: MakeClient, clerk: Account, org_tree: OrgTree
) -> None:
    browser = client(clerk)
    for address in (
        f"/petitions/figures?unit={org_tree.other_community.id}",
        "/petitions/figures?unit=x",
        "/petitions/figures/nothing/numerator",
        "/petitions/figures/orders_received/denominator",
        "/petitions/figures/orders_on_time_rate/half",
    ):
        assert browser.get(address).status_code == 404, address
