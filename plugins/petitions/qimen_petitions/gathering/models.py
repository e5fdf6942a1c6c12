"""Tables of gathering: numbers of other lists, and how a unit reads their columns."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from qimen_core import Json, ScopedModel, UTCDateTime

__all__ = ["OutsideNumber", "SavedMapping"]


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
