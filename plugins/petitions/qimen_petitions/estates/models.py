"""Tables of estates and of the rounds in which their property service is rated."""

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel, Text

from qimen_core import Json, ScopedModel, UTCDateTime

__all__ = ["TABLES", "Answer", "Estate", "HorseView", "RatedEstate", "RatingItem", "Round", "Score"]


class Estate(ScopedModel, table=True):
    """A residential estate 小区 of a community, and who looks after it.

    ``code`` stands in the short address of its poster. ``households`` is what the community knows,
    0 while it does not. An estate that is gone has ``valid_to`` and stays.
    """

    __tablename__: ClassVar[str] = "petitions_estate"
    __table_args__ = (UniqueConstraint("org_id", "name"),)

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(max_length=8, unique=True)
    name: str = Field(max_length=60)
    address: str = Field(default="", max_length=120)
    households: int = 0
    company_id: int | None = Field(default=None, foreign_key="core_org.id")
    committee_id: int | None = Field(default=None, foreign_key="core_org.id")
    valid_from: date
    valid_to: date | None = None
    version: int = 1


class RatingItem(SQLModel, table=True):
    """One thing residents score; editable data of the deployment, with where it comes from."""

    __tablename__: ClassVar[str] = "petitions_rating_item"
    watched: ClassVar[bool] = True

    code: str = Field(primary_key=True, max_length=20)
    label: str = Field(max_length=20)
    hint: str = Field(default="", max_length=80)
    weight: int
    source: str = Field(default="", max_length=200)
    sort: int = 0
    active: bool = True
    version: int = 1


class Round(ScopedModel, table=True):
    """A round 评价轮次 of a community or a township.

    ``items`` are the scheme as it was when the round was opened: a later change of the scheme
    rewrites nothing. ``state`` is a key of ``rules.STATES``.
    """

    __tablename__: ClassVar[str] = "petitions_rating_round"

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=60)
    estate_id: int | None = Field(default=None, foreign_key="petitions_estate.id")
    start: date
    end: date
    opens_on: date
    closes_on: date
    proof: str = Field(default="phone", max_length=8)
    state: str = Field(default="planned", max_length=12, index=True)
    items: list[dict[str, object]] = Field(default_factory=list, sa_type=Json)
    least: int = 0
    opened_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    closed_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    confirmed_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    created_at: datetime = Field(sa_type=UTCDateTime)
    version: int = 1


class RatedEstate(ScopedModel, table=True):
    """One estate in one round, with who looked after it and how many lived there then.

    ``live_estate_id`` is the estate while answers are taken and NULL otherwise: unique, so an
    estate is never rated in two rounds at once.
    """

    __tablename__: ClassVar[str] = "petitions_rating_estate"
    __table_args__ = (UniqueConstraint("round_id", "estate_id"),)

    id: int | None = Field(default=None, primary_key=True)
    round_id: int = Field(foreign_key="petitions_rating_round.id", index=True)
    estate_id: int = Field(foreign_key="petitions_estate.id", index=True)
    live_estate_id: int | None = Field(default=None, unique=True)
    company_id: int | None = Field(default=None, foreign_key="core_org.id")
    committee_id: int | None = Field(default=None, foreign_key="core_org.id")
    households: int = 0
    order_id: int | None = Field(default=None, foreign_key="orders_order.id")
    kept: str = Field(default="", max_length=8)
    version: int = 1


class HorseView(ScopedModel, table=True):
    """What one of the 三驾马车 says of an estate in a round; it lies at the one who says it."""

    __tablename__: ClassVar[str] = "petitions_rating_view"
    __table_args__ = (UniqueConstraint("rated_id", "horse"),)

    id: int | None = Field(default=None, primary_key=True)
    rated_id: int = Field(foreign_key="petitions_rating_estate.id", index=True)
    horse: str = Field(max_length=12)
    score: int | None = None
    words: str = Field(default="", sa_type=Text)
    due_on: date | None = None
    written_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    for_them: bool = False
    version: int = 1


class Answer(ScopedModel, table=True):
    """What one household says, online or on paper.

    ``voter`` is a keyed hash of what it proved itself with, bound to this estate in this round;
    unique, so that the database decides who was first. Nothing else tells who it was.
    """

    __tablename__: ClassVar[str] = "petitions_rating_answer"
    __table_args__ = (UniqueConstraint("rated_id", "voter"),)

    id: int | None = Field(default=None, primary_key=True)
    rated_id: int = Field(foreign_key="petitions_rating_estate.id", index=True)
    voter: str = Field(max_length=64)
    form_key: str = Field(max_length=64, unique=True)
    channel: str = Field(max_length=8)
    overall: str = Field(max_length=16)
    remark: str = Field(default="", max_length=400)
    answered_on: date


class Score(ScopedModel, table=True):
    """One item's score in an answer, 1 to 5; what a household does not know has no row."""

    __tablename__: ClassVar[str] = "petitions_rating_score"

    answer_id: int = Field(foreign_key="petitions_rating_answer.id", primary_key=True)
    item: str = Field(primary_key=True, max_length=20)
    rated_id: int = Field(foreign_key="petitions_rating_estate.id", index=True)
    score: int


TABLES = (Estate, RatingItem, Round, RatedEstate, HorseView, Answer, Score)
