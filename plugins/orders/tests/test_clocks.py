"""Clocks of orders: over make-up workdays, explained, never rewritten, projections kept true."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from qimen_core import LOCAL, FixedClock, Qimen, scope, unit_of_work
from qimen_core.models import SettingValue
from qimen_core.testing.units import OrgTree
from qimen_core.workdays import Calendar, seed_days
from qimen_orders import Event, Inputs
from qimen_orders.clock_rows import clocks_of
from qimen_orders.clocks import due_of, pressing_due
from qimen_orders.limits import KINDS, Matter, limit_of
from qimen_orders.rules import ClockKind
from qimen_orders.settings import OrderSettings

JOURNEY = (
    Event.SUBMIT,
    Event.ACCEPT,
    Event.DISPATCH,
    Event.CLAIM,
    Event.REPLY,
    Event.CALLBACK,
    Event.CLOSE_OFF,
)


def at(text: str) -> datetime:
    """Return a moment written in local time, e.g. ``2026-02-13 16:40``."""
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=LOCAL)


def _accepted(desk: Any, moment: str, **inputs: Any) -> Any:
    order_id = desk.create()
    # The audit refuses a clock that runs behind, so the past is written by naming the moment.
    desk.move(order_id, Event.SUBMIT, at=at(moment))
    desk.move(order_id, Event.ACCEPT, Inputs(category="road", **inputs), at=at(moment))
    return desk.read(order_id)


# Written by hand from the State Council's arrangement for 2026.
@pytest.mark.parametrize(
    ("start", "kind", "urgent", "due"),
    [
        # Friday before Spring Festival: Saturday the 14th is worked, the holiday is the 15th–23rd.
        ("2026-02-13 16:40", "help", False, "2026-02-25 16:40"),
        # Wednesday, no holiday near: Thursday, Friday, Monday.
        ("2026-03-11 09:00", "consult", False, "2026-03-16 09:00"),
        # Over National Day: 1–7 October off, Saturday 10 October worked.
        ("2026-09-29 10:00", "help", False, "2026-10-09 10:00"),
        ("2026-09-29 10:00", "complaint", False, "2026-10-22 10:00"),
        # Urgent: the day itself, even a Saturday.
        ("2026-03-14 23:00", "help", True, "2026-03-15 00:00"),
    ],
)
def test_the_handling_limit_counts_make_up_workdays(
    desk: Any, start: str, kind: str, urgent: bool, due: str
) -> None:
    facts = _accepted(desk, start, kind=kind, urgent=urgent)
    assert facts.order.due_at == at(due)


def test_a_clock_explains_itself_line_by_line(desk: Any) -> None:
    facts = _accepted(desk, "2026-02-13 16:40", kind="help")
    response, handling = facts.clocks
    assert handling.lines[0].startswith("2月13日周五 16:40 开始")
    assert "2月14日周六 调休上班，计入" in handling.lines
    assert any("春节放假，不计" in line for line in handling.lines)
    assert handling.lines[-1] == "2月25日周三 16:40 到期"
    assert handling.source.startswith("求助办理时限（工作日）；各地 12345")
    assert response.stopped_at == at("2026-02-13 16:40")
    assert not response.late


def test_the_projection_equals_the_derived_time_in_every_state(
    desk: Any, clock: FixedClock
) -> None:
    order_id = desk.create()
    calendar = Calendar(seed_days(2025, 2026))
    seen = set()
    for event in JOURNEY:
        clock.advance(timedelta(hours=7))
        desk.move(order_id, event)
        order = desk.read(order_id).order
        with scope(desk.ctx.session, desk.ctx, "cases.order.read"):
            clocks = clocks_of(desk.ctx.session, order_id)
        for each in clocks:
            assert each.due_at == due_of(each, calendar)
        assert order.due_at == pressing_due(clocks)
        seen.add(order.due_at)
    assert len(seen) == 3  # the response's, the handling's, and none


def test_a_changed_limit_rewrites_no_running_clock(
    desk: Any, qimen: Qimen, org_tree: OrgTree
) -> None:
    running = _accepted(desk, "2026-03-11 09:00", kind="help").order
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        with unit_of_work(ctx, "core.setting.manage") as uow:
            value = SettingValue(plugin="orders", key="help_workdays", value=10)
            value.org_id, value.org_path = org_tree.township.id, org_tree.township.path
            value.changed_at = ctx.now
            uow.session.add(value)
    assert desk.read(running.id).order.due_at == at("2026-03-16 09:00")
    later = _accepted(desk, "2026-03-11 09:00", kind="help")
    assert later.order.due_at == at("2026-03-25 09:00")
    assert "本单位设定，默认值为 3" in later.clocks[-1].source


def test_not_accepting_stops_every_clock(desk: Any) -> None:
    order_id = desk.create()
    desk.bring(order_id, (Event.SUBMIT, Event.NOT_ACCEPT))
    facts = desk.read(order_id)
    assert facts.order.due_at is None
    assert all(each.stopped_at is not None for each in facts.clocks)
    assert [step.state for step in facts.steps] == ["done", "failed", "todo", "todo", "todo"]


def test_every_move_says_beforehand_what_it_does_to_the_clocks(
    desk: Any, clock: FixedClock
) -> None:
    order_id = desk.create()
    clock.set(at("2026-03-11 09:00"))
    desk.move(order_id, Event.SUBMIT)
    moves = {move.event: move for move in desk.read(order_id).moves}
    accept, refuse = moves["accept"], moves["not_accept"]
    assert accept.clocks == (
        "响应时限停止计时（未超时）",
        "办理时限开始计时：3个工作日，03-16 09:00 到期",
    )
    assert refuse.clocks == ("响应时限停止计时（未超时）",)
    clock.set(at("2026-03-13 09:00"))
    assert _foretold(desk, order_id, "not_accept") == ("响应时限停止计时（已超时）",)
    desk.bring(order_id, JOURNEY[1:5])
    assert _foretold(desk, order_id, "callback") == ("不影响任何时限",)


def _foretold(desk: Any, order_id: int, event: str) -> tuple[str, ...]:
    found: tuple[str, ...] = next(
        move.clocks for move in desk.read(order_id).moves if move.event == event
    )
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_every_limit_names_its_source(kind: str) -> None:
    for clock in ClockKind:
        for urgent in (True, False):
            matter = Matter(kind, urgent, level=1)
            _limit, source = limit_of(OrderSettings(), clock, matter)
            setting, _, origin = source.partition("；")
            assert setting
            assert origin
