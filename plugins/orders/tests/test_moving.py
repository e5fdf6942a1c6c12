"""An order's life: states, history, events and refusals."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import DBAPIError

from qimen_core import (
    Conflict,
    FixedClock,
    Forbidden,
    InvalidInput,
    NotFound,
    Qimen,
    scope,
    unit_of_work,
)
from qimen_core.testing.fixtures import MakeAccount
from qimen_core.testing.units import OrgTree
from qimen_orders import Event, Inputs, Order, State
from qimen_orders.models import OrderClock, OrderHistory
from qimen_orders.rules import moves_from

JOURNEY = (
    Event.SUBMIT,
    Event.ACCEPT,
    Event.DISPATCH,
    Event.CLAIM,
    Event.REPLY,
    Event.CALLBACK,
    Event.CLOSE_OFF,
)
# How to bring a draft into each state that a clerk reaches alone.
WAYS: dict[State, tuple[Event, ...]] = {
    State.DRAFT: (),
    State.SUBMITTED: JOURNEY[:1],
    State.NOT_ACCEPTED: (Event.SUBMIT, Event.NOT_ACCEPT),
    State.REDIRECTED: (Event.SUBMIT, Event.REDIRECT),
    State.ACCEPTED: JOURNEY[:2],
    State.DISPATCHED: JOURNEY[:3],
    State.IN_PROGRESS: JOURNEY[:4],
    State.REPLIED: JOURNEY[:5],
    State.EVALUATED: JOURNEY[:6],
    State.CLOSED: JOURNEY,
}


def test_an_order_goes_the_whole_way_and_leaves_a_trail(
    desk: Any, captured_events: Callable[[], list[Any]]
) -> None:
    order_id = desk.create()
    desk.bring(order_id, JOURNEY)
    facts = desk.read(order_id)
    assert facts.order.state == State.CLOSED
    assert facts.order.closed_at is not None
    assert facts.order.due_at is None
    assert facts.order.version == 1 + len(JOURNEY)
    assert [line.event for line in reversed(facts.timeline)] == [str(each) for each in JOURNEY]
    assert {step.state for step in facts.steps} == {"done"}
    moved = [each for each in captured_events() if each.event == "orders.order.transitioned"]
    assert [each.payload["event"] for each in moved] == [str(each) for each in JOURNEY]
    assert moved[-1].payload == {
        "order_id": order_id,
        "owner": "cases",
        "event": "close_off",
        "source": "evaluated",
        "target": "closed",
    }


@pytest.mark.parametrize("state", list(WAYS))
def test_what_the_table_does_not_list_is_refused_and_changes_nothing(
    desk: Any, state: State
) -> None:
    order_id = desk.create()
    desk.bring(order_id, WAYS[state])
    before = _trace(desk, order_id)
    assert before[0] == state
    allowed = {row.event for row in moves_from(state)}
    for event in set(Event) - allowed:
        with pytest.raises(Conflict) as caught:
            desk.move(order_id, event)
        assert "不能" in caught.value.message
    assert _trace(desk, order_id) == before


def _trace(desk: Any, order_id: int) -> tuple[str, int, int, int]:
    """State, version, and how many history rows and clocks there are."""
    with scope(desk.ctx.session, desk.ctx, "cases.order.read"):
        order = desk.ctx.session.get(Order, order_id)
        count = select(func.count()).select_from(OrderHistory)
        rows = desk.ctx.session.scalar(count.where(OrderHistory.order_id == order_id))
        clocks = select(func.count()).select_from(OrderClock)
        running = desk.ctx.session.scalar(clocks.where(OrderClock.order_id == order_id))
        found = (order.state, order.version, rows, running)
    desk.ctx.session.rollback()
    return found


@pytest.mark.parametrize(
    ("state", "event", "inputs", "field"),
    [
        (State.SUBMITTED, Event.NOT_ACCEPT, Inputs(public_text="说明"), "reason"),
        (State.SUBMITTED, Event.NOT_ACCEPT, Inputs(reason="unclear"), "public_text"),
        (State.ACCEPTED, Event.DISPATCH, Inputs(), "taker"),
        (State.IN_PROGRESS, Event.REPLY, Inputs(note="只有内部意见"), "public_text"),
        (State.REPLIED, Event.CALLBACK, Inputs(), "result"),
        (
            State.REPLIED,
            Event.CALLBACK,
            Inputs(result="solved", satisfaction="satisfied", caller_name="王五"),
            "caller_name",
        ),
    ],
)
def test_a_guard_refuses_by_field_and_nothing_is_written(
    desk: Any, state: State, event: Event, inputs: Inputs, field: str
) -> None:
    order_id = desk.create()
    desk.bring(order_id, WAYS[state])
    before = _trace(desk, order_id)
    with pytest.raises(InvalidInput) as caught:
        desk.move(order_id, event, inputs)
    assert field in caught.value.errors
    assert _trace(desk, order_id) == before


def test_a_unit_out_of_the_way_up_cannot_take_the_lead(desk: Any, org_tree: OrgTree) -> None:
    order_id = desk.create()
    desk.bring(order_id, WAYS[State.ACCEPTED])
    with pytest.raises(InvalidInput) as caught:
        desk.move(order_id, Event.DISPATCH, Inputs(lead_id=org_tree.other_township.id))
    assert "taker" in caught.value.errors


def test_a_clerk_cannot_claim_what_was_dispatched_to_the_township(
    desk: Any, qimen: Qimen, org_tree: OrgTree, as_user: MakeAccount
) -> None:
    order_id = desk.create()
    desk.bring(order_id, WAYS[State.ACCEPTED])
    desk.move(order_id, Event.DISPATCH, Inputs(lead_id=org_tree.township.id))
    with pytest.raises(InvalidInput):
        desk.move(order_id, Event.CLAIM)
    office = as_user("township_office", org_tree.township)
    with qimen.db.session() as session:
        theirs = type(desk)(office.context(session), org_tree)
        assert theirs.move(order_id, Event.CLAIM).state == State.IN_PROGRESS


def test_the_one_who_claims_is_the_handler_unless_another_is_named(desk: Any) -> None:
    order_id = desk.create()
    desk.bring(order_id, WAYS[State.DISPATCHED])
    order = desk.move(order_id, Event.CLAIM, Inputs())
    assert order.handler_name == desk.ctx.actor.name
    assert order.handler_user_id == desk.ctx.actor.user_id
    desk.move(order_id, Event.REPLY)
    callback = Inputs(result="solved", satisfaction="satisfied")
    with pytest.raises(InvalidInput):
        desk.move(order_id, Event.CALLBACK, callback)
    by_another = Inputs(result="solved", satisfaction="satisfied", caller_name="赵六")
    assert desk.move(order_id, Event.CALLBACK, by_another).state == State.EVALUATED


def test_an_order_elsewhere_is_not_found_and_a_missing_right_is_forbidden(
    desk: Any, qimen: Qimen, org_tree: OrgTree, as_user: MakeAccount
) -> None:
    order_id = desk.create()
    stranger = as_user("community_clerk", org_tree.other_community)
    with qimen.db.session() as session:
        theirs = type(desk)(stranger.context(session), org_tree)
        with pytest.raises(NotFound):
            theirs.move(order_id, Event.SUBMIT)
    with (
        pytest.raises(Forbidden),
        unit_of_work(desk.ctx, "cases.order.read") as uow,
    ):
        from qimen_orders import move

        desk.ctx._reach["cases.order.submit"] = ()
        move(uow, order_id, Event.SUBMIT)


@pytest.mark.parametrize("change", [update, delete])
def test_the_history_is_append_only_in_the_database(desk: Any, change: Any) -> None:
    order_id = desk.create()
    desk.bring(order_id, (Event.SUBMIT,))
    statement = change(OrderHistory).where(OrderHistory.order_id == order_id)
    if change is update:
        statement = statement.values(note="改写")
    with (
        pytest.raises(DBAPIError, match="append-only"),
        unit_of_work(desk.ctx, "cases.order.create") as uow,
    ):
        uow.claim(statement)
    # The same statement on a table without the trigger goes through: the test can tell.
    control = change(OrderClock).where(OrderClock.order_id == order_id)
    if change is update:
        control = control.values(source="改写")
    with unit_of_work(desk.ctx, "cases.order.create") as uow:
        assert uow.claim(control) == 1


def test_open_orders_keep_their_unit_from_being_archived(
    desk: Any, qimen: Qimen, org_tree: OrgTree, clock: FixedClock
) -> None:
    order_id = desk.create()
    assert qimen.hooks.org_archive_blockers(desk.ctx, org_tree.community) == []
    desk.bring(order_id, (Event.SUBMIT,))
    for unit in (org_tree.community, org_tree.township):
        assert len(qimen.hooks.org_archive_blockers(desk.ctx, unit)) == 1
    assert qimen.hooks.org_archive_blockers(desk.ctx, org_tree.other_township) == []
    desk.bring(order_id, JOURNEY[1:])
    assert qimen.hooks.org_archive_blockers(desk.ctx, org_tree.community) == []
