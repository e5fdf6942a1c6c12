"""评议会: a sample that can be drawn again, the meeting's score beside the citizen's."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qimen_core import InvalidInput, Qimen
from qimen_core.testing.accounts import Account
from qimen_core.testing.fixtures import MakeAccount, MakeClient
from qimen_core.testing.units import OrgTree
from qimen_petitions.reviewing.forms import ReviewForm
from qimen_petitions.reviewing.meetings import open_review, read_meeting
from qimen_petitions.reviewing.sampling import draw

Bring = Callable[[int, str], None]
DAY = date(2026, 3, 2)


# On a busy machine the first draw alone can take seconds, which says nothing about the sample.
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sets(st.integers(1, 10_000), min_size=1, max_size=60), st.integers(1, 80), st.text())
def test_the_same_seed_draws_the_same_sample_whatever_the_order(
    ids: set[int], size: int, seed: str
) -> None:
    drawn = draw(sorted(ids, reverse=True), size, seed)
    assert drawn == draw(ids, size, seed)
    assert len(drawn) == len(set(drawn)) == min(size, len(ids))
    assert set(drawn) <= ids


def form(unit_id: int | None, **values: Any) -> ReviewForm:
    facts: dict[str, Any] = {"held_on": DAY, "start": DAY, "end": DAY, "size": 2} | values
    return ReviewForm(unit_id=unit_id, **facts)


def opened(qimen: Qimen, account: Account, **values: Any) -> int:
    with qimen.db.session() as session:
        return open_review(account.context(session), form(account.unit.id, **values), "seed")


def test_only_what_was_closed_there_in_the_span_is_drawn(
    qimen: Qimen, clerk: Account, take: Any, bring: Bring, org_tree: OrgTree
) -> None:
    closed = [take().order_id for _n in range(3)]
    for order_id in closed:
        bring(order_id, "closed")
    take(unit=org_tree.sibling)
    bring(take().order_id, "replied")
    review_id = opened(qimen, clerk)
    with qimen.db.session() as session:
        meeting = read_meeting(clerk.context(session), review_id)
    assert [item.order_id for item in meeting.sample] == draw(closed, 2, "seed")
    assert meeting.drawn_from == 3
    with pytest.raises(InvalidInput, match="没有办结"):
        opened(qimen, clerk, start=date(2026, 2, 1), end=date(2026, 2, 2))


def test_the_meeting_scores_each_then_concludes_and_differences_are_listed(
    qimen: Qimen, clerk: Account, take: Any, bring: Bring, client: MakeClient,
    as_user: MakeAccount, org_tree: OrgTree,
) -> None:  # fmt: skip
    for _n in range(2):
        bring(take().order_id, "closed")  # both residents are satisfied
    address = f"/petitions/reviews/{opened(qimen, clerk)}"
    browser = client(clerk)
    outcome = {"present": "9", "outcome": "总体满意", "version": "1"}
    early = browser.post(f"{address}/finish", data=outcome)
    assert early.status_code == 422
    assert "还有 2 件没有评议" in early.text
    for item_id, score in ((1, "satisfied"), (2, "dissatisfied")):
        typed = {"score": score, "remark": "只补了一半"}
        assert browser.post(f"{address}/items/{item_id}", data=typed).status_code == 303
    page = browser.get(address).text
    assert "诉求人“满意”，评议会“不满意”（只补了一半）" in page
    assert "诉求人“满意”，评议会“满意”" not in page
    assert browser.post(f"{address}/finish", data=outcome).status_code == 303
    assert "总体满意" in browser.get(address).text
    late = browser.post(f"{address}/items/1", data={"score": "fairly"})
    assert late.status_code == 409
    stranger = client(as_user("community_clerk", org_tree.sibling))
    assert stranger.get(address).status_code == 404
    assert stranger.post(f"{address}/finish", data=outcome).status_code == 404


def test_the_form_draws_and_keeps_what_was_typed_when_nothing_was_closed(
    client: MakeClient, clerk: Account, take: Any, bring: Bring
) -> None:
    bring(take().order_id, "closed")
    browser = client(clerk)
    assert browser.get("/petitions/reviews/new").status_code == 200
    typed = {"unit_id": clerk.unit.id, "held_on": "2026-03-02", "size": "7"}
    none = browser.post(
        "/petitions/reviews/new", data=typed | {"start": "2026-01-01", "end": "2026-01-02"}
    )
    assert none.status_code == 422
    assert 'value="7"' in none.text
    made = browser.post(
        "/petitions/reviews/new", data=typed | {"start": "2026-03-01", "end": "2026-03-02"}
    )
    assert made.status_code == 303
    assert "评议中" in browser.get("/petitions/reviews").text
