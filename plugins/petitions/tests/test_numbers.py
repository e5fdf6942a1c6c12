"""Every number of a card and of 今日 opens a list that holds as many petitions as it says."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from sqlalchemy import event

from qimen_core import FixedClock, Qimen
from qimen_core.testing.accounts import Account
from qimen_core.testing.fixtures import MakeAccount, MakeClient
from qimen_core.testing.units import OrgTree
from qimen_orders import Event

from .conftest import Do, Take

STAT = re.compile(
    r'<a class="gv-stat[^>]* href="(?P<url>/petitions\?[^"]*)">\s*'
    r'<span class="gv-stat-label">(?P<label>[^<]+)</span>\s*'
    r'<span class="gv-stat-value">(?P<number>[\d,]+)</span>'
)


def _titles(browser: Any, query: str) -> set[str]:
    answer = browser.get(f"/api/petitions?{query}")
    assert answer.status_code == 200, answer.text
    return {item["title"] for item in answer.json()["items"]}


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("mine=handled", {"suspended", "longer", "watched"}),
        ("mine=registered", set()),
        ("mine=decide", set()),  # the clerk stands no level above
        ("focus=returned", {"returned"}),
        ("focus=supervised", {"watched"}),
        ("focus=level2", {"watched"}),
        ("focus=level3", set()),
        ("focus=level9", {"returned", "suspended", "longer", "watched", "done", "new"}),
        ("result=solved", {"done"}),
        ("result=partly", set()),
        ("state=arbitration", {"returned"}),
    ],
)
def test_the_new_filters_narrow_the_list(
    busy: dict[str, int], client: MakeClient, clerk: Account, query: str, titles: set[str]
) -> None:
    assert _titles(client(clerk), query) == titles


def test_what_waits_for_a_decision_is_shown_to_whoever_may_decide(
    busy: dict[str, int], client: MakeClient, office: Account, do: Do, clerk: Account
) -> None:
    browser = client(office)
    assert _titles(browser, "mine=decide") == {"returned", "suspended", "longer"}
    # As the list says, so the engine: each of them can be decided on by this account.
    do(busy["returned"], Event.UPHOLD, office, note="派错了")
    do(busy["longer"], Event.EXTEND, office)
    do(busy["suspended"], Event.SUSPEND, office)
    assert _titles(browser, "mine=decide") == set()
    assert _titles(browser, "focus=returned") == {"returned"}


def test_whoever_asked_is_not_shown_the_own_request(
    take: Take, bring: Callable[[int, str], None], do: Do, client: MakeClient, office: Account,
    as_user: MakeAccount, org_tree: OrgTree,
) -> None:  # fmt: skip
    made = take(title="own").order_id
    bring(made, "dispatched")
    do(made, Event.CLAIM, office)
    do(made, Event.ASK_EXTEND, office, reason="complex", days=2)
    assert _titles(client(office), "mine=decide") == set()
    other = as_user("township_admin", org_tree.township)
    assert _titles(client(other), "mine=decide") == {"own"}


def test_a_person_and_a_lead_come_in_by_the_address_alone(
    busy: dict[str, int], client: MakeClient, clerk: Account, org_tree: OrgTree
) -> None:
    browser = client(clerk)
    assert _titles(browser, f"handler={clerk.id}") == {"suspended", "longer", "watched"}
    assert _titles(browser, f"handler=999999.{clerk.id}") == {"suspended", "longer", "watched"}
    assert _titles(browser, f"lead={org_tree.community.id}&state=closed") == {"done"}
    everything = {*busy}
    for nonsense in ("handler=x", "handler=1..2", "lead=x", f"lead={org_tree.other_county.id}"):
        assert _titles(browser, nonsense) == everything, nonsense


@contextmanager
def _statements(qimen: Qimen) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(*args: Any) -> None:
        seen.append(args[2])

    event.listen(qimen.db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(qimen.db.engine, "before_cursor_execute", note)


def test_the_new_filters_ask_the_database_no_more_than_the_old_ones(
    busy: dict[str, int], qimen: Qimen, client: MakeClient, clerk: Account
) -> None:
    browser = client(clerk)

    def asked(query: str) -> int:
        address = f"/petitions?{query}"
        browser.get(address)
        with _statements(qimen) as seen:
            assert browser.get(address).status_code == 200
        return len(seen)

    usual = asked("urgent=1")
    assert usual > 0
    for query in ("focus=returned", "focus=level2", "mine=handled", "mine=decide", "result=solved"):
        assert asked(query) == usual, query
    # The name of the person or the unit is one more.
    assert asked(f"lead={clerk.unit.id}") == usual + 1


@pytest.mark.parametrize("who", ["clerk", "office"])
def test_every_number_opens_its_list(
    busy: dict[str, int],
    client: MakeClient,
    request: pytest.FixtureRequest,
    org_tree: OrgTree,
    clock: FixedClock,
    who: str,
) -> None:
    clock.advance(timedelta(days=6))  # something is overdue by then
    browser = client(request.getfixturevalue(who))
    unit = org_tree.community.id
    pages = [browser.get(url).text for url in ("/today", f"/petitions/units/{unit}/card")]
    found = [match for page in pages for match in STAT.finditer(page)]
    numbers = {match["label"]: int(match["number"]) for match in found}
    assert len(numbers) >= 8
    assert numbers["已超时"] > 0
    assert numbers["待我裁批" if who == "office" else "退单待裁"] > 0
    for match in found:
        query = unescape(match["url"]).partition("?")[2]
        count = browser.get(f"/api/petitions?{query}").json()["count"]
        assert count == int(match["number"]), (match["label"], query)
