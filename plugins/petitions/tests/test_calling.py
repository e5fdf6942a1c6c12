"""评议: whom to call, by whom not, three tries, the next; and the resident's own word by code."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from qimen_core import FixedClock, Qimen, scope
from qimen_core.outbox import deliver
from qimen_core.testing.accounts import Account
from qimen_core.testing.fixtures import MakeAccount, MakeClient
from qimen_core.testing.units import OrgTree
from qimen_orders import Order, OrderHistory
from qimen_petitions.calling.waiting import next_call, waiting_calls
from qimen_web.notices import latest

Bring = Callable[[int, str], None]
DAY = timedelta(hours=25)
EVALUATE = "/p/petitions/follow/evaluate"
CONTENT = {"result": "solved", "satisfaction": "satisfied"}
PHONE = "13800138000"


def order_of(qimen: Qimen, order_id: int) -> Order:
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        with scope(session, ctx, "petitions.order.read"):
            order = session.get_one(Order, order_id)
            session.expunge(order)
    return order


def evaluate(browser: Any, made: Any, **values: str) -> Any:
    """Send the form of an evaluation as the page holds it, with ``values`` in place of some."""
    page = browser.get("/p/petitions/follow")
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="(\w+)"', page.text))
    typed = {"code": made.code, "tail": PHONE[-4:], "key": "0" * 32} | CONTENT | values
    return browser.post(EVALUATE, data=hidden | typed)


@pytest.fixture
def replied(take: Any, bring: Bring) -> Callable[..., Any]:
    """A function that takes a petition down and answers it."""

    def make(**facts: Any) -> Any:
        made = take(**{"name": "张三", "phone": PHONE} | facts)
        bring(made.order_id, "replied")
        return made

    return make


def test_a_call_is_due_some_time_after_the_reply_and_again_after_a_miss(
    client: MakeClient, clerk: Account, clock: FixedClock, replied: Any, qimen: Qimen
) -> None:
    made = replied()

    def due() -> list[bool]:
        with qimen.db.session() as session:
            return [call.callable for call in waiting_calls(clerk.context(session))]

    assert due() == [False]
    clock.advance(DAY)
    assert due() == [True]
    missed = client(clerk).post(f"/petitions/{made.order_id}/call/missed")
    assert missed.status_code == 303
    assert due() == [False]
    clock.advance(timedelta(hours=5))
    assert due() == [True]
    assert "1 / 3 次未接通" in client(clerk).get("/petitions/callbacks").text


def test_who_handled_a_petition_is_not_asked_to_call_about_it(
    clerk: Account, as_user: MakeAccount, org_tree: OrgTree, clock: FixedClock, take: Any,
    bring: Bring, client: MakeClient, qimen: Qimen,
) -> None:  # fmt: skip
    made = take(phone=PHONE)
    bring(made.order_id, "dispatched")
    browser = client(clerk)
    with qimen.db.session() as session:
        name = clerk.context(session).actor.name
    claimed = browser.post(f"/petitions/{made.order_id}/claim", data={"handler_name": name})
    assert claimed.status_code == 303
    browser.post(f"/petitions/{made.order_id}/reply", data={"public_text": "已修好"})
    clock.advance(DAY)
    colleague = as_user("township_office", org_tree.township)
    with qimen.db.session() as session:
        assert next_call(clerk.context(session)) is None
        assert next_call(colleague.context(session)) == made.order_id
    browser = client(clerk)
    assert "您是承办人，由同事回访" in browser.get("/petitions/callbacks").text
    typed = CONTENT | {"caller_name": name}
    refused = browser.post(f"/petitions/{made.order_id}/call", data=typed)
    assert refused.status_code == 422
    assert "回访人不能是承办人" in refused.text


def test_the_page_says_what_to_say_and_leads_to_the_next_one(
    client: MakeClient, clerk: Account, clock: FixedClock, replied: Any
) -> None:
    first, second = replied(), replied()
    clock.advance(DAY)
    browser = client(clerk)
    page = browser.get(f"/petitions/{first.order_id}/call").text
    assert "我是城东社区的工作人员。您反映的“路灯不亮，晚上看不清台阶”" in page
    assert PHONE not in page
    typed = CONTENT | {"caller_name": "李四", "note": "他说亮了"}
    answer = browser.post(f"/petitions/{first.order_id}/call", data=typed)
    assert answer.headers["location"].endswith(f"/petitions/{second.order_id}/call")
    answer = browser.post(f"/petitions/{second.order_id}/call", data=typed)
    assert answer.headers["location"].endswith("/petitions/callbacks")
    assert order_of(clerk.qimen, first.order_id).satisfaction == "satisfied"


def test_an_unhappy_resident_is_served_anew_at_once_with_ground(
    client: MakeClient, clerk: Account, replied: Any
) -> None:
    made = replied()
    address = f"/petitions/{made.order_id}/call"
    browser, typed = client(clerk), {"caller_name": "李四", "redo": "1", "note": ""}
    content = browser.post(address, data=CONTENT | typed)
    assert content.status_code == 422
    assert "只有未解决或不满意的才能重办" in content.text
    unhappy = {"result": "partly", "satisfaction": "dissatisfied"} | typed
    assert browser.post(address, data=unhappy).status_code == 422
    assert order_of(clerk.qimen, made.order_id).state == "replied"  # nothing is half done
    unhappy["note"] = "只亮了一盏"
    assert browser.post(address, data=unhappy).status_code == 303
    order = order_of(clerk.qimen, made.order_id)
    assert (order.state, order.round) == ("in_progress", 2)


def test_a_resident_evaluates_once_by_code_however_often_it_is_sent(
    client: MakeClient, replied: Any, qimen: Qimen
) -> None:
    made = replied()
    anyone = client()
    for _again in range(2):
        answer = evaluate(anyone, made)
        assert answer.status_code == 200
        assert "评价已收到" in answer.text
        assert "已解决，满意" in answer.text
    other = evaluate(anyone, made, satisfaction="dissatisfied", key="1" * 32)
    assert "已解决，满意" in other.text
    order = order_of(qimen, made.order_id)
    assert (order.state, order.satisfaction) == ("evaluated", "satisfied")
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        with scope(session, ctx, "petitions.order.read"):
            lines = session.scalars(select(OrderHistory).where(OrderHistory.event == "callback"))  # type: ignore[arg-type]
            assert [line.subject_name for line in lines] == ["诉求人本人"]


@pytest.mark.parametrize("wrong", [{"code": "0000-0000-0000"}, {"tail": "9999"}, {"code": ""}])
def test_whoever_lacks_code_or_phone_evaluates_nothing(
    client: MakeClient, replied: Any, qimen: Qimen, wrong: dict[str, str]
) -> None:
    made = replied()
    answer = evaluate(client(), made, **wrong)
    assert answer.status_code == 303
    assert answer.headers["location"].endswith("?missed=1")
    assert order_of(qimen, made.order_id).state == "replied"


def test_too_late_or_before_the_reply_nothing_is_taken(
    client: MakeClient, replied: Any, take: Any, qimen: Qimen, clock: FixedClock
) -> None:
    early, late = take(phone=PHONE), replied()
    asked = evaluate(client(), replied(), result="").text
    assert "您怎么看这次办理" in asked
    assert "您怎么看这次办理" not in evaluate(client(), early).text
    clock.advance(timedelta(days=31))
    assert "您怎么看这次办理" not in evaluate(client(), late).text
    assert order_of(qimen, early.order_id).state == "submitted"
    assert order_of(qimen, late.order_id).state == "replied"


def test_an_evaluation_without_its_answers_is_asked_again_and_keeps_what_was_said(
    client: MakeClient, replied: Any
) -> None:
    made = replied()
    answer = evaluate(client(), made, result="", note="还差一盏")
    assert answer.status_code == 422
    assert "请选择问题解决了吗" in answer.text
    assert "还差一盏" in answer.text


def test_the_unit_hears_of_an_unhappy_resident_and_not_of_a_happy_one(
    client: MakeClient, replied: Any, clerk: Account, qimen: Qimen
) -> None:
    happy, unhappy = replied(), replied()
    evaluate(client(), happy)
    evaluate(client(), unhappy, result="unsolved", key="2" * 32)
    deliver(qimen)
    with qimen.db.session() as session:
        told = [notice.text for notice in latest(clerk.context(session)) if "评价" in notice.text]
    assert told == [f"诉求人评价为未解决或不满意：{unhappy.number}，请看是否重办"]
