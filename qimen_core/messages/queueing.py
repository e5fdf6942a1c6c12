"""Writing a message down, and taking it back as long as it has not gone."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from qimen_core.clock import LOCAL, local
from qimen_core.db.encrypted import Secret
from qimen_core.db.work import UnitOfWork
from qimen_core.files import Place
from qimen_core.messages.models import Message
from qimen_core.settings import CoreSettings

__all__ = ["NewMessage", "after_quiet_hours", "queue_message", "withdraw_messages"]

_message: Any = Message.__table__.c  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class NewMessage:
    """A message to be sent.

    Args:
        plugin: Whose it is; where that plugin is off it waits.
        label: What it is about, in Chinese, for the list.
        key: What it tells of, and to whom; the same key is written once. Nothing personal.
        recipient: The phone number, digits only.
        text: The words.
        subject: The record, e.g. ``orders_order:12``.
        url: That record's page.
        not_before: The earliest moment, e.g. when what it tells of can no longer be undone.
    """

    plugin: str
    label: str
    key: str
    recipient: str
    text: str
    subject: str = ""
    url: str = ""
    not_before: datetime | None = None


def queue_message(uow: UnitOfWork, unit: Place, new: NewMessage) -> bool:
    """Write a message in the transaction of what it tells of; return whether it was new.

    In the quiet hours of the unit it waits for their end.
    """
    if uow.session.scalar(select(Message.id).where(_message.key == new.key)) is not None:  # type: ignore[call-overload]
        return False
    now = uow.ctx.qimen.clock.now()
    earliest = max(now, new.not_before or now)
    settings = uow.ctx.setting(CoreSettings, unit.path)
    uow.session.add(
        Message(
            org_id=unit.id or 0,
            org_path=unit.path,
            plugin=new.plugin,
            label=new.label,
            subject=new.subject,
            url=new.url,
            key=new.key,
            recipient=Secret(new.recipient),
            text=Secret(new.text),
            not_before=after_quiet_hours(earliest, settings.quiet_from, settings.quiet_to),
            created_at=now,
        )
    )
    uow.session.flush()
    return True


def withdraw_messages(uow: UnitOfWork, subject: str) -> int:
    """Take back what waits about a record and return how many messages that were.

    In the transaction that undoes what they tell of: either they went before, or never.
    """
    mine = update(Message).where(_message.subject == subject, _message.state == "waiting")
    return uow.claim(mine.values(state="withdrawn"))


def after_quiet_hours(moment: datetime, start: int, end: int) -> datetime:
    """Return the first moment from ``moment`` on that is not quiet.

    Args:
        moment: Aware.
        start: The hour in which the quiet begins, 0 to 23, local time.
        end: The hour in which it ends; the same as ``start`` for no quiet at all.
    """
    at = local(moment)
    hour = at.hour
    quiet = start <= hour < end if start < end else hour >= start or hour < end
    if start == end or not quiet:
        return moment
    day = at.date() + timedelta(days=1 if hour >= end else 0)
    return datetime(day.year, day.month, day.day, end, tzinfo=LOCAL)
