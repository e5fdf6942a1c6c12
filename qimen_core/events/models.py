"""The outbox: events wait here, written with the data they speak of."""

from datetime import datetime
from typing import Any

from sqlmodel import Field, SQLModel

from qimen_core.db import metadata as _metadata  # noqa: F401
from qimen_core.db.types import Json, PathType, UTCDateTime

__all__ = ["Outbox", "OutboxDelivery"]


class Outbox(SQLModel, table=True):
    """One event, as it happened."""

    __tablename__ = "core_outbox"

    id: int | None = Field(default=None, primary_key=True)
    event: str = Field(max_length=80)
    payload: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    org_path: str = Field(default="", sa_type=PathType)
    actor_id: int | None = None
    created_at: datetime = Field(sa_type=UTCDateTime)
    delivered_at: datetime | None = Field(default=None, sa_type=UTCDateTime, index=True)


class OutboxDelivery(SQLModel, table=True):
    """One event's way to one plugin: pending, done, or dead after its last try."""

    __tablename__ = "core_outbox_delivery"

    outbox_id: int = Field(foreign_key="core_outbox.id", primary_key=True, ondelete="CASCADE")
    plugin: str = Field(max_length=40, primary_key=True)
    state: str = Field(default="pending", max_length=12)
    attempts: int = 0
    not_before: datetime = Field(sa_type=UTCDateTime)
    error: str = Field(default="", max_length=400)
