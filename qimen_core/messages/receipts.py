"""What a gateway says later of a message: that it arrived, or that it did not."""

import json
import re
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, case, or_, select, update

from qimen_core.context import Context
from qimen_core.db.session import scope
from qimen_core.db.work import unit_of_work
from qimen_core.i18n import translations
from qimen_core.messages.models import Message
from qimen_core.messages.sending import PAPER, READ, SEND

__all__ = ["DELIVERED", "FAILED", "Receipt", "read_receipt", "take_receipt"]

_ = translations("qimen_core")

DELIVERED: Final = "delivered"
FAILED: Final = "failed"
_OURS = re.compile(r"qimen-([1-9]\d{0,17})")
_THEIRS = re.compile(r"[\w-]{1,80}", re.ASCII)
# A gateway's code of a failure; a row of digits might be somebody's number.
_CODE = re.compile(r"(?!.*\d{6})[A-Za-z0-9_:.-]{1,20}")
_message: Any = Message.__table__.c  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Receipt:
    """One report.

    Args:
        message_id: The message's id where the gateway kept ours; else None.
        receipt: The gateway's own number, as it answered it when it took the message.
        status: ``delivered`` or ``failed``.
        code: The gateway's code of the failure, if it is nothing but a code.
    """

    message_id: int | None
    receipt: str
    status: str
    code: str = ""


def read_receipt(body: bytes) -> Receipt | None:
    """Return what a body reports; None where it is no report of this form.

    It is a JSON object with ``status`` and one of ``id`` (ours) and ``receipt`` (the gateway's).
    """
    try:
        sent = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(sent, dict) or sent.get("status") not in {DELIVERED, FAILED}:
        return None
    ours = _OURS.fullmatch(str(sent.get("id", "")))
    theirs = _THEIRS.fullmatch(str(sent.get("receipt", "")))
    if ours is None and theirs is None:
        return None
    code = str(sent.get("code", ""))
    return Receipt(
        int(ours[1]) if ours else None,
        theirs[0] if theirs else "",
        sent["status"],
        code if _CODE.fullmatch(code) else "",
    )


def take_receipt(ctx: Context, gateway: str, receipt: Receipt) -> bool:
    """Write down what became of a message; told twice, it is written once.

    What arrived stays arrived, and needs neither another try nor a call. What did not arrive is to
    be told by phone. A report that comes before our own note of the sending holds as well.

    Args:
        ctx: The system's.
        gateway: The channel's id; it can report on what it was handed alone.
        receipt: The report.

    Returns:
        Whether it was one of this gateway's messages.
    """
    with scope(ctx.session, ctx, READ):
        wanted = select(Message.id, Message.org_path).where(_named(gateway, receipt))  # type: ignore[call-overload]
        found = ctx.session.execute(wanted.order_by(_message.id.desc()).limit(1)).first()
    if found is None:
        return False
    message_id, path = found
    mine = update(Message).where(_message.id == message_id, *_news(receipt.status))
    subject = f"core_message:{message_id}"
    with unit_of_work(
        ctx, "core.message.receipt", permission=SEND, subject=subject, unit=path
    ) as uow:
        uow.claim(mine.values(**_values(ctx, receipt)))
    return True


def _named(gateway: str, receipt: Receipt) -> ColumnElement[bool]:
    if receipt.message_id is not None:
        return and_(_message.id == receipt.message_id, _message.channel == gateway)
    return and_(_message.receipt == receipt.receipt, _message.channel == gateway)


def _news(status: str) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions under which a report says something new."""
    if status == DELIVERED:
        # A try that broke off waits for the next one, although the gateway had taken it.
        tried = or_(_message.state != "waiting", _message.attempts > 0)
        return _message.delivery != DELIVERED, _message.state != "withdrawn", tried
    return _message.delivery == "", _message.state.in_(("sending", "sent"))


def _values(ctx: Context, receipt: Receipt) -> dict[str, object]:
    now = ctx.qimen.clock.now()
    if receipt.status == DELIVERED:
        kept = _message.state.in_(("told", "sending"))
        state = case((kept, _message.state), else_="sent")
        return {"delivery": DELIVERED, "delivered_at": now, "state": state, "error": ""}
    said = _("网关回执：没有送达（{code}），请电话告知").format(code=receipt.code or "—")
    return {"delivery": FAILED, "delivered_at": now, "state": PAPER, "error": said}
