"""Metrics are two sets of rows; what is open and not yet due is in neither."""

from datetime import date, datetime
from typing import Any

from qimen_core import LOCAL, FixedClock, Period
from qimen_core.metrics import compute_all
from qimen_core.testing.fixtures import Toggle
from qimen_core.testing.units import OrgTree
from qimen_orders import Event, Inputs


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
        name: (figure.numerator, figure.denominator or 0)
        for name, figure in found.items()
        if name.startswith("orders_")
    }


def test_each_rate_counts_its_two_sets(desk: Any, clock: FixedClock, org_tree: OrgTree) -> None:
    _three_orders(desk, clock)
    assert _figures(desk, org_tree.community.path) == {
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
