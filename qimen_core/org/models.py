"""The organisation tree: one parent a unit, dated, archived and never deleted."""

from datetime import date
from typing import ClassVar

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from qimen_core.db.scoped import Scoped
from qimen_core.db.types import PathType

__all__ = ["OrgUnit", "OrgVersion"]


class OrgUnit(Scoped, table=True):
    """A unit as it is today: county, township, community, or a kind that a plugin brings."""

    __tablename__ = "core_org"
    watched: ClassVar[bool] = True
    # Counting a province by kind reads this index alone: 60 000 units in a few milliseconds.
    __table_args__ = (Index("ix_core_org_kind_path", "kind", "path", "valid_to"),)
    scope_column: ClassVar[str] = "path"

    id: int | None = Field(default=None, primary_key=True)
    parent_id: int | None = Field(default=None, foreign_key="core_org.id", index=True)
    kind: str = Field(max_length=32)
    code: str | None = Field(default=None, max_length=32, unique=True)
    name: str = Field(max_length=120)
    initials: str = Field(default="", max_length=60, index=True)
    path: str = Field(sa_type=PathType, unique=True)
    sort: int = 0
    valid_from: date
    valid_to: date | None = None
    version: int = 1


class OrgVersion(SQLModel, table=True):
    """What a unit was before it changed: true on ``valid_from <= day < valid_to``."""

    __tablename__ = "core_org_version"

    id: int | None = Field(default=None, primary_key=True)
    org_id: int = Field(foreign_key="core_org.id", index=True)
    parent_id: int | None = Field(default=None, foreign_key="core_org.id")
    kind: str = Field(max_length=32)
    code: str | None = Field(default=None, max_length=32)
    name: str = Field(max_length=120)
    valid_from: date
    valid_to: date = Field(index=True)
