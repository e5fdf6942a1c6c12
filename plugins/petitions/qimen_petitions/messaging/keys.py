"""How a message about a petition is named: by its order, the move, and the move's moment."""

from datetime import datetime

__all__ = ["message_key"]


def message_key(order_id: int, event: str, moment: datetime) -> str:
    """Return the key under which a move is told once."""
    return f"petitions:{order_id}:{event}:{moment:%Y%m%d%H%M%S%f}"
