"""The resident's page: no account, one required answer, once a household, nothing kept of who."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from qimen_core import FixedClock, Qimen
from qimen_core.testing.fixtures import MakeClient, Toggle
from qimen_core.testing.units import OrgTree
from qimen_petitions.estates.voters import slip_code, slip_number

Hidden = Callable[[str], dict[str, str]]


@pytest.fixture
def page_of(rating: Any) -> str:
    return f"/p/petitions/rate/{rating.results()[0].code}"


@pytest.fixture
def send(client: MakeClient, page_of: str, hidden: Hidden) -> Callable[..., Any]:
    browser = client()

    def post(**values: str) -> Any:
        fields = {**hidden(browser.get(page_of).text), "overall": "fairly", "proof": "13812345678"}
        return browser.post(page_of, data={**fields, **values})

    return post


def test_only_the_whole_and_the_proof_must_be_said(send: Callable[..., Any], rating: Any) -> None:
    lacking = send(overall="", item_clean="5", proof="")
    assert lacking.status_code == 422
    assert "请选择总体评价" in lacking.text
    assert 'name="item_clean" value="5" checked' in lacking.text
    done = send()
    assert done.status_code == 200
    assert "已收到" in done.text
    (result,) = rating.results()
    assert (result.n, result.counted.web, result.counted.opinion.fairly) == (1, 1, 1)


def test_the_same_phone_counts_once_however_it_is_written(
    send: Callable[..., Any], rating: Any
) -> None:
    assert send(proof="138 1234 5678").status_code == 200
    again = send(proof="+86 13812345678", overall="dissatisfied")
    assert again.status_code == 422
    assert "已经评过" in again.text
    assert "手机号不对" in send(proof="12345").text
    (result,) = rating.results()
    assert (result.n, result.counted.opinion.fairly) == (1, 1)


def test_the_same_form_sent_twice_counts_once_and_is_no_error(
    client: MakeClient, page_of: str, hidden: Hidden, rating: Any
) -> None:
    browser = client()
    fields = {**hidden(browser.get(page_of).text), "overall": "fairly", "proof": "13812345678"}
    assert [browser.post(page_of, data=fields).status_code for _each in range(2)] == [200, 200]
    assert rating.results()[0].n == 1


def test_before_the_first_and_after_the_last_day_nothing_is_taken(
    client: MakeClient, page_of: str, clock: FixedClock, rating: Any, hidden: Hidden
) -> None:
    browser = client()
    fields = {**hidden(browser.get(page_of).text), "overall": "fairly", "proof": "13812345678"}
    clock.advance(timedelta(days=15))
    assert "没有开放的评价" in browser.get(page_of).text
    assert browser.post(page_of, data=fields).status_code == 409
    # Paper that came in on the last day may still be typed in until the round is closed.
    rating.answer("13800000009", channel="paper")
    assert rating.results()[0].n == 1


def test_a_slip_s_code_is_of_one_estate_and_round_and_cannot_be_made_up(
    add: Any, plan: Any, client: MakeClient, hidden: Hidden, qimen: Qimen
) -> None:
    add()
    rating = plan(proof="slip")
    rating.step("open")
    (result,) = rating.results()
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        codes = [slip_code(ctx, result.id, number) for number in (1, 2)]
        assert slip_number(ctx, result.id, codes[1].lower().replace("-", " ")) == 2
        assert slip_number(ctx, result.id + 1, codes[0]) == 0
        other = "0" if codes[0][-1] != "0" else "1"
        assert slip_number(ctx, result.id, codes[0][:-1] + other) == 0
    browser = client()
    address = f"/p/petitions/rate/{result.code}"
    said = []
    for code in (codes[0], codes[0], codes[1], "000-000-000"):
        fields = {**hidden(browser.get(address).text), "overall": "satisfied", "proof": code}
        said.append(browser.post(address, data=fields).status_code)
    assert said == [200, 422, 200, 422]
    # On paper it is the same code, so the household that did both counts once.
    with pytest.raises(Exception, match="用过，请核对"):
        rating.answer(codes[1], channel="paper")


def test_where_petitions_are_off_no_estate_is_there(
    client: MakeClient, page_of: str, toggle: Toggle, org_tree: OrgTree, hidden: Hidden
) -> None:
    browser = client()
    fields = {**hidden(browser.get(page_of).text), "overall": "fairly", "proof": "13812345678"}
    toggle("petitions", org_tree.township, on=False)
    assert browser.get(page_of).status_code == 404
    assert browser.post(page_of, data=fields).status_code == 404
    toggle("petitions", org_tree.township, on=True)
    assert browser.post(page_of, data=fields).status_code == 200
    assert browser.get("/p/petitions/rate/zzzzzz").status_code == 404
