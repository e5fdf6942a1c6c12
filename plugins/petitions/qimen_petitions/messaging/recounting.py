"""What became of the message that a line of the timeline brought about."""

from dataclasses import replace

from qimen_core import Context, translations
from qimen_core.messages.looking import told_about
from qimen_orders import Happening, OrderFacts
from qimen_petitions.messaging.keys import message_key

__all__ = ["with_messages"]

_ = translations("qimen_petitions")


def with_messages(ctx: Context, facts: OrderFacts) -> OrderFacts:
    """Return an order's facts, each line saying whether its message arrived.

    To readers who may not see messages the facts are what they were.
    """
    told = told_about(ctx, f"orders_order:{facts.order.id}")
    if not told:
        return facts
    timeline = tuple(_line(facts.order.id or 0, line, told) for line in facts.timeline)
    return replace(facts, timeline=timeline)


def _line(order_id: int, line: Happening, told: dict[str, str]) -> Happening:
    state = told.get(message_key(order_id, line.event, line.at))
    if state is None:
        return line
    said = _("短信告知诉求人：{state}").format(state=state)
    return replace(line, detail="；".join(part for part in (line.detail, said) if part))
