"""Every state × event: what the table of DOMAIN.md §4 lists is allowed, the rest is refused."""

from datetime import UTC, datetime, timedelta

import pytest

from qimen_orders.events import EVENT_LABELS, UNDO, Event
from qimen_orders.guards import GUARDS, check
from qimen_orders.inputs import Inputs
from qimen_orders.rules import TRANSITIONS, Effect, find_transition, moves_from
from qimen_orders.situation import Situation
from qimen_orders.states import (
    ASIDE_STATES,
    OPEN_STATES,
    STATE_LABELS,
    STATE_TONES,
    STEP_OF,
    STEPS,
    State,
)

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("event", list(Event))
def test_only_listed_transitions_exist(
    state: State, event: Event, allowed: dict[tuple[str, str], str]
) -> None:
    row = find_transition(state, event)
    expected = allowed.get((str(state), str(event)))
    assert (row and str(row.target)) == expected


def test_no_row_stands_twice() -> None:
    assert len({(row.source, row.event) for row in TRANSITIONS}) == len(TRANSITIONS)


def test_unknown_words_have_no_transition() -> None:
    assert find_transition("nowhere", "accept") is None
    assert find_transition("submitted", "explode") is None
    assert find_transition("accepted", UNDO) is None


def test_every_state_is_reached_and_final_states_have_no_way_out(
    allowed: dict[tuple[str, str], str],
) -> None:
    reached = {row.target for row in TRANSITIONS} | {State.DRAFT}
    assert reached == set(State)
    final = {state for state in State if not moves_from(state)}
    assert final == ASIDE_STATES | {State.CLOSED}
    assert final.isdisjoint(OPEN_STATES)
    assert {str(state) for state in OPEN_STATES} == {s for s, e in allowed if e == "remind"}


def test_every_guard_named_in_the_table_exists_and_is_used() -> None:
    named = {name for row in TRANSITIONS for name in row.guards}
    assert named == set(GUARDS)


def test_every_word_has_a_label() -> None:
    assert set(STATE_LABELS) == set(STATE_TONES) == set(STEP_OF) == set(State)
    assert set(EVENT_LABELS) == {*Event, UNDO}
    assert {key for key, _ in STEPS} == set(STEP_OF.values())


def test_no_clock_runs_on_where_nobody_works_any_more() -> None:
    """Walk every path of the table, clocks included, and look at the final states."""
    seen = set()
    waiting = [(State.DRAFT, frozenset())]
    while waiting:
        state, running = waiting.pop()
        if (state, running) in seen:
            continue
        seen.add((state, running))
        for row in moves_from(state):
            after = set(running)
            for kind, effect in row.clocks:
                if effect is Effect.START:
                    assert kind not in after, (state, row.event, kind)
                if effect in {Effect.START, Effect.RESTART}:
                    after.add(kind)
                elif effect is Effect.STOP:
                    after.discard(kind)
            waiting.append((row.target, frozenset(after)))
    assert len(seen) > len(State)
    ended = {state: running for state, running in seen if not moves_from(state)}
    assert set(ended) == ASIDE_STATES | {State.CLOSED}
    assert not any(ended.values())


def situation(inputs: Inputs | None = None, **changes: object) -> Situation:
    facts: dict[str, object] = {
        "title": "路灯不亮",
        "category": "road",
        "handler_name": "李四",
        "actor_user_id": 7,
        "actor_name": "张三",
        "is_candidate": True,
        "above": True,
        "lead_open": True,
        "callback_on_behalf": True,
        "target_found": True,
        "has_parent": True,
        "assist_named": True,
        "feedback_runs": True,
        "rung_is_over": True,
        "extensions_left": 1,
        "longest": 5,
    }
    return Situation(inputs or Inputs(), NOW, **{**facts, **changes})  # type: ignore[arg-type]


# Guard, what meets it, what breaks it, and the field that the sentence stands at.
CASES: list[tuple[str, Situation, Situation, str]] = [
    ("required_fields", situation(), situation(title="  "), "title"),
    ("category_set", situation(), situation(category=""), "category"),
    ("reason_given", situation(Inputs(reason="duplicate")), situation(), "reason"),
    ("text_given", situation(Inputs(note="同意")), situation(Inputs(note=" ")), "note"),
    ("resident_told", situation(Inputs(public_text="已派人")), situation(), "public_text"),
    ("target_open", situation(Inputs(target="2026-1")), situation(), "target"),
    (
        "target_open",
        situation(Inputs(target="2026-1")),
        situation(Inputs(target="2026-1"), target_found=False),
        "target",
    ),
    ("body_named", situation(Inputs(body="县信访局")), situation(), "body"),
    ("lead_named", situation(Inputs(lead_id=3)), situation(), "taker"),
    (
        "lead_named",
        situation(Inputs(taker="unit:3")),
        situation(Inputs(taker="unit:3"), lead_open=False),
        "taker",
    ),
    ("assists_fit", situation(), situation(unknown_takers=("x:1",)), "assists"),
    (
        "assists_fit",
        situation(Inputs(taker="unit:3", assists=("unit:4",))),
        situation(Inputs(taker="unit:3", assists=("unit:3",))),
        "assists",
    ),
    ("candidates_named", situation(Inputs(takers=("unit:3",))), situation(), "takers"),
    ("by_system", situation(by_system=True), situation(), ""),
    ("rung_is_over", situation(), situation(rung_is_over=False), ""),
    ("is_candidate", situation(), situation(is_candidate=False), "taker"),
    ("is_lead", situation(), situation(is_candidate=False), ""),
    ("one_level_up", situation(), situation(above=False), ""),
    ("handler_named", situation(), situation(handler_name=""), "handler_name"),
    ("return_in_time", situation(return_until=NOW), situation(return_until=NOW - HOUR), ""),
    ("nothing_asked", situation(), situation(asked="extend"), ""),
    ("something_asked", situation(asked="extend"), situation(), ""),
    ("suspension_asked", situation(asked="suspend"), situation(asked="extend"), ""),
    ("extension_asked", situation(asked="extend"), situation(asked="suspend"), ""),
    ("another_decides", situation(asked_by=8), situation(asked_by=7), ""),
    ("until_named", situation(Inputs(until=NOW + HOUR)), situation(), "until"),
    (
        "until_named",
        situation(Inputs(until=NOW + HOUR)),
        situation(Inputs(until=NOW - HOUR)),
        "until",
    ),
    (
        "until_named",
        situation(Inputs(until=NOW + HOUR)),
        situation(Inputs(until=NOW + timedelta(days=6))),
        "until",
    ),
    (
        "lead_or_date_passed",
        situation(by_system=True, hold_until=NOW - HOUR),
        situation(by_system=True, hold_until=NOW + HOUR),
        "",
    ),
    ("lead_or_date_passed", situation(), situation(is_candidate=False), ""),
    ("not_yet_due", situation(due_at=NOW + HOUR), situation(due_at=NOW - HOUR), ""),
    ("extensions_left", situation(), situation(extensions_left=0), ""),
    ("days_named", situation(Inputs(days=5)), situation(), "days"),
    ("days_named", situation(Inputs(days=5)), situation(Inputs(days=6)), "days"),
    ("parent_exists", situation(), situation(has_parent=False), ""),
    ("is_no_child", situation(), situation(is_child=True), ""),
    ("assist_open", situation(), situation(assist_named=False), "taker"),
    ("assists_ended", situation(), situation(assists_open=("住建局",)), ""),
    ("children_ended", situation(), situation(children_open=1), ""),
    (
        "not_reminded_lately",
        situation(reminded_until=NOW),
        situation(reminded_until=NOW + HOUR),
        "",
    ),
    ("level_rises", situation(Inputs(level=2), level=1), situation(), "level"),
    (
        "level_rises",
        situation(Inputs(level=2), level=1),
        situation(Inputs(level=1), level=1),
        "level",
    ),
    ("level_rises", situation(Inputs(level=3)), situation(Inputs(level=4)), "level"),
    ("feedback_wanted", situation(), situation(feedback_runs=False), ""),
    (
        "outcome_given",
        situation(Inputs(result="partly", satisfaction="fairly")),
        situation(Inputs(result="solved")),
        "satisfaction",
    ),
    (
        "outcome_given",
        situation(Inputs(result="partly", satisfaction="fairly")),
        situation(Inputs(satisfaction="satisfied")),
        "result",
    ),
    ("caller_is_not_handler", situation(), situation(handler_name="张 三"), "caller_name"),
    (
        "caller_is_not_handler",
        situation(),
        situation(Inputs(caller_name="李四")),
        "caller_name",
    ),
    ("caller_is_not_handler", situation(), situation(handler_user_id=7), "caller_name"),
    (
        "waited_and_tried",
        situation(wait_until=NOW, tries=3, tries_wanted=3),
        situation(wait_until=NOW, tries=2, tries_wanted=3),
        "",
    ),
    (
        "waited_and_tried",
        situation(wait_until=NOW, tries=3, tries_wanted=3),
        situation(wait_until=NOW + HOUR, tries=3, tries_wanted=3),
        "",
    ),
    ("redo_grounded", situation(result="unsolved"), situation(result="solved"), ""),
    (
        "redo_grounded",
        situation(Inputs(note="又漏水"), satisfaction="dissatisfied"),
        situation(satisfaction="dissatisfied"),
        "note",
    ),
]


@pytest.mark.parametrize(("guard", "met", "broken", "field"), CASES)
def test_a_guard_is_silent_when_met_and_names_its_field_when_broken(
    guard: str, met: Situation, broken: Situation, field: str
) -> None:
    assert check((guard,), met) == {}
    assert list(check((guard,), broken)) == [field]


def test_every_guard_has_a_case() -> None:
    assert {guard for guard, *_rest in CASES} == set(GUARDS)


def test_a_handler_may_write_down_anothers_call_only_where_the_unit_allows_it() -> None:
    own = {"handler_name": "张三", "handler_user_id": 7}
    inputs = Inputs(caller_name="王五")
    assert check(("caller_is_not_handler",), situation(inputs, **own)) == {}
    strict = situation(inputs, **own, callback_on_behalf=False)
    assert list(check(("caller_is_not_handler",), strict)) == ["caller_name"]
