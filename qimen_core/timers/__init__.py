"""Clocks of the domain: start + limit + calendar + pauses, the due time always derived."""

from qimen_core.timers.explain import Line, LineKind, explain, explain_text
from qimen_core.timers.limit import Limit, LimitUnit
from qimen_core.timers.pause import Pause, merge_pauses
from qimen_core.timers.timer import Timer

__all__ = [
    "Limit",
    "LimitUnit",
    "Line",
    "LineKind",
    "Pause",
    "Timer",
    "explain",
    "explain_text",
    "merge_pauses",
]
