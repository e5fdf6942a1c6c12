"""Who hears, under their bell, that a petition came to their unit."""

from collections.abc import Mapping
from typing import Final

from qimen_core import Context, scope, translations, unit_of_work
from qimen_orders import Event, Order
from qimen_web.notices import notify

__all__ = ["TELL", "hear"]

_ = translations("qimen_petitions")

OWNER: Final = "petitions"
READ: Final = "petitions.order.read"
TELL: Final = "petitions.order.tell"
TRANSITIONED: Final = "orders.order.transitioned"
_TOLD: Final = {
    Event.SUBMIT.value: _("新收到诉求：{number}"),
    Event.DISPATCH.value: _("新派来工单：{number}"),
}


def hear(ctx: Context, event: str, payload: Mapping[str, object], actor_id: int | None) -> None:
    """Tell the unit of a petition that was submitted or dispatched, once it is committed.

    What has gone on meanwhile is told to nobody: the news would be none. The same event heard
    twice is told once, by its key.

    Args:
        ctx: The system's.
        event: The event; those of other kinds and other owners are passed over.
        payload: As ``qimen_orders`` documents it.
        actor_id: Who moved the order; they know already.
    """
    if event != TRANSITIONED or payload["owner"] != OWNER or payload["event"] not in _TOLD:
        return
    with scope(ctx.session, ctx, READ):
        order = ctx.session.get(Order, payload["order_id"])
        if order is None or order.state != payload["target"]:
            return
        subject, unit = f"orders_order:{order.id}", order.org_path
        where, what = order.org_id, "submitted"
        if payload["event"] == Event.DISPATCH:
            where = order.lead_id or order.org_id
            # The same order may be dispatched again, in a later round or after it came back.
            what = f"dispatched:{order.dispatched_at:%Y%m%d%H%M%S%f}"
        text = _TOLD[str(payload["event"])].format(number=order.number)
        key, url = f"petitions.order:{order.id}:{what}", f"/petitions/{order.id}"
    with unit_of_work(ctx, TELL, permission=READ, subject=subject, unit=unit) as uow:
        notify(uow, where, permission=READ, text=text, url=url, key=key, by=actor_id)
