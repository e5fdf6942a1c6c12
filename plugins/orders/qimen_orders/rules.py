"""The transition table of orders as data (DOMAIN.md §4). What is not listed is refused."""

from dataclasses import dataclass
from enum import StrEnum

from qimen_orders.states import Event, State

__all__ = [
    "TRANSITIONS",
    "ClockKind",
    "Effect",
    "Transition",
    "find_transition",
    "moves_from",
]


class ClockKind(StrEnum):
    """What a clock measures."""

    RESPONSE = "response"  # submitted → the resident hears whether it is taken up
    CLAIM = "claim"  # dispatched → somebody takes it on
    HANDLING = "handling"  # accepted → the reply


class Effect(StrEnum):
    """What a transition does to one clock."""

    START = "start"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class Transition:
    """One row of the table.

    Args:
        source: The state it leaves; the change is refused from any other.
        event: What happens.
        target: The state it reaches.
        guards: Names in ``qimen_orders.guards.GUARDS`` that must all agree.
        clocks: What happens to which clock, in this order.
        stamp: The order's column that records the moment.
    """

    source: State
    event: Event
    target: State
    guards: tuple[str, ...] = ()
    clocks: tuple[tuple[ClockKind, Effect], ...] = ()
    stamp: str = ""


_STOP_ALL = tuple((kind, Effect.STOP) for kind in ClockKind)

TRANSITIONS: tuple[Transition, ...] = (
    Transition(
        State.DRAFT,
        Event.SUBMIT,
        State.SUBMITTED,
        guards=("required_fields",),
        clocks=((ClockKind.RESPONSE, Effect.START),),
        stamp="submitted_at",
    ),
    Transition(
        State.SUBMITTED,
        Event.ACCEPT,
        State.ACCEPTED,
        guards=("category_set",),
        # Taking it up is the answer the response clock waits for.
        clocks=((ClockKind.RESPONSE, Effect.STOP), (ClockKind.HANDLING, Effect.START)),
        stamp="accepted_at",
    ),
    Transition(
        State.SUBMITTED,
        Event.NOT_ACCEPT,
        State.NOT_ACCEPTED,
        guards=("reason_given", "resident_told"),
        clocks=_STOP_ALL,
        stamp="closed_at",
    ),
    Transition(
        State.ACCEPTED,
        Event.DISPATCH,
        State.DISPATCHED,
        guards=("lead_named",),
        clocks=((ClockKind.CLAIM, Effect.START),),
        stamp="dispatched_at",
    ),
    Transition(
        State.DISPATCHED,
        Event.CLAIM,
        State.IN_PROGRESS,
        guards=("is_candidate", "handler_named"),
        clocks=((ClockKind.CLAIM, Effect.STOP),),
        stamp="claimed_at",
    ),
    Transition(
        State.IN_PROGRESS,
        Event.REPLY,
        State.REPLIED,
        guards=("resident_told",),
        clocks=((ClockKind.HANDLING, Effect.STOP),),
        stamp="replied_at",
    ),
    Transition(
        State.REPLIED,
        Event.CALLBACK,
        State.EVALUATED,
        guards=("outcome_given", "caller_is_not_handler"),
        stamp="evaluated_at",
    ),
    Transition(State.EVALUATED, Event.CLOSE_OFF, State.CLOSED, stamp="closed_at"),
)

_BY_MOVE = {(row.source, row.event): row for row in TRANSITIONS}


def find_transition(source: str, event: str) -> Transition | None:
    """Return the row for ``event`` from ``source``, or None when the table has none."""
    try:
        return _BY_MOVE.get((State(source), Event(event)))
    except ValueError:
        return None


def moves_from(source: str) -> tuple[Transition, ...]:
    """Return the rows that leave ``source``, in the table's order."""
    return tuple(row for row in TRANSITIONS if row.source == source)
