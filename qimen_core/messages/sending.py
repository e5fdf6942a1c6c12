"""Sending what is due: each message by one worker, once; what cannot be sent is seen and kept."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import structlog
from sqlalchemy import select, update

from qimen_core.context import Context
from qimen_core.db.session import scope
from qimen_core.db.work import unit_of_work
from qimen_core.errors import QimenError
from qimen_core.i18n import translations
from qimen_core.jobs.running import RunningJob
from qimen_core.messages.channels import MessageChannel, MessageRefused, Outgoing
from qimen_core.messages.models import Message
from qimen_core.messages.queueing import after_quiet_hours
from qimen_core.settings import CoreSettings

__all__ = ["PAPER", "READ", "SEND", "send_due"]

_ = translations("qimen_core")
log = structlog.get_logger("qimen.messages")

READ: Final = "core.message.read"
SEND: Final = "core.message.send"
PAPER: Final = "paper"
"""The state of what a person has to tell: there is no channel, or the unit tells by phone."""
_DELAYS: Final = (1, 5, 30, 120, 360)
_BATCH: Final = 100
# A worker that dies between handing over and writing it down leaves nobody knowing.
_LOST: Final = timedelta(minutes=10)
_message: Any = Message.__table__.c  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class _Due:
    id: int
    plugin: str
    path: str
    key: str
    attempts: int
    recipient: str
    text: str


def send_due(job: RunningJob) -> None:
    """Send every message whose time has come."""
    with job.context() as ctx:
        _give_up_lost(ctx)
        channels = ctx.qimen.hooks.message_channels(ctx)
        for done, each in enumerate(_due(ctx), start=1):
            _send(ctx, each, channels[0] if channels else None)
            job.progress(done)


def _due(ctx: Context) -> list[_Due]:
    wanted = (
        select(Message)
        .where(_message.state == "waiting", _message.not_before <= ctx.now)
        .order_by(_message.not_before, _message.id)
        .limit(_BATCH)
    )
    with scope(ctx.session, ctx, READ):
        return [
            _Due(
                row.id or 0,
                row.plugin,
                row.org_path,
                row.key,
                row.attempts,
                row.recipient.reveal() if row.recipient else "",
                row.text.reveal() if row.text else "",
            )
            for row in ctx.session.scalars(wanted)
        ]


def _send(ctx: Context, due: _Due, channel: MessageChannel | None) -> None:
    settings = ctx.setting(CoreSettings, due.path)
    later = after_quiet_hours(ctx.now, settings.quiet_from, settings.quiet_to)
    if not ctx.plugin_on(due.plugin, due.path):
        later = ctx.now + timedelta(hours=1)
    if later > ctx.now:
        _change(ctx, due, "waiting", not_before=later)
        return
    if channel is None or not settings.send_messages:
        _change(ctx, due, "waiting", state=PAPER)
        return
    # Claimed first: of two workers one sends, and one that dies has sent at most once.
    lost = ctx.now + _LOST
    if not _change(ctx, due, "waiting", state="sending", not_before=lost, channel=channel.id):
        return
    outcome = _try(ctx, due, channel)
    if not _change(ctx, due, "sending", **outcome):
        log.warning("message_outcome_lost", message=due.id)


def _try(ctx: Context, due: _Due, channel: MessageChannel) -> dict[str, object]:
    """Hand the message over and return what its row becomes; no error's text gets out."""
    attempts = due.attempts + 1
    try:
        receipt = channel.send(ctx, Outgoing(f"qimen-{due.id}", due.recipient, due.text))
    except MessageRefused as refused:
        return {"state": "dead", "attempts": attempts, "error": str(refused.message)[:200]}
    except Exception as error:
        log.warning("message_not_sent", message=due.id, error=type(error).__name__)
        known = error.message if isinstance(error, QimenError) else type(error).__name__
        values: dict[str, object] = {"attempts": attempts, "error": str(known)[:200]}
        if attempts > len(_DELAYS):
            return {**values, "state": "dead"}
        later = ctx.qimen.clock.now() + timedelta(minutes=_DELAYS[attempts - 1])
        return {**values, "state": "waiting", "not_before": later}
    return {
        "state": "sent",
        "attempts": attempts,
        "sent_at": ctx.qimen.clock.now(),
        "receipt": receipt[:80],
        "error": "",
    }


def _give_up_lost(ctx: Context) -> None:
    lost = select(Message.id, Message.plugin, Message.org_path, Message.key).where(  # type: ignore[call-overload]
        _message.state == "sending", _message.not_before <= ctx.now
    )
    with scope(ctx.session, ctx, READ):
        rows = ctx.session.execute(lost).all()
    said = _("发送中断，不知是否送达；请核实后再决定是否重发").format()
    for message_id, plugin, path, key in rows:
        due = _Due(message_id, plugin, path, key, 0, "", "")
        _change(ctx, due, "sending", state="dead", error=said)


def _change(ctx: Context, due: _Due, expected: str, **values: object) -> bool:
    subject = f"core_message:{due.id}"
    with unit_of_work(ctx, SEND, subject=subject, unit=due.path) as uow:
        mine = update(Message).where(_message.id == due.id, _message.state == expected)
        return uow.claim(mine.values(**values)) > 0
