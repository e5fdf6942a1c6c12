"""Hot issues: people count, votes are damped, places stay apart, nothing out of reach."""

from typing import Any

import pytest

from qimen_core.testing.accounts import Account
from qimen_core.testing.fixtures import MakeAccount, MakeClient
from qimen_core.testing.units import OrgTree
from qimen_petitions.analysis.hot import Said, hot_issues, people_of

NOISE = "{place}旁边的搅拌站夜里施工，噪音太大，睡不着"


def said(
    number: int, person: str, place: str = "丽景新城", *, votes: int = 0, unit: str = ""
) -> Said:
    text = NOISE.format(place=place)
    return Said(number, text, text, person=person, votes=votes, unit=unit)


def test_ten_messages_of_one_person_are_one_person() -> None:
    assert hot_issues([said(at, "a") for at in range(10)], people=2) == []
    issues = hot_issues([*(said(at, "a") for at in range(10)), said(11, "b")], people=2)
    assert [(issue.people, len(issue.said)) for issue in issues] == [(2, 11)]


def test_of_the_nameless_every_two_count_as_one() -> None:
    assert people_of([said(1, ""), said(2, ""), said(3, "a")]) == 2


def test_a_campaign_of_votes_does_not_outweigh_those_who_say_it_themselves() -> None:
    few = [said(at, f"p{at}", "梅山家园", votes=200) for at in range(3)]
    many = [said(100 + at, f"q{at}", "丽景新城") for at in range(20)]
    issues = hot_issues([*few, *many])
    assert [issue.place for issue in issues] == ["丽景新城", "梅山家园"]
    assert issues[1].votes == 600  # counted in full, weighed as a logarithm
    assert issues[1].heat < 3 + 10


def test_the_same_words_of_two_estates_are_two_issues_and_of_two_units_as_well() -> None:
    rows = [said(at, f"p{at}", place) for at, place in enumerate(["丽景新城", "梅山家园"] * 3)]
    assert sorted(issue.place for issue in hot_issues(rows)) == ["丽景新城", "梅山家园"]
    rows = [said(at, f"p{at}", unit=unit) for at, unit in enumerate(["0001", "0002"] * 3)]
    assert sorted(issue.unit for issue in hot_issues(rows)) == ["0001", "0002"]


def test_two_matters_of_one_place_are_two_issues() -> None:
    noise = [said(at, f"p{at}") for at in range(3)]
    text = "丽景新城幼儿园报名条件是什么，外地户口可以吗"
    school = [Said(10 + at, text, text, person=f"q{at}") for at in range(4)]
    assert [len(issue.said) for issue in hot_issues([*noise, *school])] == [4, 3]


def phones(count: int) -> list[str]:
    return [f"1380000{number:04}" for number in range(1, count + 1)]


@pytest.fixture
def loud(take: Any) -> list[int]:
    """Four people on one matter, one of them twice."""
    text = NOISE.format(place="丽景新城")
    who = [*phones(4), phones(1)[0]]
    return [take(content=text, phone=phone, name="张三").order_id for phone in who]


def test_the_page_counts_people_and_every_number_opens_its_list(
    loud: list[int], client: MakeClient, clerk: Account
) -> None:
    browser = client(clerk)
    page = browser.get("/petitions/hot").text
    assert "丽景新城" in page
    address = f"/petitions/hot/{loud[-1]}?days=90"
    assert address in page
    assert f'<a href="{address}">5</a>' in page
    shown = browser.get(address).text
    assert all(f'href="/petitions/{order_id}"' in shown for order_id in loud)


def test_nothing_from_out_of_reach_counts_or_shows(
    loud: list[int], client: MakeClient, as_user: MakeAccount, org_tree: OrgTree, take: Any
) -> None:
    stranger = client(as_user("community_clerk", org_tree.sibling))
    assert "这段时间没有热点" in stranger.get("/petitions/hot").text
    assert stranger.get(f"/petitions/hot/{loud[0]}").status_code == 404
    text = NOISE.format(place="丽景新城")
    for phone in phones(2):  # the same words in the neighbours' community: two people, no issue
        take(unit=org_tree.sibling, content=text, phone=phone, name="李四")
    assert "这段时间没有热点" in stranger.get("/petitions/hot").text
    above = client(as_user("county_office", org_tree.county)).get("/petitions/hot").text
    assert ">5<" in above
    assert ">7<" not in above


def test_a_request_of_no_issue_says_so(take: Any, client: MakeClient, clerk: Account) -> None:
    made = take()
    page = client(clerk).get(f"/petitions/hot/{made.order_id}")
    assert page.status_code == 200
    assert "目前不在热点中" in page.text
