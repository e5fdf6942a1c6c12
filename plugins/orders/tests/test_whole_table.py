"""The rows of the table beyond the straight way: whistle, return, pause, supervise, redo."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from qimen_core import LOCAL, Conflict, FixedClock, InvalidInput, Qimen, unit_of_work
from qimen_core.jobs import run_due
from qimen_core.jobs.upkeep import enqueue_periodic
from qimen_core.testing.units import OrgTree
from qimen_core.workdays import edit_day
from qimen_orders import Event, Inputs, State

WORKING = (Event.SUBMIT, Event.ACCEPT, Event.DISPATCH, Event.CLAIM)
SOLVED = Inputs(result="solved", satisfaction="satisfied", caller_name="赵六")


def at(text: str) -> datetime:
    """Return a moment written in local time."""
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=LOCAL)


def tick(qimen: Qimen) -> None:
    """Run the jobs whose time has come, as the scheduler does."""
    enqueue_periodic(qimen)
    run_due(qimen)


def handling(desk: Any, order_id: int) -> Any:
    """The handling clock that was started last, as the page explains it."""
    return [each for each in desk.read(order_id).clocks if each.kind == "handling"][-1]


def test_of_those_whistled_for_the_first_to_claim_leads(
    desk: Any, other: Any, org_tree: OrgTree
) -> None:
    order_id = desk.create()
    desk.bring(order_id, WORKING[:2])
    community, township = org_tree.community, org_tree.township
    both = (f"unit:{community.id}", f"unit:{township.id}")
    whistled = desk.move(order_id, Event.WHISTLE, Inputs(takers=both))
    assert (whistled.state, whistled.lead_id) == (State.WHISTLED, None)
    claimed = other("township").move(order_id, Event.CLAIM, Inputs(taker=both[1]))
    assert (claimed.state, claimed.lead_name) == (State.IN_PROGRESS, township.name)
    facts = desk.read(order_id)
    assert [part.state for part in facts.candidates] == ["passed", "won"]
    assert all(part.reason for part in facts.candidates)
    with pytest.raises(Conflict, match="接单"):
        desk.move(order_id, Event.CLAIM)


def test_a_stranger_among_the_candidates_is_refused(desk: Any, org_tree: OrgTree) -> None:
    order_id = desk.create()
    desk.bring(order_id, WORKING[:2])
    elsewhere = Inputs(takers=(f"unit:{org_tree.other_township.id}",))
    with pytest.raises(InvalidInput) as caught:
        desk.move(order_id, Event.WHISTLE, elsewhere)
    assert list(caught.value.errors) == ["takers"]


def test_the_ladder_widens_once_a_rung_has_run_out_however_often_the_job_runs(
    desk: Any, qimen: Qimen, clock: FixedClock, org_tree: OrgTree
) -> None:
    order_id = desk.create()
    desk.bring(order_id, WORKING[:2])
    desk.move(order_id, Event.WHISTLE, Inputs(takers=(f"unit:{org_tree.community.id}",)))
    tick(qimen)
    assert len(desk.read(order_id).candidates) == 1  # its time is not over
    clock.advance(timedelta(days=2))
    for _ in range(2):
        tick(qimen)
        clock.advance(timedelta(minutes=15))
    facts = desk.read(order_id)
    assert facts.order.state == State.WHISTLED
    line = (org_tree.community, org_tree.township, org_tree.county)
    assert {part.label for part in facts.candidates} == {unit.name for unit in line}
    assert [line.event for line in facts.timeline].count("widen") == 1
    claims = [each for each in facts.clocks if each.kind == "claim"]
    assert [each.stopped_at is None for each in claims] == [False, True]


def test_an_upheld_return_goes_back_to_triage_and_its_time_is_not_counted(
    desk: Any, other: Any, clock: FixedClock
) -> None:
    order_id = desk.create()
    clock.set(at("2026-03-11 09:00"))
    desk.bring(order_id, WORKING[:3])
    before = handling(desk, order_id).due_at
    desk.move(order_id, Event.RETURN, Inputs(reason="not_ours"))
    assert handling(desk, order_id).due_at == before  # it keeps running
    clock.set(at("2026-03-12 09:00"))
    with pytest.raises(InvalidInput) as caught:
        desk.move(order_id, Event.UPHOLD, Inputs(note="同意"))
    assert "上一级" in str(caught.value.errors[""])
    township = other("township")
    township.ctx.now = clock.now()
    said = next(each for each in township.read(order_id).moves if each.event == "uphold")
    assert "办理时限扣除仲裁时间，03-17 09:00 到期" in said.clocks
    assert township.move(order_id, Event.UPHOLD, Inputs(note="同意")).state == State.ACCEPTED
    explained = handling(desk, order_id)
    assert explained.due_at == before + timedelta(days=1)
    assert any("退单仲裁" in line for line in explained.lines)
    desk.bring(order_id, (Event.DISPATCH, Event.CLAIM))  # a second claim clock in one round


def test_a_rejected_return_stays_with_the_lead_and_gains_no_time(
    desk: Any, other: Any, clock: FixedClock
) -> None:
    order_id = desk.create()
    desk.bring(order_id, WORKING[:3])
    before = handling(desk, order_id).due_at
    desk.move(order_id, Event.RETURN, Inputs(reason="not_ours"))
    clock.advance(timedelta(hours=5))
    back = other("township").move(order_id, Event.REJECT, Inputs(note="属地负责"))
    assert (back.state, back.due_at) == (State.DISPATCHED, before)
    clock.advance(timedelta(days=3))
    with pytest.raises(InvalidInput) as caught:
        desk.move(order_id, Event.RETURN, Inputs(reason="not_ours"))
    assert "退单时限已过" in str(caught.value.errors[""])


def test_a_suspension_is_asked_for_granted_by_another_and_ends_by_itself(
    desk: Any, other: Any, qimen: Qimen, clock: FixedClock
) -> None:
    order_id = desk.create()
    clock.set(at("2026-03-11 09:00"))
    desk.bring(order_id, WORKING)
    until = at("2026-03-20 00:00")
    desk.move(order_id, Event.ASK_SUSPEND, Inputs(reason="weather", until=until))
    assert handling(desk, order_id).due_at == at("2026-03-16 09:00")  # asking pauses nothing
    for event in (Event.REPLY, Event.ASK_EXTEND, Event.UPLIFT):
        with pytest.raises(InvalidInput):
            desk.move(order_id, event, Inputs(public_text="好了", note="难办", reason="a", days=1))
    with pytest.raises(InvalidInput) as caught:
        desk.move(order_id, Event.SUSPEND)
    assert "申请人不能批复" in str(caught.value.errors[""])
    suspended = other("township").move(order_id, Event.SUSPEND)
    assert (suspended.state, suspended.due_at) == (State.SUSPENDED, None)
    clock.set(at("2026-03-19 23:00"))
    tick(qimen)
    assert desk.read(order_id).order.state == State.SUSPENDED
    clock.set(at("2026-03-20 00:00"))
    tick(qimen)
    facts = desk.read(order_id)
    assert facts.order.state == State.IN_PROGRESS
    # Nothing had run by the 11th at nine; three working days from the 20th at midnight.
    assert facts.order.due_at == at("2026-03-25 00:00")
    assert any("暂停" in line and "挂起" in line for line in handling(desk, order_id).lines)


def test_an_extension_keeps_the_old_due_time_and_is_granted_so_often_only(
    desk: Any, other: Any, clock: FixedClock
) -> None:
    order_id = desk.create()
    clock.set(at("2026-03-11 09:00"))
    desk.bring(order_id, WORKING)
    desk.move(order_id, Event.ASK_EXTEND, Inputs(reason="works", days=2))
    township = other("township")
    said = next(each for each in township.read(order_id).moves if each.event == "extend")
    assert said.clocks[0] == "办理时限由 03-16 09:00 延到 03-18 09:00，原期限保留"
    clock.set(at("2026-03-12 09:00"))
    extended = township.move(order_id, Event.EXTEND)
    assert extended.due_at == at("2026-03-18 09:00")
    lines = handling(desk, order_id).lines
    assert lines[-1] == "3月18日周三 09:00 到期"
    assert "3月16日周一 09:00 到期" in lines
    assert "批准延期 2个工作日，从原到期时间接着算" in lines
    assert "原期限 03-16 09:00" in desk.read(order_id).timeline[0].detail
    with pytest.raises(InvalidInput) as caught:
        desk.move(order_id, Event.ASK_EXTEND, Inputs(reason="works", days=2))
    assert "次数已用完" in str(caught.value.errors[""])


def test_more_time_is_asked_for_before_it_is_over(desk: Any, clock: FixedClock) -> None:
    order_id = desk.create()
    clock.set(at("2026-03-11 09:00"))
    desk.bring(order_id, WORKING)
    clock.set(at("2026-03-16 09:01"))
    with pytest.raises(InvalidInput) as caught:
        desk.move(order_id, Event.ASK_EXTEND, Inputs(reason="works", days=2))
    assert "已过" in str(caught.value.errors[""])


def test_a_declined_request_changes_no_clock_and_another_may_be_asked(
    desk: Any, other: Any
) -> None:
    order_id = desk.create()
    desk.bring(order_id, WORKING)
    before = handling(desk, order_id)
    desk.move(order_id, Event.ASK_EXTEND, Inputs(reason="works", days=2))
    other("township").move(order_id, Event.DECLINE, Inputs(note="不必延期"))
    assert handling(desk, order_id) == before
    desk.move(order_id, Event.ASK_EXTEND, Inputs(reason="works", days=1))


def test_an_uplift_dispatches_at_the_parent_with_a_new_claim_clock(
    desk: Any, other: Any, org_tree: OrgTree
) -> None:
    order_id = desk.create()
    desk.bring(order_id, WORKING)
    before = handling(desk, order_id)
    up = desk.move(order_id, Event.UPLIFT, Inputs(note="须由镇里协调"))
    assert (up.state, up.lead_id, up.handler_name) == (
        State.DISPATCHED, org_tree.township.id, "",
    )  # fmt: skip
    assert handling(desk, order_id) == before  # handling runs on
    claims = [each for each in desk.read(order_id).clocks if each.kind == "claim"]
    assert [each.stopped_at is None for each in claims] == [False, True]
    with pytest.raises(InvalidInput):
        desk.move(order_id, Event.CLAIM)
    assert other("township").move(order_id, Event.CLAIM).state == State.IN_PROGRESS


def test_supervision_only_rises_one_level_up_and_starts_its_own_clock(
    desk: Any, other: Any, clock: FixedClock
) -> None:
    order_id = desk.create()
    clock.set(at("2026-03-11 09:00"))
    desk.bring(order_id, WORKING)
    with pytest.raises(InvalidInput):
        desk.move(order_id, Event.SUPERVISE, Inputs(level=1, note="请抓紧"))
    township = other("township")
    township.move(order_id, Event.SUPERVISE, Inputs(level=2, note="请抓紧"))
    for level in (1, 2):
        with pytest.raises(InvalidInput):
            township.move(order_id, Event.SUPERVISE, Inputs(level=level, note="请抓紧"))
    township.move(order_id, Event.SUPERVISE, Inputs(level=3, note="再不办要问责"))
    facts = desk.read(order_id)
    assert facts.level_label == "红牌督办"
    feedback = [each for each in facts.clocks if each.kind == "feedback"]
    assert [each.stopped_at is None for each in feedback] == [False, True]
    assert feedback[-1].due_at == at("2026-03-12 09:00")
    desk.move(order_id, Event.FEEDBACK, Inputs(note="已安排人员"))
    with pytest.raises(InvalidInput):
        desk.move(order_id, Event.FEEDBACK, Inputs(note="已安排人员"))
    assert desk.read(order_id).order.due_at == at("2026-03-16 09:00")


def test_a_reminder_waits_for_the_last_one(desk: Any, clock: FixedClock) -> None:
    order_id = desk.create()
    desk.bring(order_id, WORKING)
    desk.move(order_id, Event.REMIND)
    with pytest.raises(InvalidInput) as caught:
        desk.move(order_id, Event.REMIND)
    assert "后可再催" in str(caught.value.errors[""])
    clock.advance(timedelta(days=1))
    desk.move(order_id, Event.REMIND)


def test_assists_are_done_or_waived_before_the_reply(desk: Any, org_tree: OrgTree) -> None:
    order_id = desk.create()
    desk.bring(order_id, WORKING[:2])
    lead, above = f"unit:{org_tree.community.id}", f"unit:{org_tree.township.id}"
    county = f"unit:{org_tree.county.id}"
    desk.move(order_id, Event.DISPATCH, Inputs(taker=lead, assists=(above, county)))
    desk.move(order_id, Event.CLAIM)
    with pytest.raises(InvalidInput) as caught:
        desk.move(order_id, Event.REPLY)
    assert org_tree.township.name in str(caught.value.errors[""])
    desk.move(order_id, Event.ASSIST_DONE, Inputs(taker=above, note="已到场"))
    with pytest.raises(InvalidInput):
        desk.move(order_id, Event.REPLY)
    desk.move(order_id, Event.ASSIST_WAIVED, Inputs(taker=county, note="不需要了"))
    assert desk.move(order_id, Event.REPLY).state == State.REPLIED
    assert [part.state for part in desk.read(order_id).assists] == ["done", "waived"]


def test_an_unsolved_matter_is_done_again_in_another_round_with_a_new_clock(
    desk: Any, clock: FixedClock
) -> None:
    order_id = desk.create()
    desk.bring(order_id, (*WORKING, Event.REPLY))
    desk.move(order_id, Event.CALLBACK, SOLVED)
    with pytest.raises(InvalidInput):
        desk.move(order_id, Event.REDO, Inputs(note="再看看"))
    again = desk.create()
    desk.bring(again, (*WORKING, Event.REPLY))
    desk.move(again, Event.CALLBACK, Inputs(**{**_dict(SOLVED), "result": "unsolved"}))
    clock.advance(timedelta(hours=3))
    order = desk.move(again, Event.REDO)
    assert (order.round, order.state, order.result) == (2, State.IN_PROGRESS, "")
    clocks = [each for each in desk.read(again).clocks if each.kind == "handling"]
    assert [each.stopped_at is None for each in clocks] == [False, True]
    assert clocks[-1].started_at == clock.now()
    desk.bring(again, (Event.REPLY, Event.CALLBACK, Event.CLOSE_OFF))


def _dict(inputs: Inputs) -> dict[str, Any]:
    return {name: getattr(inputs, name) for name in ("result", "satisfaction", "caller_name")}


def test_a_call_back_runs_out_after_days_and_tries_and_counts_as_not_evaluated(
    desk: Any, qimen: Qimen, clock: FixedClock
) -> None:
    order_id = desk.create()
    desk.bring(order_id, (*WORKING, Event.REPLY))
    for _ in range(2):
        desk.move(order_id, Event.CALL_MISSED)
    clock.advance(timedelta(days=8))
    tick(qimen)
    assert desk.read(order_id).order.state == State.REPLIED  # two tries are not three
    desk.move(order_id, Event.CALL_MISSED)
    clock.advance(timedelta(minutes=15))
    tick(qimen)
    order = desk.read(order_id).order
    assert (order.state, order.satisfaction) == (State.EVALUATED, "")


def test_what_the_system_does_nobody_else_may(desk: Any) -> None:
    order_id = desk.create()
    desk.bring(order_id, (*WORKING, Event.REPLY))
    for event in (Event.TIME_OUT, Event.RECOUNT):
        with pytest.raises(InvalidInput) as caught:
            desk.move(order_id, event)
        assert "系统" in str(caught.value.errors[""])


def test_a_merged_order_follows_its_target_and_never_itself(desk: Any) -> None:
    first, second = desk.create(), desk.create()
    desk.bring(first, WORKING)
    desk.bring(second, WORKING[:1])
    own = desk.read(second).order.number
    for wrong in ("", "2026-0-0", own):
        with pytest.raises(InvalidInput) as caught:
            desk.move(second, Event.MERGE, Inputs(target=wrong))
        assert list(caught.value.errors) == ["target"]
    desk.move(second, Event.MERGE, Inputs(target=desk.read(first).order.number))
    facts = desk.read(second)
    assert all(each.stopped_at is not None for each in facts.clocks)
    assert facts.standing_state == State.IN_PROGRESS
    desk.move(first, Event.REPLY)
    assert desk.read(second).standing_state == State.REPLIED
    third = desk.create()
    desk.bring(third, WORKING[:1])
    with pytest.raises(InvalidInput):  # a merged one is no target any more
        desk.move(third, Event.MERGE, Inputs(target=own))


def test_a_claim_sent_twice_with_one_key_is_one_claim(desk: Any, other: Any) -> None:
    order_id = desk.create()
    desk.bring(order_id, WORKING[:3])
    mine = Inputs(handler_name="王五", key="a" * 32)
    for _ in range(2):
        assert desk.move(order_id, Event.CLAIM, mine).state == State.IN_PROGRESS
    assert [line.event for line in desk.read(order_id).timeline].count("claim") == 1
    with pytest.raises(Conflict):  # the control: without the key it is a second claim
        desk.move(order_id, Event.CLAIM, Inputs(handler_name="王五"))
    with pytest.raises(Conflict):  # and another's key is no key of mine
        other("township").move(order_id, Event.CLAIM, mine)


def test_a_calendar_edit_recounts_running_clocks_once_and_says_so(
    desk: Any, qimen: Qimen, clock: FixedClock
) -> None:
    running, stopped = desk.create(), desk.create()
    clock.set(at("2026-03-11 09:00"))
    desk.bring(running, WORKING)
    desk.bring(stopped, (*WORKING, Event.REPLY))
    tick(qimen)  # the first run remembers the calendar
    ended = handling(desk, stopped).due_at
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        with unit_of_work(ctx, "core.calendar.manage") as uow:
            edit_day(uow, date(2026, 3, 13), False, "镇里放假")
    for _ in range(2):
        clock.advance(timedelta(minutes=10))
        tick(qimen)
    facts = desk.read(running)
    assert facts.order.due_at == at("2026-03-17 09:00")
    assert [line.event for line in facts.timeline].count("recount") == 1
    assert "办理时限由 03-16 09:00 改为 03-17 09:00" in facts.timeline[0].detail
    assert handling(desk, stopped).due_at == ended
