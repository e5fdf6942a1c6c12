"""The hooks of the order engine; a plugin implements one without requiring ``orders``."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from qimen_core import hookspec

if TYPE_CHECKING:
    from qimen_core import Context
    from qimen_orders.models import Order
    from qimen_orders.takers import Taker

__all__ = ["orders_takers"]


@hookspec
def orders_takers(ctx: "Context", order: "Order") -> "Sequence[Taker]":  # type: ignore[empty-body]
    """Return who of this plugin may take ``order`` on, each with the reason; any order."""
