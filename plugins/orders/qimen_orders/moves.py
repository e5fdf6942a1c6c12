"""The moves that the table has from where an order stands, each with what it does to the clocks."""

from dataclasses import dataclass

from qimen_orders.dossier import ASSIST, Dossier
from qimen_orders.events import EVENT_LABELS, Event
from qimen_orders.foretelling import foretell
from qimen_orders.gathering import situation_of
from qimen_orders.guards import GUARDS
from qimen_orders.inputs import Inputs
from qimen_orders.rules import Transition, Who, moves_from
from qimen_orders.turning import how_to_turn

__all__ = ["Move", "moves_of"]

# What no input can mend: with one of these broken a form would only lead to a refusal.
_BEFOREHAND = frozenset(
    {
        "is_candidate", "is_lead", "one_level_up", "nothing_asked", "something_asked",
        "suspension_asked", "extension_asked", "another_decides", "not_yet_due",
        "extensions_left", "parent_exists", "is_no_child", "return_in_time", "feedback_wanted",
        "not_reminded_lately", "lead_or_date_passed", "by_system",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Move:
    """A move the table has from here.

    Attributes:
        event: An ``Event`` value.
        label: The button's word.
        allowed: The actor may do it now.
        ours: It is a person's move, not the system's.
        clocks: What it does to the clocks, one sentence each.
        moves: It leads to another state.
    """

    event: str
    label: str
    allowed: bool
    ours: bool
    clocks: tuple[str, ...]
    moves: bool


def moves_of(now: Dossier) -> list[Move]:
    """Return the moves from here, in the table's order."""
    return [_move(now, row) for row in moves_from(now.order.state)]


def _move(now: Dossier, row: Transition) -> Move:
    allowed = now.may_here(row.event) and _is_open(now, row)
    return Move(
        event=row.event.value,
        label=str(EVENT_LABELS[row.event]),
        allowed=allowed,
        ours=row.who is not Who.SYSTEM,
        clocks=tuple(_foretold(now, row)) if allowed else (),
        moves=row.target is not row.source,
    )


def _is_open(now: Dossier, row: Transition) -> bool:
    if row.event in {Event.ASSIST_DONE, Event.ASSIST_WAIVED} and not now.open_parts(ASSIST):
        return False
    if row.event is Event.SUPERVISE and now.order.level >= _HIGHEST:
        return False
    wanted = [name for name in row.guards if name in _BEFOREHAND]
    situation = situation_of(now, row, Inputs())
    return not any(GUARDS[name](situation) for name in wanted)


_HIGHEST = 3


def _foretold(now: Dossier, row: Transition) -> list[str]:
    raised = {"level": now.order.level + 1} if row.event is Event.SUPERVISE else {}
    changes = {**raised, **({"round": now.order.round + 1} if row.event is Event.REDO else {})}
    return foretell(row, now.clocks, how_to_turn(now, row, changes))
