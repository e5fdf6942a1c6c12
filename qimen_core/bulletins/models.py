"""The tables of frozen bulletins: ids and nothing else of the rows that were counted."""

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from qimen_core.db.scoped import ScopedModel
from qimen_core.db.types import Json, UTCDateTime

__all__ = ["Bulletin", "BulletinRows"]


class Bulletin(ScopedModel, table=True):
    """One unit's metrics of one period, frozen once; append-only, only its path may move."""

    __tablename__: ClassVar[str] = "core_bulletin"
    __table_args__ = (UniqueConstraint("org_id", "start", "end"),)

    id: int | None = Field(default=None, primary_key=True)
    start: date
    end: date
    label: str = Field(default="", max_length=40)
    frozen_at: datetime = Field(sa_type=UTCDateTime)
    frozen_by: int | None = Field(default=None, foreign_key="core_user.id")


class BulletinRows(ScopedModel, table=True):
    """The ids of one part of one metric, ascending; what they stand for is read where it lies.

    ``part`` is numerator, half or denominator. Label and basis are kept as they read then: the
    plugin that counted may be gone when somebody asks.
    """

    __tablename__: ClassVar[str] = "core_bulletin_rows"
    __table_args__ = (UniqueConstraint("bulletin_id", "metric", "part"),)

    id: int | None = Field(default=None, primary_key=True)
    bulletin_id: int = Field(foreign_key="core_bulletin.id")
    metric: str = Field(max_length=80)
    part: str = Field(max_length=12)
    label: str = Field(default="", max_length=80)
    basis: str = Field(default="", max_length=80)
    ids: list[int] = Field(default_factory=list, sa_type=Json)
