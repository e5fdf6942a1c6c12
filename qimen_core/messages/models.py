"""The tables of messages to residents, and of the gateways that take them."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import Index, column
from sqlmodel import Field, SQLModel

from qimen_core.db.encrypted import EncryptedStr, Secret
from qimen_core.db.scoped import ScopedModel
from qimen_core.db.types import UTCDateTime

__all__ = ["Gateway", "Message"]


class Message(ScopedModel, table=True):
    """One message to one person; ``key`` names what it tells of, so that it is written once.

    States: waiting, sending, sent; paper (to be told by a person), told; dead, withdrawn.
    ``delivery`` is what the gateway said later: delivered, failed, or nothing yet.
    """

    __tablename__: ClassVar[str] = "core_message"
    __table_args__ = (
        Index("ix_core_message_due", "state", "not_before"),
        # A gateway that keeps no number of ours reports under its own.
        Index(
            "ix_core_message_receipt",
            "receipt",
            sqlite_where=column("receipt") != "",
            postgresql_where=column("receipt") != "",
        ),
    )

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
    delivery: str = Field(default="", max_length=12)
    delivered_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class Gateway(SQLModel, table=True):
    """The secret that a gateway and this deployment share; ``channel`` is its id."""

    __tablename__: ClassVar[str] = "core_gateway"

    channel: str = Field(primary_key=True, max_length=20)
    secret: Secret = Field(sa_type=EncryptedStr("core_gateway.secret"))
    changed_at: datetime = Field(sa_type=UTCDateTime)
