"""The order engine 工单: what a plugin that owns orders may import."""

from qimen_orders.clocks import ClockFacts
from qimen_orders.deadlines import due_words
from qimen_orders.foretelling import deadline_text
from qimen_orders.guards import Inputs
from qimen_orders.limits import KINDS
from qimen_orders.models import Order
from qimen_orders.reading import Happening, Move, OrderFacts, Step, read_order, read_path
from qimen_orders.services import NewOrder, create_order, move
from qimen_orders.states import (
    EVENT_LABELS,
    OPEN_STATES,
    RESULT_LABELS,
    SATISFACTION_LABELS,
    STATE_LABELS,
    STATE_TONES,
    Event,
    Result,
    Satisfaction,
    State,
)

__all__ = [
    "EVENT_LABELS",
    "KINDS",
    "OPEN_STATES",
    "RESULT_LABELS",
    "SATISFACTION_LABELS",
    "STATE_LABELS",
    "STATE_TONES",
    "ClockFacts",
    "Event",
    "Happening",
    "Inputs",
    "Move",
    "NewOrder",
    "Order",
    "OrderFacts",
    "Result",
    "Satisfaction",
    "State",
    "Step",
    "create_order",
    "deadline_text",
    "due_words",
    "move",
    "read_order",
    "read_path",
]
