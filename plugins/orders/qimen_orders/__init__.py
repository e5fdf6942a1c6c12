"""The order engine 工单: what a plugin that owns orders may import."""

from qimen_orders.asked import Asked, asked_units
from qimen_orders.clock_facts import ClockFacts
from qimen_orders.conditions import happened, lines_of, open_request, watched
from qimen_orders.deadlines import due_words
from qimen_orders.events import EVENT_LABELS, UNDO, Event
from qimen_orders.foretelling import deadline_text
from qimen_orders.inputs import Inputs
from qimen_orders.joint import split, start_part
from qimen_orders.limits import KINDS
from qimen_orders.models import Order, OrderHistory
from qimen_orders.moves import Move
from qimen_orders.past import PastOrder, PastStep, record_past
from qimen_orders.reading import (
    Happening,
    OrderFacts,
    Part,
    Related,
    Step,
    find_order,
    read_order,
    read_path,
)
from qimen_orders.rules import TAKER_MOVES
from qimen_orders.services import NewOrder, create_order, move
from qimen_orders.states import (
    ASIDE_STATES,
    LEVEL_LABELS,
    OPEN_STATES,
    RESULT_LABELS,
    SATISFACTION_LABELS,
    STATE_LABELS,
    STATE_TONES,
    Result,
    Satisfaction,
    State,
)
from qimen_orders.takers import RUNG_LABELS, Taker, find_takers
from qimen_orders.undoing import may_undo, undo

__all__ = [
    "ASIDE_STATES",
    "EVENT_LABELS",
    "KINDS",
    "LEVEL_LABELS",
    "OPEN_STATES",
    "RESULT_LABELS",
    "RUNG_LABELS",
    "SATISFACTION_LABELS",
    "STATE_LABELS",
    "STATE_TONES",
    "TAKER_MOVES",
    "UNDO",
    "Asked",
    "ClockFacts",
    "Event",
    "Happening",
    "Inputs",
    "Move",
    "NewOrder",
    "Order",
    "OrderFacts",
    "OrderHistory",
    "Part",
    "PastOrder",
    "PastStep",
    "Related",
    "Result",
    "Satisfaction",
    "State",
    "Step",
    "Taker",
    "asked_units",
    "create_order",
    "deadline_text",
    "due_words",
    "find_order",
    "find_takers",
    "happened",
    "lines_of",
    "may_undo",
    "move",
    "open_request",
    "read_order",
    "read_path",
    "record_past",
    "split",
    "start_part",
    "undo",
    "watched",
]
