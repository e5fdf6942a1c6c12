"""Tables of the order engine. Models stay inside the services; pages get Core rows and facts."""

from datetime import datetime
from typing import ClassVar, Final

from sqlalchemy import Index, UniqueConstraint, column
from sqlmodel import Field, SQLModel, Text

from qimen_core import Json, ScopedModel, UTCDateTime

__all__ = [
    "Order",
    "OrderClock",
    "OrderHistory",
    "OrderMark",
    "OrderPause",
    "OrderRequest",
    "OrderSequence",
    "OrderTaker",
]


# What is read through an order is lent with it.
_BY_ORDER: Final = ("orders_order", "order_id")


class Order(ScopedModel, table=True):
    """One order 工单: the facts a hot list needs and the moments of its life.

    ``org_id`` is the unit where the matter lies (a community as a rule), whoever handles it.
    ``due_at`` is a projection of the clock that presses now, None when none runs.
    """

    __tablename__: ClassVar[str] = "orders_order"
    lent_as: ClassVar[tuple[str, str] | None] = ("orders_order", "id")
    __table_args__ = (
        UniqueConstraint("number"),
        # A narrow scope is answered from this index alone; the id is part of every index entry.
        Index(
            "ix_orders_order_hot",
            "owner",
            "org_path",
            "state",
            "category",
            "channel",
            "urgent",
            "due_at",
        ),
        # Only open orders have a due time, so this index stays small however old the table grows.
        Index(
            "ix_orders_order_due",
            "owner",
            "due_at",
            "org_path",
            "state",
            sqlite_where=column("due_at").is_not(None),
            postgresql_where=column("due_at").is_not(None),
        ),
        Index("ix_orders_order_state", "owner", "state", "org_path"),
        # Few orders are a part of another; in a plain index nearly all entries would be alike, and
        # SQLite's statistics would then have it read the whole table instead.
        Index(
            "ix_orders_order_part",
            "parent_id",
            sqlite_where=column("parent_id").is_not(None),
            postgresql_where=column("parent_id").is_not(None),
        ),
        # What came in lately, in a county as in a community (measured at 270 000 orders: 2 to 25 ms
        # for the last 1000 of a county, 1.7 s without it).
        Index("ix_orders_order_submitted", "owner", "submitted_at", "org_path", "state"),
        # Whose it is and what is watched, counted from the index alone; in a million orders the
        # list took 2 to 4 s without these (see docs/proofs.md).
        Index(
            "ix_orders_order_handler",
            "handler_user_id",
            "owner",
            "org_path",
            "state",
            sqlite_where=column("handler_user_id").is_not(None),
            postgresql_where=column("handler_user_id").is_not(None),
        ),
        Index(
            "ix_orders_order_level",
            "owner",
            "level",
            "org_path",
            "state",
            sqlite_where=column("level") > 0,
            postgresql_where=column("level") > 0,
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    owner: str = Field(max_length=31)
    number: str = Field(max_length=40)
    title: str = Field(max_length=200)
    state: str = Field(default="draft", max_length=16)
    kind: str = Field(default="help", max_length=16)
    category: str = Field(default="", max_length=40)
    urgent: bool = False
    channel: str = Field(default="", max_length=16)
    place: str = Field(default="", max_length=120)
    requester: str = Field(default="", max_length=40)
    lead_id: int | None = Field(default=None, foreign_key="core_org.id", index=True)
    handler_name: str = Field(default="", max_length=60)
    handler_user_id: int | None = Field(default=None, foreign_key="core_user.id")
    created_by: int | None = Field(default=None, foreign_key="core_user.id")
    result: str = Field(default="", max_length=16)
    satisfaction: str = Field(default="", max_length=16)
    created_at: datetime = Field(sa_type=UTCDateTime)
    submitted_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    accepted_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    dispatched_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    claimed_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    replied_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    evaluated_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    closed_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    due_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    round: int = 1
    version: int = 1
    # Whoever takes the lead, as ``Taker.key`` names it, and its name for lists.
    taker: str = Field(default="", max_length=80)
    lead_name: str = Field(default="", max_length=120)
    level: int = 0
    rung: str = Field(default="", max_length=16)
    hold: str = Field(default="", max_length=40)
    hold_until: datetime | None = Field(default=None, sa_type=UTCDateTime)
    merged_into: int | None = Field(default=None, foreign_key="orders_order.id")
    parent_id: int | None = Field(default=None, foreign_key="orders_order.id")
    sent_to: str = Field(default="", max_length=80)


class OrderHistory(ScopedModel, table=True):
    """What happened to an order; append-only, kept by triggers on both databases.

    ``before`` holds the order's columns as they were, where the move may be taken back.
    """

    __tablename__: ClassVar[str] = "orders_history"
    lent_as: ClassVar[tuple[str, str] | None] = _BY_ORDER
    __table_args__ = (
        # A claim that is sent twice is one claim.
        Index(
            "uq_orders_history_key",
            "order_id",
            "key",
            unique=True,
            sqlite_where=column("key") != "",
            postgresql_where=column("key") != "",
        ),
        # Few orders are returned, and lists and rates ask which.
        Index(
            "ix_orders_history_return",
            "order_id",
            sqlite_where=column("event") == "return",
            postgresql_where=column("event") == "return",
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    order_id: int = Field(foreign_key="orders_order.id", index=True)
    at: datetime = Field(sa_type=UTCDateTime)
    event: str = Field(max_length=16)
    source: str = Field(max_length=16)
    target: str = Field(max_length=16)
    round: int = 1
    actor_id: int | None = Field(default=None, foreign_key="core_user.id")
    actor_name: str = Field(default="", max_length=60)
    subject_name: str = Field(default="", max_length=60)
    lead_id: int | None = Field(default=None, foreign_key="core_org.id")
    lead_name: str = Field(default="", max_length=120)
    reason: str = Field(default="", max_length=40)
    note: str = Field(default="", max_length=2000)
    # A reply that was given elsewhere comes along whole, and some are as long as a report.
    public_text: str = Field(default="", sa_type=Text)
    detail: str = Field(default="", max_length=400)
    key: str = Field(default="", max_length=64)
    before: dict[str, object] | None = Field(default=None, sa_type=Json)


class OrderClock(ScopedModel, table=True):
    """One running or stopped clock; its limit is a snapshot, its due time a projection.

    ``allowed`` is a limit as ``str(Limit)`` writes it (``3w``: three working days), so the calendar
    that counts is part of the snapshot.
    """

    __tablename__: ClassVar[str] = "orders_clock"
    lent_as: ClassVar[tuple[str, str] | None] = _BY_ORDER
    __table_args__ = (
        # However often an order is dispatched again, one clock of a kind runs at a time.
        Index(
            "uq_orders_clock_running",
            "order_id",
            "kind",
            unique=True,
            sqlite_where=column("stopped_at").is_(None),
            postgresql_where=column("stopped_at").is_(None),
        ),
        Index("ix_orders_clock_kind_due_at", "kind", "due_at", "stopped_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    order_id: int = Field(foreign_key="orders_order.id", index=True)
    kind: str = Field(max_length=16)
    round: int = 1
    started_at: datetime = Field(sa_type=UTCDateTime)
    allowed: str = Field(max_length=16)
    source: str = Field(default="", max_length=200)
    due_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    stopped_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class OrderPause(ScopedModel, table=True):
    """A stretch in which a clock stands still."""

    __tablename__: ClassVar[str] = "orders_pause"
    lent_as: ClassVar[tuple[str, str] | None] = _BY_ORDER

    id: int | None = Field(default=None, primary_key=True)
    order_id: int = Field(foreign_key="orders_order.id", index=True)
    clock_id: int = Field(foreign_key="orders_clock.id", index=True)
    started_at: datetime = Field(sa_type=UTCDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    reason: str = Field(default="", max_length=200)


class OrderTaker(ScopedModel, table=True):
    """A taker's part in an order: a candidate that was whistled for, or one that assists.

    ``org_path`` is the order's, as in every table that is read through its order; ``unit_id`` is
    where the taker belongs.
    """

    __tablename__: ClassVar[str] = "orders_taker"
    lent_as: ClassVar[tuple[str, str] | None] = _BY_ORDER
    __table_args__ = (UniqueConstraint("order_id", "part", "taker", "since"),)

    id: int | None = Field(default=None, primary_key=True)
    order_id: int = Field(foreign_key="orders_order.id", index=True)
    part: str = Field(max_length=16)
    taker: str = Field(max_length=80)
    label: str = Field(max_length=120)
    reason: str = Field(default="", max_length=120)
    unit_id: int = Field(foreign_key="core_org.id", index=True)
    rung: str = Field(default="", max_length=16)
    state: str = Field(default="open", max_length=16)
    since: datetime = Field(sa_type=UTCDateTime)
    until: datetime | None = Field(default=None, sa_type=UTCDateTime)


class OrderRequest(ScopedModel, table=True):
    """What a taker asked for, and what was decided: a suspension or more time."""

    __tablename__: ClassVar[str] = "orders_request"
    lent_as: ClassVar[tuple[str, str] | None] = _BY_ORDER
    __table_args__ = (
        Index(
            "uq_orders_request_open",
            "order_id",
            unique=True,
            sqlite_where=column("state") == "open",
            postgresql_where=column("state") == "open",
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    order_id: int = Field(foreign_key="orders_order.id", index=True)
    clock_id: int = Field(foreign_key="orders_clock.id", index=True)
    kind: str = Field(max_length=16)
    state: str = Field(default="open", max_length=16)
    reason: str = Field(default="", max_length=40)
    until: datetime | None = Field(default=None, sa_type=UTCDateTime)
    allowed: str = Field(default="", max_length=16)
    old_due_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    asked_at: datetime = Field(sa_type=UTCDateTime)
    asked_by: int | None = Field(default=None, foreign_key="core_user.id")
    asked_name: str = Field(default="", max_length=60)
    decided_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class OrderMark(SQLModel, table=True):
    """What a job remembers between its runs: the calendar that due times were counted with."""

    __tablename__: ClassVar[str] = "orders_mark"

    name: str = Field(primary_key=True, max_length=31)
    value: str = Field(default="", max_length=64)


class OrderSequence(SQLModel, table=True):
    """The last number given out per owner, unit and year; the database counts."""

    __tablename__: ClassVar[str] = "orders_sequence"

    owner: str = Field(primary_key=True, max_length=31)
    org_id: int = Field(primary_key=True, foreign_key="core_org.id")
    year: int = Field(primary_key=True)
    last: int = 0
