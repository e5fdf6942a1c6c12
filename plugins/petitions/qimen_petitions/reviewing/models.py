"""Tables of review meetings."""

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, Text

from qimen_core import ScopedModel, UTCDateTime

__all__ = ["TABLES", "Review", "ReviewItem"]


class Review(ScopedModel, table=True):
    """One meeting 评议会: what was drawn, from which span, and what came of it.

    ``seed`` is what the sample was drawn with, so that it can be drawn again.
    """

    __tablename__: ClassVar[str] = "petitions_review"

    id: int | None = Field(default=None, primary_key=True)
    held_on: date
    start: date
    end: date
    size: int
    drawn_from: int
    seed: str = Field(max_length=32)
    present: int = 0
    outcome: str = Field(default="", sa_type=Text)
    finished_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    created_at: datetime = Field(sa_type=UTCDateTime)
    version: int = 1


class ReviewItem(ScopedModel, table=True):
    """One petition of the sample, and what the meeting says of it."""

    __tablename__: ClassVar[str] = "petitions_review_item"
    __table_args__ = (UniqueConstraint("review_id", "order_id"),)

    id: int | None = Field(default=None, primary_key=True)
    review_id: int = Field(foreign_key="petitions_review.id", index=True)
    order_id: int = Field(foreign_key="orders_order.id")
    place: int
    score: str = Field(default="", max_length=16)
    remark: str = Field(default="", max_length=400)


TABLES = (Review, ReviewItem)
