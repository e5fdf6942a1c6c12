"""Messages to residents: what is told, once, never before it can no longer be undone."""

import json
from collections.abc import Callable, Iterable
from datetime import timedelta
from types import ModuleType
from typing import Any

import pytest
import structlog.testing
from sqlalchemy import update

from qimen_core import Context, FixedClock, PluginMeta, Qimen, hookimpl, unit_of_work
from qimen_core.db.bookkeeping import bookkeeping
from qimen_core.events.models import OutboxDelivery
from qimen_core.jobs import run_due
from qimen_core.jobs.upkeep import enqueue_periodic
from qimen_core.messages.channels import MessageChannel, Outgoing
from qimen_core.messages.looking import shown_messages
from qimen_core.messages.receipts import Receipt, take_receipt
from qimen_core.models import Message
from qimen_core.outbox import deliver
from qimen_core.testing.accounts import Account
from qimen_core.testing.fixtures import MakeAccount, MakeApp, MakeClient
from qimen_core.testing.units import OrgTree

Bring = Callable[[int, str], None]
PHONE = "13800138000"
WINDOW = timedelta(seconds=32)


class Gateway:
    """A channel that writes down what it was handed, and fails as often as it is told to."""

    def __init__(self) -> None:
        self.taken: list[Outgoing] = []
        self.failures = 0

    def send(self, _ctx: Context, message: Outgoing) -> str:
        if self.failures:
            self.failures -= 1
            raise ConnectionError(f"cannot reach {message.recipient}")
        self.taken.append(message)
        return "R-1"

    def plugin(self) -> ModuleType:
        module = ModuleType("gateway")

        def message_channels(ctx: Context) -> Iterable[MessageChannel]:
            del ctx
            return [MessageChannel("test", "测试", self.send, order=1)]

        module.meta = PluginMeta("gateway", "网关", core=">=0")  # type: ignore[attr-defined]
        module.message_channels = hookimpl(message_channels)  # type: ignore[attr-defined]
        return module


@pytest.fixture
def gateway() -> Gateway:
    """The channel of `qimen`."""
    return Gateway()


@pytest.fixture
def qimen(qimen_app: MakeApp, gateway: Gateway, provide_plugin: Any) -> Qimen:
    """A deployment with a channel to residents."""
    return qimen_app(["petitions", provide_plugin(gateway.plugin())])


def work(qimen: Qimen, clock: FixedClock, after: timedelta = WINDOW) -> None:
    """Deliver what happened, let some time pass, and run what is due then."""
    deliver(qimen)
    clock.advance(after)
    enqueue_periodic(qimen)
    run_due(qimen)


def states(qimen: Qimen) -> list[str]:
    with qimen.db.session() as session:
        return [each.state for each in reversed(shown_messages(qimen.system_context(session)))]


def test_a_resident_hears_of_each_step_once_and_of_nobody_else(
    qimen: Qimen, take: Any, bring: Bring, clock: FixedClock, gateway: Gateway
) -> None:
    made = take(name="张三", phone=PHONE)
    take(name="李四")  # left no number
    bring(made.order_id, "accepted")
    work(qimen, clock)
    assert [message.recipient for message in gateway.taken] == [PHONE]
    text = gateway.taken[0].text
    assert made.number in text
    assert "已受理" in text
    assert "张三" not in text
    assert made.code not in text
    again(qimen)
    work(qimen, clock)
    assert len(gateway.taken) == 1


def test_a_sealed_complainants_number_enters_no_list_of_messages(
    qimen: Qimen, take: Any, bring: Bring, clock: FixedClock, org_tree: OrgTree
) -> None:
    sealed = take(phone="13900139000", named_unit=org_tree.community.id)
    control = take(phone=PHONE)
    for made in (sealed, control):
        bring(made.order_id, "accepted")
    work(qimen, clock)
    with qimen.db.session() as session:
        shown = shown_messages(qimen.system_context(session))
    assert [each.url for each in shown] == [f"/petitions/{control.order_id}"]


def test_a_reply_that_is_taken_back_in_time_is_never_told(
    qimen: Qimen, take: Any, bring: Bring, clock: FixedClock, gateway: Gateway,
    client: MakeClient, clerk: Account,
) -> None:  # fmt: skip
    undone, kept = (take(phone=PHONE).order_id for _n in range(2))
    for order_id in (undone, kept):
        bring(order_id, "in_progress")
    work(qimen, clock)
    gateway.taken.clear()
    browser = client(clerk)
    for order_id in (undone, kept):
        browser.post(f"/petitions/{order_id}/reply", data={"public_text": "已修好"})
    work(qimen, clock, after=timedelta(seconds=29))
    assert gateway.taken == []
    assert browser.post(f"/petitions/{undone}/undo?event=reply").status_code == 303
    work(qimen, clock)
    # The control: the reply that stands is told, at the first run after its window.
    clock.advance(timedelta(minutes=1))
    work(qimen, clock)
    assert ["已答复" in message.text for message in gateway.taken] == [True]
    assert states(qimen).count("withdrawn") == 1


def test_what_fails_is_tried_again_and_then_seen_and_sent_by_hand(
    qimen: Qimen, take: Any, bring: Bring, clock: FixedClock, gateway: Gateway,
    client: MakeClient, clerk: Account,
) -> None:  # fmt: skip
    made = take(phone=PHONE)
    bring(made.order_id, "accepted")
    gateway.failures = 6
    with structlog.testing.capture_logs() as logs:
        for _try in range(8):
            work(qimen, clock, after=timedelta(hours=1))
            clock.advance(timedelta(hours=23))
    assert states(qimen) == ["dead"]
    assert PHONE not in json.dumps(logs, default=str)
    page = client(clerk).get("/messages").text
    assert "发送失败" in page
    assert "138****8000" in page
    assert PHONE not in page
    message_id = 1
    assert client(clerk).post(f"/messages/{message_id}/again").status_code == 303
    work(qimen, clock, after=timedelta(hours=1))
    assert states(qimen) == ["sent"]
    assert len(gateway.taken) == 1
    assert client(clerk).post(f"/messages/{message_id}/again").status_code == 404


def test_the_case_says_whether_the_message_arrived(
    qimen: Qimen, take: Any, bring: Bring, clock: FixedClock, client: MakeClient, clerk: Account,
    as_user: MakeAccount, org_tree: OrgTree,
) -> None:  # fmt: skip
    made = take(phone=PHONE)
    bring(made.order_id, "accepted")
    work(qimen, clock)
    page = f"/petitions/{made.order_id}"
    browser = client(clerk)
    assert "短信告知诉求人：已发出" in browser.get(page).text
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        assert take_receipt(ctx, "test", Receipt(None, "R-1", "delivered"))
    assert "短信告知诉求人：已送达" in browser.get(page).text
    with qimen.db.session() as session:
        assert not take_receipt(qimen.system_context(session), "other", Receipt(1, "", "failed"))
    # Whoever may not read messages learns nothing of them.
    blind = next(
        role for role in sorted(qimen.registry.roles_with("petitions.order.read"))
        if role not in qimen.registry.roles_with("core.message.read")
    )  # fmt: skip
    shown = client(as_user(blind, org_tree.community)).get(page)
    assert shown.status_code == 200
    assert "短信告知诉求人" not in shown.text


def test_a_worker_that_died_while_sending_leaves_a_message_that_is_seen_and_not_sent_twice(
    qimen: Qimen, take: Any, bring: Bring, clock: FixedClock, gateway: Gateway
) -> None:
    made = take(phone=PHONE)
    bring(made.order_id, "accepted")
    deliver(qimen)
    table = Message.__table__  # type: ignore[attr-defined]
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        with unit_of_work(ctx, "core.message.send") as uow:
            uow.claim(update(Message).where(table.c.state == "waiting").values(state="sending"))
    work(qimen, clock, after=timedelta(minutes=11))
    assert states(qimen) == ["dead"]
    assert gateway.taken == []


def again(qimen: Qimen) -> None:
    way = OutboxDelivery.__table__  # type: ignore[attr-defined]
    with bookkeeping(qimen.db) as book:
        assert book.write(update(way).values(state="pending", not_before=qimen.clock.now()))
