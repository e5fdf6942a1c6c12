"""催办 by the resident: by code, once in so many days, told to whoever handles it."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from qimen_core import FixedClock, Qimen
from qimen_core.db.session import unscoped
from qimen_core.outbox import deliver
from qimen_core.testing.accounts import Account
from qimen_core.testing.fixtures import MakeClient
from qimen_orders import Event, OrderHistory
from qimen_petitions.reminding import remind
from qimen_web.notices import latest

REMIND = "/p/petitions/follow/remind"
FOLLOW = "/p/petitions/follow"
PHONE = "13800138000"


def send(browser: Any, address: str, made: Any, **values: str) -> Any:
    page = browser.get(FOLLOW)
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="(\w+)"', page.text))
    typed = {"code": made.code, "tail": PHONE[-4:], "key": "0" * 32} | values
    return browser.post(address, data=hidden | typed)


def reminders(qimen: Qimen, order_id: int) -> list[OrderHistory]:
    wanted = select(OrderHistory).where(
        OrderHistory.order_id == order_id,  # type: ignore[arg-type]
        OrderHistory.event == "remind",  # type: ignore[arg-type]
    )
    with qimen.db.session() as session, unscoped(session):
        return list(session.scalars(wanted))


@pytest.fixture
def waiting(take: Any) -> Any:
    """A petition with a phone, on its way."""
    return take(name="张三", phone=PHONE)


def test_the_page_says_what_it_does_and_takes_it_once_in_its_days(
    client: MakeClient, waiting: Any, qimen: Qimen, clock: FixedClock
) -> None:
    anyone = client()
    asked = send(anyone, FOLLOW, waiting).text
    assert "办理期限不变" in asked
    assert "1 天内不能再催" in asked
    due = re.findall(r"应于此前答复</dt><dd>([^<]+)", asked)
    assert due
    for _again in range(2):  # the same form, pressed twice
        answer = send(anyone, REMIND, waiting)
        assert answer.status_code == 200
        assert "已催办，承办单位会收到提醒" in answer.text
        assert "起可以再催" in answer.text
    other = send(anyone, REMIND, waiting, key="1" * 32)
    assert "这次没有记下" in other.text
    (line,) = reminders(qimen, waiting.order_id)
    assert (line.actor_id, line.actor_name) == (None, "诉求人本人")
    assert re.findall(r"应于此前答复</dt><dd>([^<]+)", other.text) == due
    clock.advance(timedelta(hours=25))
    assert "已催办" in send(client(), REMIND, waiting, key="2" * 32).text
    assert len(reminders(qimen, waiting.order_id)) == 2


@pytest.mark.parametrize("wrong", [{"code": "0000-0000-0000"}, {"tail": "9999"}, {"code": ""}])
def test_whoever_lacks_code_or_phone_reminds_nobody(
    client: MakeClient, waiting: Any, qimen: Qimen, wrong: dict[str, str]
) -> None:
    answer = send(client(), REMIND, waiting, **wrong)
    missed = send(client(), FOLLOW, waiting, **wrong)
    assert (answer.status_code, answer.content) == (missed.status_code, missed.content)
    assert answer.headers["location"] == missed.headers["location"]
    assert reminders(qimen, waiting.order_id) == []


def test_tries_are_throttled_like_those_to_open_a_case(client: MakeClient, waiting: Any) -> None:
    anyone = client()
    answers = {send(anyone, REMIND, waiting, tail="9999").status_code for _nth in range(25)}
    assert answers == {303, 429}


def test_an_answered_case_is_not_reminded_of(
    client: MakeClient, waiting: Any, bring: Any, qimen: Qimen
) -> None:
    bring(waiting.order_id, "replied")
    assert "不能再催" not in send(client(), FOLLOW, waiting).text
    assert "这次没有记下" in send(client(), REMIND, waiting).text
    assert reminders(qimen, waiting.order_id) == []


def test_of_two_at_once_one_counts(qimen: Qimen, waiting: Any) -> None:
    def press(nth: int) -> bool:
        with qimen.db.session() as session:
            return remind(qimen.public_context(session), waiting.order_id, f"{nth:032}")

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(press, range(8))) == 1
    assert len(reminders(qimen, waiting.order_id)) == 1


def test_the_handler_hears_of_it_and_else_the_unit(
    client: MakeClient, take: Any, bring: Any, do: Any, clerk: Account, office: Account,
    qimen: Qimen,
) -> None:  # fmt: skip
    fresh, handled = take(phone=PHONE), take(phone=PHONE)
    bring(handled.order_id, "dispatched")
    do(handled.order_id, Event.CLAIM, clerk)
    deliver(qimen)
    for made in (fresh, handled):
        send(client(), REMIND, made, key=f"{made.order_id:032}")
    deliver(qimen)
    deliver(qimen)  # what is delivered again is told once
    with qimen.db.session() as session:
        told = [each.text for each in latest(clerk.context(session)) if "催办" in each.text]
        above = [each.text for each in latest(office.context(session)) if "催办" in each.text]
    assert sorted(told) == sorted(f"诉求人催办：{made.number}" for made in (fresh, handled))
    assert above == []
