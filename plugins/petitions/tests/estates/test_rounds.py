"""Rounds: what is rated is fixed when one opens, once an estate at a time, and told with n."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from qimen_core import Conflict, InvalidInput, Qimen, scope, unit_of_work
from qimen_core.metrics import compute
from qimen_core.org.queries import get_unit
from qimen_core.settings_store import put, stamp
from qimen_core.testing.accounts import Account
from qimen_core.testing.fixtures import MakeAccount, MakeClient
from qimen_core.testing.units import OrgTree
from qimen_petitions.estates.items import ItemForm, change_item, get_item
from qimen_petitions.estates.metrics import RATING_METRICS
from qimen_petitions.estates.models import Answer, Score

Add = Callable[..., int]


def test_a_round_goes_through_its_states_and_nowhere_else(
    add: Add, plan: Any, client: MakeClient, clerk: Account
) -> None:
    empty = plan()
    with pytest.raises(InvalidInput, match="没有小区"):
        empty.step("open")
    add()
    rating = plan()
    with pytest.raises(Conflict, match="未开始"):
        rating.step("close")
    rating.step("open", "close", "reopen", "close", "confirm", "withdraw", "confirm")
    assert rating.seen().state == "confirmed"
    address = f"/petitions/ratings/rounds/{rating.round_id}"
    browser = client(clerk)
    assert "已公示" in browser.get(address).text
    version = rating.seen().version
    # The step that publishes asks for its own right, so it has its own address.
    wrong = browser.post(f"{address}/step", data={"event": "withdraw", "version": version})
    assert wrong.status_code == 409
    stale = browser.post(f"{address}/publish", data={"event": "withdraw", "version": version - 1})
    assert stale.status_code == 409
    right = browser.post(f"{address}/publish", data={"event": "withdraw", "version": version})
    assert right.status_code == 303


def test_an_estate_is_never_in_two_open_rounds(add: Add, plan: Any) -> None:
    add()
    first, second = plan(), plan(name="重复的一轮")
    first.step("open")
    with pytest.raises(Conflict, match="另一轮"):
        second.step("open")
    assert second.seen().state == "planned"
    first.step("close")
    second.step("open")
    with pytest.raises(Conflict, match="另一轮"):
        first.step("reopen")


def test_items_and_least_are_those_of_the_opening(
    rating: Any, qimen: Qimen, org_tree: OrgTree
) -> None:
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        row = get_item(session, "clean")
        typed = ItemForm(**{**row.model_dump(), "weight": 99, "label": "改过的"})
        change_item(ctx, "clean", typed)
        with unit_of_work(ctx, "core.setting.manage") as uow:
            place = get_unit(ctx, org_tree.community.id or 0)
            values: dict[str, object] = {"rating_least": 1}
            put(uow, "petitions", place, values, stamp(ctx, "petitions", place))
    seen = rating.seen()
    assert seen.least == 10
    first = next(item for item in seen.items if item.code == "clean")
    assert (first.label, first.weight) == ("清洁卫生", 20)


def test_a_score_is_told_with_n_and_not_below_the_least(
    rating: Any, client: MakeClient, clerk: Account
) -> None:
    rating.fill(9)
    (few,) = rating.results()
    assert (few.n, few.shown, few.score) == (9, False, None)
    page = client(clerk).get(f"/petitions/ratings/estates/{few.id}").text
    assert "不公布" in page
    assert "2.90" not in page
    rating.answer("13900000001", "dissatisfied")
    (enough,) = rating.results()
    # 0.2·4 + 0.2·3 + 0.2·2 + 0.1·5 + 0.15·1 + 0.15·3
    assert enough.score == pytest.approx(2.9)
    page = client(clerk).get(f"/petitions/ratings/estates/{few.id}").text
    assert "2.90" in page
    assert "n = 10" in page
    assert (enough.satisfied.numerator, enough.satisfied.denominator) == (9, 10)
    assert (enough.reached.numerator, enough.reached.denominator) == (10, 40)


def test_what_a_household_does_not_know_counts_nowhere(rating: Any, qimen: Qimen) -> None:
    rating.fill(10, scores={"clean": 5})
    (result,) = rating.results()
    assert result.score == 5
    assert [each.tally.n for each in result.figures] == [10, 0, 0, 0, 0, 0]
    with (
        qimen.db.session() as session,
        scope(session, qimen.system_context(session), "petitions.rating.read"),
    ):
        assert len(session.scalars(select(Score)).all()) == 10


def test_a_round_is_compared_with_the_last_one_published(rating: Any, plan: Any) -> None:
    rating.fill(10)
    rating.step("close")
    second = plan(name="第一季度评价", start=date(2026, 1, 1), end=date(2026, 3, 31))
    second.step("open")
    second.fill(10, scores={"clean": 5})
    assert second.results()[0].last is None  # not published yet
    rating.step("confirm")
    (result,) = second.results()
    assert result.last.round.id == rating.round_id
    assert result.figures[0].change == pytest.approx(1.0)
    assert result.figures[1].change is None


def test_a_township_s_round_is_the_community_s_to_read_and_not_to_move(
    add: Add, plan: Any, client: MakeClient, clerk: Account, as_user: MakeAccount,
    org_tree: OrgTree,
) -> None:  # fmt: skip
    add()
    add("北门小区", org_tree.sibling)
    rating = plan(as_user("township_office", org_tree.township))
    rating.step("open")
    browser = client(clerk)
    address = f"/petitions/ratings/rounds/{rating.round_id}"
    page = browser.get(address).text
    assert "东门小区" in page
    assert "北门小区" not in page
    assert rating.seen().name in browser.get("/petitions/ratings").text
    refused = browser.post(f"{address}/step", data={"event": "close", "version": "2"})
    assert refused.status_code in (403, 404)
    assert rating.seen().state == "open"
    stranger = client(as_user("community_clerk", org_tree.other_community))
    assert stranger.get(address).status_code == 404


def test_the_two_figures_count_rows_of_rounds_that_are_over(
    rating: Any, add: Add, plan: Any, qimen: Qimen, clerk: Account, client: MakeClient
) -> None:
    def figures() -> list[tuple[int, int | None]]:
        with qimen.db.session() as session:
            ctx = clerk.context(session)
            found = [compute(ctx, metric, "", None) for metric in RATING_METRICS]
        return [(each.numerator, each.denominator) for each in found]

    rating.fill(3)
    rating.answer("13900000001", "dissatisfied")
    assert figures() == [(0, 0), (0, 0)]
    rating.step("close")
    assert figures() == [(4, 40), (3, 4)]
    add("户数不清的小区", households=0)
    second = plan()
    second.step("open")
    second.fill(2, nth=1)
    second.step("close")
    # The second round knows 40 households again; the estate without a number is in neither.
    assert figures() == [(4, 80), (5, 6)]
    page = client(clerk).get("/petitions/ratings/results").text
    assert "4/80" in page
    assert "5/6" in page


def test_nothing_but_a_keyed_hash_tells_who_answered(rating: Any, qimen: Qimen) -> None:
    rating.answer("13812345678")
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        with scope(session, ctx, "petitions.rating.read"):
            row = session.scalars(select(Answer)).one()
            assert len(row.voter) == 64
            assert "13812345678" not in row.model_dump_json()
            assert "created" not in " ".join(row.model_dump())  # a day, no moment
