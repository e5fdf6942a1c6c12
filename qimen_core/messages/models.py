"""The table of messages to residents."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import Index
from sqlmodel import Field

from qimen_core.db.encrypted import EncryptedStr, Secret
from qimen_core.db.scoped import ScopedModel
from qimen_core.db.types import UTCDateTime

__all__ = ["Message"]


class Message(ScopedModel, table=True):
    """One message to one person; ``key`` names what it tells of, so that it is written once.

    States: waiting, sending, sent; paper (to be told by a person), told; dead, withdrawn.
    """

    __tablename__: ClassVar[str] = "core_message"
    __table_args__ = (Index("ix_core_message_due", "state", "not_before"),)

    id: int | None = Field(default=None, primary_key=True)
    plugin: str = Field(max_length=31)
    label: str = Field(max_length=40)
    subject: str = Field(default="", max_length=80, index=True)
    url: str = Field(default="", max_length=200)
    key: str = Field(max_length=160, unique=True)
    recipient: Secret | None = Field(default=None, sa_type=EncryptedStr("core_message.recipient"))
    text: Secret | None = Field(default=None, sa_type=EncryptedStr("core_message.text"))
    channel: str = Field(default="", max_length=20)
    state: str = Field(default="waiting", max_length=12)
    attempts: int = 0
    not_before: datetime = Field(sa_type=UTCDateTime)
    created_at: datetime = Field(sa_type=UTCDateTime)
    sent_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    receipt: str = Field(default="", max_length=80)
    error: str = Field(default="", max_length=200)
