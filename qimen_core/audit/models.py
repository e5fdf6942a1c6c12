"""The audit: append-only rows, each bound to the one before by a keyed hash."""

from datetime import datetime

from sqlalchemy import BigInteger, Column
from sqlmodel import Field, SQLModel

from qimen_core.db import metadata as _metadata  # noqa: F401
from qimen_core.db.types import Json, PathType, UTCDateTime

__all__ = ["AuditHead", "AuditRow"]


class AuditRow(SQLModel, table=True):
    """Who did what to what, where and when; field names and masked values only."""

    __tablename__ = "core_audit"

    seq: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    at: datetime = Field(sa_type=UTCDateTime, index=True)
    actor_id: int | None = Field(default=None, index=True)
    actor: str = Field(max_length=80)
    action: str = Field(max_length=80, index=True)
    org_path: str = Field(default="", sa_type=PathType, index=True)
    subject: str = Field(default="", max_length=120, index=True)
    reason: str = Field(default="", max_length=400)
    fields: dict[str, dict[str, str]] = Field(default_factory=dict, sa_type=Json)
    previous: str = Field(max_length=64)
    hash: str = Field(max_length=64)


class AuditHead(SQLModel, table=True):
    """The one row that says where the chain ends; locking it makes writers queue."""

    __tablename__ = "core_audit_head"

    id: int = Field(default=1, primary_key=True)
    seq: int = Field(default=0, sa_type=BigInteger)
    hash: str = Field(default="", max_length=64)
