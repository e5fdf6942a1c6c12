"""The transition table of orders as data (DOMAIN.md §4). What is not listed is refused."""

from dataclasses import dataclass
from enum import StrEnum

from qimen_core.i18n import translations
from qimen_orders.events import Event
from qimen_orders.states import OPEN_STATES, State

__all__ = [
    "TAKER_MOVES",
    "TRANSITIONS",
    "WHO_LABELS",
    "ClockKind",
    "Effect",
    "Transition",
    "Who",
    "find_transition",
    "moves_from",
]

_ = translations("qimen_orders")


class ClockKind(StrEnum):
    """What a clock measures."""

    RESPONSE = "response"  # submitted → the resident hears whether it is taken up
    CLAIM = "claim"  # dispatched or whistled → somebody takes it on
    HANDLING = "handling"  # accepted → the reply
    FEEDBACK = "feedback"  # supervised → the taker says how it stands


class Effect(StrEnum):
    """What a transition does to one clock."""

    START = "start"
    STOP = "stop"
    RESTART = "restart"  # stops the one that runs, if any, and starts anew
    PAUSE = "pause"
    RESUME = "resume"
    CREDIT = "credit"  # the time since the return becomes a pause
    EXTEND = "extend"


class Who(StrEnum):
    """Whose move it is; the guards of the row hold it."""

    RESIDENT = "resident"
    TRIAGE = "triage"
    TAKER = "taker"
    LEADER = "leader"
    ABOVE = "above"
    SYSTEM = "system"


WHO_LABELS: dict[str, str] = {
    Who.RESIDENT: _("诉求人、工作人员"),
    Who.TRIAGE: _("受理人员"),
    Who.TAKER: _("接单方"),
    Who.LEADER: _("负责人"),
    Who.ABOVE: _("上一级"),
    Who.SYSTEM: _("系统"),
}


@dataclass(frozen=True, slots=True)
class Transition:
    """One row of the table.

    Args:
        source: The state it leaves; the change is refused from any other.
        event: What happens.
        target: The state it reaches; the source itself where only something is noted.
        who: Whose move it is.
        guards: Names in ``qimen_orders.guards.GUARDS`` that must all agree.
        clocks: What happens to which clock, in this order.
        stamp: The order's column that records the moment.
        undo: May be taken back for some seconds: it changed nothing but the order itself.
    """

    source: State
    event: Event
    target: State
    who: Who
    guards: tuple[str, ...] = ()
    clocks: tuple[tuple[ClockKind, Effect], ...] = ()
    stamp: str = ""
    undo: bool = False


_RESPONSE, _CLAIM = ClockKind.RESPONSE, ClockKind.CLAIM
_HANDLING, _FEEDBACK = ClockKind.HANDLING, ClockKind.FEEDBACK
_STOP_ALL = tuple((kind, Effect.STOP) for kind in ClockKind)
_DONE = ((_HANDLING, Effect.STOP), (_FEEDBACK, Effect.STOP))
_OPEN = tuple(state for state in State if state in OPEN_STATES)

_Clocks = tuple[tuple[ClockKind, Effect], ...]
_NONE: _Clocks = ()


def _row(  # noqa: PLR0917 -- a row of the table is read across
    source: State,
    event: Event,
    target: State,
    who: Who,
    guards: str = "",
    /,
    clocks: _Clocks = _NONE,
    *,
    stamp: str = "",
    undo: bool = False,
) -> Transition:
    return Transition(source, event, target, who, tuple(guards.split()), clocks, stamp, undo)


def _anywhere(event: Event, who: Who, guards: str, clocks: _Clocks = _NONE) -> list[Transition]:
    """Return a row for every open state, which leaves the state as it is."""
    return [_row(state, event, state, who, guards, clocks) for state in _OPEN]


_S, _E, _F = State, Event, Effect

TRANSITIONS: tuple[Transition, ...] = (
    _row(_S.DRAFT, _E.SUBMIT, _S.SUBMITTED, Who.RESIDENT, "required_fields",
         ((_RESPONSE, _F.START),), stamp="submitted_at"),
    # Taking it up is the answer the response clock waits for.
    _row(_S.SUBMITTED, _E.ACCEPT, _S.ACCEPTED, Who.TRIAGE, "category_set",
         ((_RESPONSE, _F.STOP), (_HANDLING, _F.START)), stamp="accepted_at", undo=True),
    _row(_S.SUBMITTED, _E.NOT_ACCEPT, _S.NOT_ACCEPTED, Who.TRIAGE,
         "reason_given resident_told", _STOP_ALL, stamp="closed_at"),
    _row(_S.SUBMITTED, _E.MERGE, _S.MERGED, Who.TRIAGE, "target_open",
         _STOP_ALL, stamp="closed_at"),
    _row(_S.ACCEPTED, _E.MERGE, _S.MERGED, Who.TRIAGE, "target_open",
         _STOP_ALL, stamp="closed_at"),
    _row(_S.SUBMITTED, _E.REDIRECT, _S.REDIRECTED, Who.TRIAGE, "body_named",
         _STOP_ALL, stamp="closed_at"),
    _row(_S.ACCEPTED, _E.DISPATCH, _S.DISPATCHED, Who.TRIAGE, "lead_named assists_fit",
         ((_CLAIM, _F.START),), stamp="dispatched_at", undo=True),
    _row(_S.ACCEPTED, _E.WHISTLE, _S.WHISTLED, Who.TRIAGE, "candidates_named",
         ((_CLAIM, _F.START),), stamp="dispatched_at"),
    _row(_S.WHISTLED, _E.WIDEN, _S.WHISTLED, Who.SYSTEM, "by_system rung_is_over",
         ((_CLAIM, _F.RESTART),)),
    _row(_S.DISPATCHED, _E.CLAIM, _S.IN_PROGRESS, Who.TAKER, "is_candidate handler_named",
         ((_CLAIM, _F.STOP),), stamp="claimed_at", undo=True),
    _row(_S.WHISTLED, _E.CLAIM, _S.IN_PROGRESS, Who.TAKER, "is_candidate handler_named",
         ((_CLAIM, _F.STOP),), stamp="claimed_at"),
    _row(_S.DISPATCHED, _E.RETURN, _S.ARBITRATION, Who.TAKER,
         "is_candidate reason_given return_in_time"),
    _row(_S.ARBITRATION, _E.UPHOLD, _S.ACCEPTED, Who.ABOVE, "one_level_up text_given",
         ((_CLAIM, _F.STOP), (_HANDLING, _F.CREDIT))),
    _row(_S.ARBITRATION, _E.REJECT, _S.DISPATCHED, Who.ABOVE, "one_level_up text_given"),
    _row(_S.IN_PROGRESS, _E.ASK_SUSPEND, _S.IN_PROGRESS, Who.TAKER,
         "is_lead nothing_asked reason_given until_named"),
    _row(_S.IN_PROGRESS, _E.SUSPEND, _S.SUSPENDED, Who.LEADER,
         "suspension_asked another_decides", ((_HANDLING, _F.PAUSE),)),
    _row(_S.SUSPENDED, _E.RESUME, _S.IN_PROGRESS, Who.TAKER, "lead_or_date_passed",
         ((_HANDLING, _F.RESUME),)),
    _row(_S.IN_PROGRESS, _E.ASK_EXTEND, _S.IN_PROGRESS, Who.TAKER,
         "is_lead nothing_asked not_yet_due extensions_left reason_given days_named"),
    _row(_S.IN_PROGRESS, _E.EXTEND, _S.IN_PROGRESS, Who.ABOVE,
         "extension_asked another_decides one_level_up", ((_HANDLING, _F.EXTEND),)),
    _row(_S.IN_PROGRESS, _E.DECLINE, _S.IN_PROGRESS, Who.LEADER,
         "something_asked another_decides text_given"),
    _row(_S.IN_PROGRESS, _E.UPLIFT, _S.DISPATCHED, Who.LEADER,
         "is_lead nothing_asked parent_exists text_given", ((_CLAIM, _F.START),),
         stamp="dispatched_at"),
    _row(_S.IN_PROGRESS, _E.SPLIT, _S.IN_PROGRESS, Who.TAKER, "is_lead is_no_child"),
    _row(_S.IN_PROGRESS, _E.ASSIST_DONE, _S.IN_PROGRESS, Who.TAKER, "assist_open text_given"),
    _row(_S.IN_PROGRESS, _E.ASSIST_WAIVED, _S.IN_PROGRESS, Who.TAKER,
         "is_lead assist_open text_given"),
    *_anywhere(_E.REMIND, Who.RESIDENT, "not_reminded_lately"),
    *_anywhere(_E.SUPERVISE, Who.ABOVE, "one_level_up level_rises text_given",
               ((_FEEDBACK, _F.RESTART),)),
    *_anywhere(_E.FEEDBACK, Who.TAKER, "feedback_wanted text_given", ((_FEEDBACK, _F.STOP),)),
    *_anywhere(_E.RECOUNT, Who.SYSTEM, "by_system"),
    _row(_S.IN_PROGRESS, _E.REPLY, _S.REPLIED, Who.TAKER,
         "is_lead nothing_asked resident_told assists_ended children_ended", _DONE,
         stamp="replied_at", undo=True),
    _row(_S.REPLIED, _E.CALL_MISSED, _S.REPLIED, Who.TRIAGE),
    _row(_S.REPLIED, _E.CALLBACK, _S.EVALUATED, Who.TRIAGE,
         "outcome_given caller_is_not_handler", stamp="evaluated_at", undo=True),
    _row(_S.REPLIED, _E.TIME_OUT, _S.EVALUATED, Who.SYSTEM, "by_system waited_and_tried",
         stamp="evaluated_at"),
    # The round rises and everything is handled anew, so the clock is a new one.
    _row(_S.EVALUATED, _E.REDO, _S.IN_PROGRESS, Who.TRIAGE, "redo_grounded",
         ((_HANDLING, _F.START),)),
    _row(_S.EVALUATED, _E.CLOSE_OFF, _S.CLOSED, Who.TRIAGE, "",
         ((_FEEDBACK, _F.STOP),), stamp="closed_at", undo=True),
)  # fmt: skip

_BY_MOVE = {(row.source, row.event): row for row in TRANSITIONS}


# What a unit may do that an order was lent to: the taker's own moves. Splitting makes new orders
# where the first one lies, so it stays with those who reach that place.
TAKER_MOVES = frozenset(
    {row.event for row in TRANSITIONS if row.who is Who.TAKER} - {Event.SPLIT} | {Event.UPLIFT}
)


def find_transition(source: str, event: str) -> Transition | None:
    """Return the row for ``event`` from ``source``, or None when the table has none."""
    try:
        return _BY_MOVE.get((State(source), Event(event)))
    except ValueError:
        return None


def moves_from(source: str) -> tuple[Transition, ...]:
    """Return the rows that leave ``source``, in the table's order."""
    return tuple(row for row in TRANSITIONS if row.source == source)
