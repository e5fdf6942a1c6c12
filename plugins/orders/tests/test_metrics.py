"""Metrics are two sets of rows; what is open and not yet due is in neither."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import update

from qimen_core import LOCAL, FixedClock, Period, Qimen, unit_of_work
from qimen_core.metrics import compute_all
from qimen_core.testing.fixtures import Toggle
from qimen_core.testing.units import OrgTree
from qimen_orders import Event, Inputs, Order
from qimen_orders.models import OrderClock


def _set(clock: FixedClock, day: int, hour: int = 11) -> None:
    clock.set(datetime(2026, 3, day, hour, tzinfo=LOCAL))


def _answered(result: str, satisfaction: str) -> Inputs:
    return Inputs(result=result, satisfaction=satisfaction)


def _three_orders(desk: Any, clock: FixedClock) -> None:
    """One handled in time and closed, one answered late, one open and not yet due."""
    _set(clock, 2)
    early, late = desk.create(), desk.create()
    for order_id in (early, late):
        desk.bring(order_id, (Event.SUBMIT, Event.ACCEPT, Event.DISPATCH, Event.CLAIM))
    _set(clock, 3)
    desk.move(early, Event.REPLY)
    desk.move(early, Event.CALLBACK, _answered("solved", "satisfied"))
    desk.move(early, Event.CLOSE_OFF)
    _set(clock, 12)
    desk.move(late, Event.REPLY)
    desk.move(late, Event.CALLBACK, _answered("unsolved", "dissatisfied"))
    desk.bring(desk.create(), (Event.SUBMIT, Event.ACCEPT))
    refused = desk.create()
    desk.bring(refused, (Event.SUBMIT, Event.NOT_ACCEPT))
    desk.ctx.now = clock.now()


def _figures(desk: Any, path: str, period: Period | None = None) -> dict[str, tuple[int, int]]:
    found = compute_all(desk.ctx, path, period)
    return {
        name: (figure.numerator, figure.denominator if figure.denominator is not None else 0)
        for name, figure in found.items()
        if name.startswith("orders_")
    }


def test_each_rate_counts_its_two_sets(desk: Any, clock: FixedClock, org_tree: OrgTree) -> None:
    _three_orders(desk, clock)
    assert _figures(desk, org_tree.community.path) == {
        "orders_received": (3, 0),
        "orders_dispatched_on_time_rate": (0, 0),
        "orders_own_rate": (2, 3),
        "orders_not_evaluated": (0, 0),
        "orders_return_rate": (0, 2),
        "orders_first_time_rate": (2, 2),
        "orders_claimed_rate": (0, 0),
        "orders_supervised_rate": (0, 3),
        "orders_response_rate": (3, 3),
        "orders_on_time_rate": (1, 2),
        "orders_overdue_rate": (1, 2),
        "orders_closed_rate": (1, 2),
        "orders_callback_rate": (2, 2),
        "orders_solved_rate": (1, 2),
        "orders_satisfied_rate": (1, 2),
    }


def test_a_period_counts_by_its_own_date(desk: Any, clock: FixedClock, org_tree: OrgTree) -> None:
    _three_orders(desk, clock)
    first_week = Period(date(2026, 3, 2), date(2026, 3, 9))
    figures = _figures(desk, org_tree.community.path, first_week)
    assert figures["orders_on_time_rate"] == (1, 2)  # both fell due on the 5th
    assert figures["orders_solved_rate"] == (1, 1)  # only one was ended that week
    assert figures["orders_callback_rate"] == (1, 1)


def test_elsewhere_and_where_the_owner_is_off_nothing_is_counted(
    desk: Any, clock: FixedClock, org_tree: OrgTree, toggle: Toggle
) -> None:
    _three_orders(desk, clock)
    assert set(_figures(desk, org_tree.other_community.path).values()) <= {(0, 0)}
    toggle("cases", org_tree.township, on=False)
    _refresh(desk)
    assert set(_figures(desk, org_tree.community.path).values()) == {(0, 0)}
    toggle("cases", org_tree.township, on=True)
    _refresh(desk)
    assert _figures(desk, org_tree.community.path)["orders_response_rate"] == (3, 3)


def _refresh(desk: Any) -> None:
    """Ask anew what is on: a request lives shorter than a toggle."""
    desk.ctx.session.rollback()
    desk.ctx = desk.ctx.qimen.user_context(desk.ctx.session, desk.ctx.actor.user_id)


# Ningguo, April 2022, as the county reported it (DOMAIN.md section 5).
RECEIVED, AT_ONCE, DISPATCHED, IN_TIME, LATE = 2877, 2276, 601, 597, 4


def test_the_figures_of_ningguo_come_out_of_rows(
    desk: Any, qimen: Qimen, clock: FixedClock, org_tree: OrgTree
) -> None:
    """2 877 received, 2 276 handled at once, 601 dispatched, 597 in time, 4 late: 99.33 %."""
    assert (AT_ONCE + DISPATCHED, IN_TIME + LATE) == (RECEIVED, DISPATCHED)
    _set(clock, 31)
    desk.ctx.now = clock.now()
    came, due = _moment(2), _moment(11)
    with unit_of_work(desk.ctx, "cases.order.create") as uow:
        orders = [_ningguo(nth, org_tree, came) for nth in range(RECEIVED)]
        uow.insert(Order, orders)
        clocks = [_clock_of(row, came, due) for row in orders]
        uow.insert(OrderClock, clocks)
    april = Period(date(2026, 3, 1), date(2026, 4, 1))
    figures = _figures(desk, org_tree.community.path, april)
    assert figures["orders_received"] == (RECEIVED, 0)
    assert figures["orders_own_rate"] == (AT_ONCE, RECEIVED)
    assert figures["orders_dispatched_on_time_rate"] == (IN_TIME, DISPATCHED)
    above, below = figures["orders_dispatched_on_time_rate"]
    assert f"{100 * above / below:.2f}" == "99.33"
    assert figures["orders_overdue_rate"] == (LATE, RECEIVED)


def _moment(day: int) -> datetime:
    return datetime(2026, 3, day, 9, tzinfo=LOCAL)


def _ningguo(nth: int, tree: OrgTree, came: datetime) -> dict[str, Any]:
    at_once, late = nth < AT_ONCE, nth >= RECEIVED - LATE
    replied = came if at_once else _moment(12 if late else 10)
    lead = tree.community if at_once else tree.township
    return {
        "id": nth + 1, "owner": "cases", "number": f"N-{nth}", "title": "诉求", "state": "closed",
        "org_id": tree.community.id, "org_path": tree.community.path, "lead_id": lead.id,
        "kind": "help", "category": "road", "urgent": False, "channel": "", "place": "",
        "requester": "", "handler_name": "", "result": "", "satisfaction": "", "round": 1,
        "version": 1, "taker": "", "lead_name": "", "level": 0, "rung": "", "hold": "",
        "sent_to": "", "created_at": came, "submitted_at": came, "accepted_at": came,
        "dispatched_at": came, "claimed_at": came, "replied_at": replied, "closed_at": replied,
    }  # fmt: skip


def _clock_of(order: dict[str, Any], came: datetime, due: datetime) -> dict[str, Any]:
    return {
        "order_id": order["id"], "org_id": order["org_id"], "org_path": order["org_path"],
        "kind": "handling", "round": 1, "started_at": came, "allowed": "7w", "source": "",
        "due_at": due, "stopped_at": order["replied_at"],
    }  # fmt: skip


def test_an_order_counts_once_late_in_any_round_and_its_parts_not_at_all(
    desk: Any, clock: FixedClock, org_tree: OrgTree
) -> None:
    _set(clock, 2)
    order_id, part = desk.create(), desk.create()
    working = (Event.SUBMIT, Event.ACCEPT, Event.DISPATCH, Event.CLAIM, Event.REPLY)
    desk.bring(order_id, working[:4])
    _set(clock, 12)
    desk.move(order_id, Event.REPLY)
    desk.move(order_id, Event.CALLBACK, _answered("unsolved", "dissatisfied"))
    desk.bring(order_id, (Event.REDO, Event.REPLY))
    desk.bring(part, working)
    with unit_of_work(desk.ctx, "cases.order.create") as uow:
        uow.claim(update(Order).where(Order.id == part).values(parent_id=order_id))
    desk.ctx.now = clock.now()
    figures = _figures(desk, org_tree.community.path)
    assert figures["orders_on_time_rate"] == (0, 1)
    assert figures["orders_overdue_rate"] == (1, 1)
    assert figures["orders_received"] == (1, 0)
