"""Work that outlives a request, written in the transaction that asks for it."""

from datetime import datetime
from typing import Any

from sqlmodel import Field, SQLModel

from qimen_core.db import metadata as _metadata  # noqa: F401
from qimen_core.db.types import Json, PathType, UTCDateTime

__all__ = ["Job"]


class Job(SQLModel, table=True):
    """A job: queued → running → done, failed or cancelled; swept when its worker dies."""

    __tablename__ = "core_job"

    id: int | None = Field(default=None, primary_key=True)
    kind: str = Field(max_length=80, index=True)
    key: str | None = Field(default=None, max_length=120, unique=True)
    payload: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    org_path: str = Field(default="", sa_type=PathType)
    user_id: int | None = Field(default=None, foreign_key="core_user.id", index=True)
    state: str = Field(default="queued", max_length=12, index=True)
    attempts: int = 0
    max_attempts: int = 3
    claimed_by: str = Field(default="", max_length=80)
    cancel_requested: bool = False
    created_at: datetime = Field(sa_type=UTCDateTime)
    not_before: datetime = Field(sa_type=UTCDateTime, index=True)
    started_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    heartbeat_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    progress: int = 0
    progress_total: int = 0
    progress_note: str = Field(default="", max_length=200)
    checkpoint: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    result: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    result_file_id: int | None = Field(default=None, foreign_key="core_file.id")
    error: str = Field(default="", max_length=400)
