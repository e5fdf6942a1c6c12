"""Taking back the last move: whole, soon, and one's own only."""

from datetime import timedelta
from typing import Any

import pytest

from qimen_core import Conflict, FixedClock, unit_of_work
from qimen_orders import Event, State, undo

WORKING = (Event.SUBMIT, Event.ACCEPT, Event.DISPATCH, Event.CLAIM)


@pytest.mark.parametrize("steps", range(2, 8))
def test_a_move_is_taken_back_whole_and_the_history_says_so(desk: Any, steps: int) -> None:
    journey = (*WORKING, Event.REPLY, Event.CALLBACK, Event.CLOSE_OFF)
    order_id = desk.create()
    desk.bring(order_id, journey[: steps - 1])
    before = desk.read(order_id)
    desk.bring(order_id, journey[steps - 1 : steps])
    with unit_of_work(desk.ctx, f"cases.order.{journey[steps - 1]}") as uow:
        undo(uow, order_id, journey[steps - 1])
    after = desk.read(order_id)
    assert after.clocks == before.clocks
    assert _columns(after.order) == _columns(before.order)
    assert [line.event for line in after.timeline[:2]] == ["undo", journey[steps - 1]]
    assert [line.undone for line in after.timeline[:2]] == [False, True]
    desk.bring(order_id, journey[steps - 1 :])  # and the way goes on from there
    assert desk.read(order_id).order.state == State.CLOSED


def _columns(order: Any) -> dict[str, Any]:
    names = (each.name for each in order.__table__.c)
    return {name: getattr(order, name) for name in names if name != "version"}


def test_nobody_takes_back_what_is_old_or_anothers_or_no_longer_the_last(
    desk: Any, other: Any, clock: FixedClock
) -> None:
    def refused(who: Any, event: Event) -> bool:
        with (
            pytest.raises(Conflict, match="不能再撤销"),
            unit_of_work(who.ctx, f"cases.order.{event}") as uow,
        ):
            undo(uow, order_id, event)
        return True

    order_id = desk.create()
    desk.bring(order_id, WORKING[:2])
    assert refused(other("township"), Event.ACCEPT)
    assert refused(desk, Event.SUBMIT)
    clock.advance(timedelta(seconds=31))
    assert refused(desk, Event.ACCEPT)
    desk.bring(order_id, (Event.DISPATCH, Event.REMIND))
    assert refused(desk, Event.DISPATCH)
