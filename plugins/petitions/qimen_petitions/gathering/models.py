"""Tables of gathering: numbers of other lists, how a unit reads them, events, emergencies."""

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel, Text

from qimen_core import Json, ScopedModel, UTCDateTime

__all__ = ["Emergency", "Gathered", "Gathering", "OutsideNumber", "SavedMapping"]


class OutsideNumber(ScopedModel, table=True):
    """The number that a petition has in the list it came from: the same number comes in once.

    ``source`` is the list; where its numbers are a unit's own, the unit's id is part of it.
    ``words`` are the list's words for the category, which need not be ours.
    """

    __tablename__: ClassVar[str] = "petitions_outside"
    __table_args__ = (UniqueConstraint("source", "number"),)

    order_id: int = Field(
        primary_key=True, foreign_key="orders_order.id", sa_column_kwargs={"autoincrement": False}
    )
    source: str = Field(max_length=40)
    number: str = Field(max_length=80)
    words: str = Field(default="", max_length=80)
    imported_at: datetime = Field(sa_type=UTCDateTime)


class SavedMapping(ScopedModel, table=True):
    """How a unit reads the columns of one kind of list; ``headings`` is a digest of its heads."""

    __tablename__: ClassVar[str] = "petitions_mapping"
    __table_args__ = (UniqueConstraint("org_id", "headings"),)

    id: int | None = Field(default=None, primary_key=True)
    headings: str = Field(max_length=64)
    chosen: dict[str, object] = Field(sa_type=Json)
    used_at: datetime = Field(sa_type=UTCDateTime)


class Gathering(ScopedModel, table=True):
    """One event at which requests are gathered: 走访, 座谈会 or 居民议事会."""

    __tablename__: ClassVar[str] = "petitions_gathering"

    id: int | None = Field(default=None, primary_key=True)
    kind: str = Field(max_length=16)
    held_on: date
    place: str = Field(default="", max_length=120)
    hosts: str = Field(default="", max_length=200)
    people: int = 0
    note: str = Field(default="", sa_type=Text)
    created_by: int | None = Field(default=None, foreign_key="core_user.id")
    created_at: datetime = Field(sa_type=UTCDateTime)
    version: int = 1


class Gathered(ScopedModel, table=True):
    """At which event a petition was taken down."""

    __tablename__: ClassVar[str] = "petitions_gathered"

    order_id: int = Field(
        primary_key=True, foreign_key="orders_order.id", sa_column_kwargs={"autoincrement": False}
    )
    gathering_id: int = Field(foreign_key="petitions_gathering.id", index=True)


class Emergency(SQLModel, table=True):
    """A category whose matters cannot wait for a form: whom to call instead, and says who."""

    __tablename__: ClassVar[str] = "petitions_emergency"
    watched: ClassVar[bool] = True

    code: str = Field(primary_key=True, max_length=40)
    phone: str = Field(max_length=40)
    answers: str = Field(max_length=40)
    source: str = Field(default="", max_length=200)
    version: int = 1
