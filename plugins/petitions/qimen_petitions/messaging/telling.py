"""Which move tells the resident what, and when it may go at the earliest."""

# lint-ok-file: chinese -- one placeholder's word, see answering/placeholders.py

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from qimen_core import Context, scope, translations, unit_of_work
from qimen_core.messages.queueing import NewMessage, queue_message
from qimen_core.privacy import normal_phone
from qimen_orders import Event, Order, State
from qimen_orders.settings import OrderSettings
from qimen_petitions.answering.filling import values_of
from qimen_petitions.answering.placeholders import fill
from qimen_petitions.calling.waiting import tries_of
from qimen_petitions.messaging.keys import message_key
from qimen_petitions.models import Petition
from qimen_petitions.settings import PetitionSettings

__all__ = ["hear_for_resident"]

_ = translations("qimen_petitions")

OWNER: Final = "petitions"
READ: Final = "petitions.order.read"
TELL: Final = "petitions.message.queue"
# What is imported, or told late, is no news: nobody is woken by a reply of last year.
_NO_NEWS: Final = timedelta(days=2)
_TRANSITIONED: Final = "orders.order.transitioned"


@dataclass(frozen=True, slots=True)
class _News:
    """What a move tells: the setting with its words, its name, and the state it holds in."""

    setting: str
    label: str
    states: tuple[State, ...]


_UNDER_WAY = (
    State.ACCEPTED, State.DISPATCHED, State.WHISTLED, State.ARBITRATION, State.IN_PROGRESS,
    State.SUSPENDED,
)  # fmt: skip
_NEWS: Final[Mapping[str, _News]] = {
    Event.ACCEPT: _News("message_accepted", _("已受理"), _UNDER_WAY),
    Event.NOT_ACCEPT: _News("message_not_accepted", _("不予受理"), (State.NOT_ACCEPTED,)),
    Event.REPLY: _News("message_replied", _("已答复"), (State.REPLIED,)),
    Event.CALL_MISSED: _News("message_missed", _("回访未接通"), (State.REPLIED,)),
}


def hear_for_resident(ctx: Context, event: str, payload: Mapping[str, object]) -> None:
    """Write a message to the resident of a petition that was moved on, once it is committed.

    What was taken back or has gone on meanwhile is told to nobody. Of a move that may still be
    undone the message waits until it no longer may; undoing it withdraws the message.

    Args:
        ctx: The system's.
        event: The event; those of other kinds and other owners are passed over.
        payload: As ``qimen_orders`` documents it.
    """
    if event != _TRANSITIONED or payload["owner"] != OWNER:
        return
    news = _NEWS.get(str(payload["event"]))
    if news is None:
        return
    order_id = int(str(payload["order_id"]))
    with scope(ctx.session, ctx, READ):
        order = ctx.session.get(Order, order_id)
        if order is None or order.state not in news.states:
            return
        phone = _phone(ctx, order_id)
        settings = ctx.setting(PetitionSettings, order.org_path)
        words = str(getattr(settings, news.setting))
        if not phone or not words.strip():
            return
        moment = _moment(ctx, order, str(payload["event"]))
        if moment is None or moment < ctx.now - _NO_NEWS:
            return
        told = _message(ctx, order, str(payload["event"]), moment, words)
        told = replace(told, label=str(news.label), recipient=phone)
        unit, place = order.org_path, _Place(order.org_id, order.org_path)
    with unit_of_work(ctx, TELL, permission=READ, subject=told.subject, unit=unit) as uow:
        queue_message(uow, place, told)


@dataclass(frozen=True, slots=True)
class _Place:
    id: int
    path: str


def _message(ctx: Context, order: Order, event: str, moment: datetime, words: str) -> NewMessage:
    """Return the message of an order, without its name and its reader."""
    assert order.id is not None
    address = ctx.setting(PetitionSettings, order.org_path).tracking_address
    asked = _("凭查询码和电话后四位查看：{address} ").format(address=address) if address else ""
    # A blank without a value would stay as it is written.
    text = words if address else words.replace("{查询网址}", "")
    seconds = ctx.setting(OrderSettings, order.org_path).undo_seconds
    return NewMessage(
        plugin=OWNER,
        label="",
        key=message_key(order.id, event, moment),
        recipient="",
        text=fill(text, {**values_of(ctx, order.id), "查询网址": asked}),
        subject=f"orders_order:{order.id}",
        url=f"/petitions/{order.id}",
        # One second more than the engine grants.
        not_before=moment + timedelta(seconds=seconds + 1),
    )


def _moment(ctx: Context, order: Order, event: str) -> datetime | None:
    if event == Event.CALL_MISSED:
        missed = tries_of(ctx, [order.id or 0]).get(order.id or 0, ())
        return missed[-1] if missed else None
    moments = {Event.ACCEPT: order.accepted_at, Event.NOT_ACCEPT: order.closed_at}
    return moments.get(Event(event), order.replied_at)


def _phone(ctx: Context, order_id: int) -> str:
    """Return whom to tell; nobody of a sealed petition: its number must enter no list (SECURITY 6).

    Whoever complains under seal follows by code.
    """
    petition = ctx.session.get(Petition, order_id)
    if petition is None or petition.sealed or petition.phone is None:
        return ""
    return normal_phone(petition.phone.reveal())
