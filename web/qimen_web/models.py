"""Tables of the shell."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from qimen_core.db import metadata as _metadata  # noqa: F401  (names before tables)
from qimen_core.db.types import UTCDateTime

__all__ = ["Notice"]


class Notice(SQLModel, table=True):
    """A line under somebody's bell: what came to their unit, and where it is.

    It belongs to its reader, not to a unit, so it is not a scoped row: it is read by ``user_id``
    and shown only while the reader still holds ``permission`` at the unit.
    """

    __tablename__: ClassVar[str] = "web_notice"
    __table_args__ = (
        # The same thing is told once, however often its event is delivered.
        UniqueConstraint("user_id", "key"),
        Index("ix_web_notice_unread", "user_id", "read_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    user_id: int = Field(foreign_key="core_user.id")
    org_id: int = Field(foreign_key="core_org.id", index=True)
    permission: str = Field(max_length=80)
    key: str = Field(max_length=120)
    text: str = Field(max_length=200)
    url: str = Field(max_length=300)
    created_at: datetime = Field(sa_type=UTCDateTime)
    read_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
