"""Every state × event: what the table of DOMAIN.md §4 lists is allowed, the rest is refused."""

import pytest

from qimen_orders.guards import GUARDS, Inputs, Situation, check
from qimen_orders.rules import TRANSITIONS, ClockKind, Effect, find_transition, moves_from
from qimen_orders.states import (
    EVENT_LABELS,
    OPEN_STATES,
    STATE_LABELS,
    STATE_TONES,
    STEP_OF,
    STEPS,
    Event,
    State,
)

# Written by hand from DOMAIN.md §4, not from the code.
ALLOWED = {
    ("draft", "submit"): "submitted",
    ("submitted", "accept"): "accepted",
    ("submitted", "not_accept"): "not_accepted",
    ("accepted", "dispatch"): "dispatched",
    ("dispatched", "claim"): "in_progress",
    ("in_progress", "reply"): "replied",
    ("replied", "callback"): "evaluated",
    ("evaluated", "close_off"): "closed",
}


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("event", list(Event))
def test_only_listed_transitions_exist(state: State, event: Event) -> None:
    row = find_transition(state, event)
    expected = ALLOWED.get((str(state), str(event)))
    assert (row and str(row.target)) == expected


def test_unknown_words_have_no_transition() -> None:
    assert find_transition("nowhere", "accept") is None
    assert find_transition("submitted", "explode") is None


def test_every_state_is_reached_and_final_states_have_no_way_out() -> None:
    reached = {row.target for row in TRANSITIONS} | {State.DRAFT}
    assert reached == set(State)
    assert [state for state in State if not moves_from(state)] == [
        State.NOT_ACCEPTED,
        State.CLOSED,
    ]
    assert {State.NOT_ACCEPTED, State.CLOSED}.isdisjoint(OPEN_STATES)


def test_every_guard_named_in_the_table_exists_and_is_used() -> None:
    named = {name for row in TRANSITIONS for name in row.guards}
    assert named == set(GUARDS)


def test_every_word_has_a_label() -> None:
    assert set(STATE_LABELS) == set(STATE_TONES) == set(STEP_OF) == set(State)
    assert set(EVENT_LABELS) == set(Event)
    assert {key for key, _ in STEPS} == set(STEP_OF.values())


def test_no_clock_is_started_twice_and_each_started_clock_is_stopped_on_the_way_to_the_end() -> (
    None
):
    for end in ("close_off", "not_accept"):
        running: set[ClockKind] = set()
        state = State.DRAFT
        path = (
            [Event.SUBMIT, Event.NOT_ACCEPT]
            if end == "not_accept"
            else [
                Event.SUBMIT,
                Event.ACCEPT,
                Event.DISPATCH,
                Event.CLAIM,
                Event.REPLY,
                Event.CALLBACK,
                Event.CLOSE_OFF,
            ]
        )
        for event in path:
            row = find_transition(state, event)
            assert row is not None
            for kind, effect in row.clocks:
                if effect is Effect.START:
                    assert kind not in running
                    running.add(kind)
                else:
                    running.discard(kind)
            state = row.target
        assert not running


def situation(**changes: object) -> Situation:
    facts: dict[str, object] = {
        "title": "路灯不亮",
        "category": "road",
        "handler_name": "李四",
        "handler_user_id": None,
        "actor_user_id": 7,
        "actor_name": "张三",
        "is_candidate": True,
        "lead_open": True,
        "callback_on_behalf": True,
        "inputs": Inputs(),
    }
    return Situation(**{**facts, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("guard", "broken", "field"),
    [
        ("required_fields", {"title": "  "}, "title"),
        ("category_set", {"category": ""}, "category"),
        ("reason_given", {}, "reason"),
        ("resident_told", {"inputs": Inputs(public_text=" ")}, "public_text"),
        ("lead_named", {}, "lead_id"),
        ("lead_named", {"inputs": Inputs(lead_id=3), "lead_open": False}, "lead_id"),
        ("is_candidate", {"is_candidate": False}, "lead_id"),
        ("handler_named", {"handler_name": ""}, "handler_name"),
        ("outcome_given", {"inputs": Inputs(result="solved")}, "satisfaction"),
        ("outcome_given", {"inputs": Inputs(satisfaction="satisfied")}, "result"),
        ("caller_is_not_handler", {"handler_name": "张 三"}, "caller_name"),
        ("caller_is_not_handler", {"inputs": Inputs(caller_name="李四")}, "caller_name"),
        ("caller_is_not_handler", {"handler_user_id": 7}, "caller_name"),
    ],
)
def test_a_broken_guard_names_its_field(guard: str, broken: dict[str, object], field: str) -> None:
    assert list(check((guard,), situation(**broken))) == [field]


@pytest.mark.parametrize(
    ("guard", "inputs"),
    [
        ("required_fields", Inputs()),
        ("category_set", Inputs()),
        ("reason_given", Inputs(reason="duplicate")),
        ("resident_told", Inputs(public_text="已派人查看")),
        ("lead_named", Inputs(lead_id=3)),
        ("is_candidate", Inputs()),
        ("handler_named", Inputs()),
        ("outcome_given", Inputs(result="partly", satisfaction="fairly")),
        ("caller_is_not_handler", Inputs()),
    ],
)
def test_a_met_guard_is_silent(guard: str, inputs: Inputs) -> None:
    assert check((guard,), situation(inputs=inputs)) == {}


def test_a_handler_may_write_down_anothers_call_only_where_the_unit_allows_it() -> None:
    inputs = Inputs(caller_name="王五")
    own = {"handler_name": "张三", "handler_user_id": 7, "inputs": inputs}
    assert check(("caller_is_not_handler",), situation(**own)) == {}
    strict = situation(**own, callback_on_behalf=False)
    assert list(check(("caller_is_not_handler",), strict)) == ["caller_name"]
