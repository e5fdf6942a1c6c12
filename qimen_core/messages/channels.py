"""What a channel is: the way a message takes to its reader."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qimen_core.errors import QimenError

if TYPE_CHECKING:
    from qimen_core.context import Context

__all__ = ["MessageChannel", "MessageRefused", "Outgoing"]


class MessageRefused(QimenError):
    """The channel will never take this message; its sentence holds nothing personal."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message on its way.

    Args:
        id: The same at every try, so that a gateway can tell a repeated one.
        recipient: The phone number, digits only.
        text: The words.
    """

    id: str
    recipient: str
    text: str


@dataclass(frozen=True, slots=True)
class MessageChannel:
    """A way to residents, offered by ``message_channels``.

    Args:
        id: ASCII, at most 20 characters; stands in the message's row.
        label: Its Chinese name.
        send: Hands a message over and returns the other side's receipt, ``""`` without one.
            Raises ``MessageRefused`` where another try is useless; anything else is tried again.
        order: The first one is used.
    """

    id: str
    label: str
    send: "Callable[[Context, Outgoing], str]"
    order: int = 100
