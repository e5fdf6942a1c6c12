"""Messages as staff see them: masked, with what became of each, and sent again where it failed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from qimen_core.context import Context
from qimen_core.db.session import scope
from qimen_core.db.work import unit_of_work
from qimen_core.errors import NotFound
from qimen_core.i18n import translations
from qimen_core.messages.models import Message
from qimen_core.messages.sending import PAPER, READ, SEND
from qimen_core.org.queries import names_of
from qimen_core.privacy import mask_phone

__all__ = [
    "DELIVERIES",
    "STATES",
    "ShownMessage",
    "mark_told",
    "paper_list",
    "send_again",
    "shown_messages",
    "state_of",
    "told_about",
]

_ = translations("qimen_core")
_SHOWN = 200
_message: Any = Message.__table__.c  # type: ignore[attr-defined]

STATES = {
    "waiting": _("等待发送"),
    "sending": _("正在发送"),
    "sent": _("已发出"),
    PAPER: _("待电话告知"),
    "told": _("已告知"),
    "dead": _("发送失败"),
    "withdrawn": _("已撤回"),
}
DELIVERIES = {"delivered": _("已送达"), "failed": _("未送达")}
# To be told by a person: what never went, what failed for good, and what did not arrive.
_BY_PHONE = (PAPER, "dead")


@dataclass(frozen=True, slots=True)
class ShownMessage:
    """A message as the list shows it; ``recipient`` is masked, the words are left out."""

    id: int
    label: str
    unit: str
    recipient: str
    state: str
    created_at: datetime
    not_before: datetime
    sent_at: datetime | None
    attempts: int
    receipt: str
    error: str
    url: str
    may_send: bool
    delivery: str = ""
    delivered_at: datetime | None = None


def shown_messages(ctx: Context, state: str = "") -> list[ShownMessage]:
    """Return the latest 200 messages in the actor's reach, those of one state if it is given."""
    wanted = select(Message).order_by(_message.id.desc()).limit(_SHOWN)
    if state in STATES:
        wanted = wanted.where(_message.state == state)
    with scope(ctx.session, ctx, READ):
        rows = list(ctx.session.scalars(wanted))
    names = names_of(ctx, {row.org_path for row in rows})
    return [
        ShownMessage(
            id=row.id or 0,
            label=row.label,
            unit=names.get(row.org_path, ""),
            recipient=mask_phone(row.recipient.reveal()) if row.recipient else "",
            state=row.state,
            created_at=row.created_at,
            not_before=row.not_before,
            sent_at=row.sent_at,
            attempts=row.attempts,
            receipt=row.receipt,
            error=row.error,
            url=row.url,
            may_send=ctx.can(SEND, row.org_path),
            delivery=row.delivery,
            delivered_at=row.delivered_at,
        )
        for row in rows
    ]


def state_of(state: str, delivery: str) -> str:
    """Return a message's state in words; a receipt says more than that it was sent."""
    return str((DELIVERIES.get(delivery) if state == "sent" else None) or STATES[state])


def told_about(ctx: Context, subject: str) -> dict[str, str]:
    """Return what became of the messages about a record, in words by their key.

    Those in reach of whoever may read messages; to others there are none.
    """
    wanted = select(Message.key, Message.state, Message.delivery).where(  # type: ignore[call-overload]
        _message.subject == subject
    )
    with scope(ctx.session, ctx, READ):
        return {key: state_of(*rest) for key, *rest in ctx.session.execute(wanted)}


def paper_list(ctx: Context) -> Sequence[tuple[str, str, str, str]]:
    """Return ``(unit, about, number in full, words)`` of what has to be told by phone.

    That is also what failed at every try, and what the gateway says did not arrive.

    Whoever asks for it may send; the caller writes into the audit that it was taken out.
    """
    wanted = (
        select(Message).where(_message.state.in_(_BY_PHONE)).order_by(_message.id).limit(_SHOWN)
    )
    with scope(ctx.session, ctx, SEND):
        rows = list(ctx.session.scalars(wanted))
    names = names_of(ctx, {row.org_path for row in rows})
    return [
        (
            names.get(row.org_path, ""),
            row.label,
            row.recipient.reveal() if row.recipient else "",
            row.text.reveal() if row.text else "",
        )
        for row in rows
    ]


def send_again(ctx: Context, message_id: int) -> None:
    """Queue a message that failed once more, with all its tries.

    Raises:
        NotFound: There is none in reach, or it did not fail.
    """
    _set(ctx, message_id, ("dead",), state="waiting", attempts=0, not_before=ctx.now, error="")


def mark_told(ctx: Context, message_id: int) -> None:
    """Note that a person has told what a message says.

    Raises:
        NotFound: There is none in reach, or it waits for nobody to tell it.
    """
    _set(ctx, message_id, _BY_PHONE, state="told", sent_at=ctx.now)


def _set(ctx: Context, message_id: int, expected: Sequence[str], **values: object) -> None:
    path = select(Message.org_path).where(_message.id == message_id)  # type: ignore[call-overload]
    with scope(ctx.session, ctx, SEND):
        unit = ctx.session.scalar(path)
    if unit is None:
        raise NotFound
    with unit_of_work(ctx, SEND, subject=f"core_message:{message_id}", unit=unit) as uow:
        mine = update(Message).where(_message.id == message_id, _message.state.in_(expected))
        if not uow.claim(mine.values(**values)):
            raise NotFound(_("这条消息已不是可操作的状态，请刷新后再看"))
