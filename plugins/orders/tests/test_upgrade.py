"""The revision that brought the whole table goes up and down with rows in place."""

from typing import Any

from sqlalchemy import func, select

from qimen_core import Qimen, scope
from qimen_core.db import migrate
from qimen_core.testing.fixtures import MakeAccount
from qimen_core.testing.units import OrgTree
from qimen_orders import Event, Inputs, Order
from qimen_orders.models import OrderClock, OrderHistory, OrderPause

BEFORE = "orders_0002"


def test_the_whole_table_goes_down_and_up_again_with_its_rows(
    desk: Any, qimen: Qimen, org_tree: OrgTree, as_user: MakeAccount
) -> None:
    order_id = desk.create()
    desk.bring(order_id, (Event.SUBMIT, Event.ACCEPT, Event.DISPATCH))
    desk.move(order_id, Event.RETURN, Inputs(reason="not_ours"))
    office = as_user("township_office", org_tree.township)
    with qimen.db.session() as session:
        above = type(desk)(office.context(session), org_tree)
        above.move(order_id, Event.UPHOLD, Inputs(note="同意"))
    desk.move(order_id, Event.DISPATCH)  # a second claim clock, and a pause of the handling clock
    before = _rows(desk)
    assert before["clocks"] == 4
    desk.ctx.session.rollback()

    migrate.downgrade(qimen, "orders", BEFORE)
    assert {each.plugin: each.current for each in migrate.status(qimen)}["orders"] == BEFORE
    migrate.upgrade(qimen, "orders")
    assert migrate.differences(qimen, "orders") == []

    after = _rows(desk)
    # Of two clocks of one kind in a round the older schema holds the last one.
    assert after == {**before, "clocks": 3}
    facts = desk.read(order_id)
    assert facts.order.taker == f"unit:{org_tree.community.id}"
    assert facts.lead == org_tree.community.name
    assert [line.lead for line in facts.timeline if line.event == "dispatch"] == [
        org_tree.community.name
    ] * 2
    desk.bring(order_id, (Event.CLAIM, Event.REPLY))


def _rows(desk: Any) -> dict[str, int]:
    session = desk.ctx.session
    counted = {}
    with scope(session, desk.ctx, "cases.order.read"):
        for name, model in (
            ("orders", Order),
            ("history", OrderHistory),
            ("clocks", OrderClock),
            ("pauses", OrderPause),
        ):
            counted[name] = int(session.scalar(select(func.count()).select_from(model)))
    session.rollback()
    return counted
