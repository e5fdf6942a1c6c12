"""Messages are forgotten: number and words go after the time that the privacy registry says."""

from datetime import timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, case, or_, select, update

from qimen_core.context import Context
from qimen_core.db.session import scope
from qimen_core.db.work import unit_of_work
from qimen_core.jobs.running import RunningJob
from qimen_core.messages.models import Message
from qimen_core.messages.sending import PAPER, READ, SEND

__all__ = ["forget_old"]

_COLUMNS: Final = ("recipient", "text")
_message: Any = Message.__table__.c  # type: ignore[attr-defined]


def forget_old(job: RunningJob) -> None:
    """Erase number and words of messages that are older than their retention.

    That a message was sent, when and about which record stays; what still waited to be told is
    withdrawn with it. A backup that is restored is erased anew at the next run.
    """
    with job.context() as ctx:
        old = [_old(ctx, name) for name in _COLUMNS]
        some = select(Message.id).where(or_(*old)).limit(1)  # type: ignore[call-overload]
        with scope(ctx.session, ctx, READ):
            if ctx.session.scalar(some) is None:
                return
        with unit_of_work(ctx, "core.message.forget", permission=SEND) as uow:
            for name, condition in zip(_COLUMNS, old, strict=True):
                waits = _message.state.in_(("waiting", PAPER))
                state = case((waits, "withdrawn"), else_=_message.state)
                uow.claim(update(Message).where(condition).values({name: None, "state": state}))


def _old(ctx: Context, name: str) -> ColumnElement[bool]:
    """Return the condition "still holds this column after its retention"."""
    days = ctx.qimen.registry.personal_data[f"core_message.{name}"].retention_days
    return and_(_message.created_at < ctx.now - timedelta(days=days), _message[name].is_not(None))
