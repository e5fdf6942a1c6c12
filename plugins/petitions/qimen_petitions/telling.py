"""Who hears, under their bell, that a petition came to their unit."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from qimen_core import Context, LazyText, scope, translations, unit_of_work
from qimen_orders import Event, Order, asked_units
from qimen_web.notices import notify

__all__ = ["TELL", "hear"]

_ = translations("qimen_petitions")

OWNER: Final = "petitions"
READ: Final = "petitions.order.read"
TELL: Final = "petitions.order.tell"
TRANSITIONED: Final = "orders.order.transitioned"
_RECEIVED: Final = _("新收到诉求：{number}")
_DISPATCHED: Final = _("新派来工单：{number}")
_UPLIFTED: Final = _("上报来的工单：{number}")
_WHISTLED: Final = _("吹哨：{number}，可以接单")
_ASSISTS: Final = _("请协办工单：{number}")
_HEARD: Final = frozenset({Event.SUBMIT, Event.DISPATCH, Event.UPLIFT, Event.WHISTLE, Event.WIDEN})


@dataclass(frozen=True, slots=True)
class _News:
    """What one unit is told; ``what`` tells one such piece of news from another."""

    unit_id: int
    words: LazyText
    what: str


def hear(ctx: Context, event: str, payload: Mapping[str, object], actor_id: int | None) -> None:
    """Tell the units that a petition came to, once that is committed.

    Submitted, it came to the unit where it lies; dispatched or sent up, to its lead and to those
    who assist; whistled for, to every candidate, also where the whistle was widened. They may lie
    anywhere: the order is lent to them. What has gone on meanwhile is told to nobody: the news
    would be none. The same event heard twice is told once, by its key.

    Args:
        ctx: The system's.
        event: The event; those of other kinds and other owners are passed over.
        payload: As ``qimen_orders`` documents it.
        actor_id: Who moved the order; they know already.
    """
    if event != TRANSITIONED or payload["owner"] != OWNER or payload["event"] not in _HEARD:
        return
    with scope(ctx.session, ctx, READ):
        order = ctx.session.get(Order, payload["order_id"])
        if order is None or order.state != payload["target"]:
            return
        news = list(_news(ctx, order, Event(str(payload["event"]))))
        subject, unit = f"orders_order:{order.id}", order.org_path
        number, key, url = order.number, f"petitions.order:{order.id}", f"/petitions/{order.id}"
    if not news:
        return
    with unit_of_work(ctx, TELL, permission=READ, subject=subject, unit=unit) as uow:
        for each in news:
            notify(
                uow,
                each.unit_id,
                permission=READ,
                text=each.words.format(number=number),
                url=url,
                key=f"{key}:{each.what}",
                by=actor_id,
            )


def _news(ctx: Context, order: Order, event: Event) -> Iterable[_News]:
    lead = order.lead_id or order.org_id
    # The same order may be dispatched again, in a later round or after it came back.
    when = f"dispatched:{order.dispatched_at:%Y%m%d%H%M%S%f}" if order.dispatched_at else ""
    if event is Event.SUBMIT:
        yield _News(order.org_id, _RECEIVED, "submitted")
        return
    if event is Event.DISPATCH:
        yield _News(lead, _DISPATCHED, when)
    if event is Event.UPLIFT:
        yield _News(lead, _UPLIFTED, f"uplifted:{lead}:{order.version}")
    for each in asked_units(ctx, order.id or 0):
        if each.unit_id != order.lead_id:
            words = _ASSISTS if each.assists else _WHISTLED
            yield _News(each.unit_id, words, f"asked:{each.part_id}")
