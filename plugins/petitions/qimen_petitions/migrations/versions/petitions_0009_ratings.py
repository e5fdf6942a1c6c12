"""Estates, and the rounds in which their property service is rated."""

import sqlalchemy as sa
from alembic import op

from qimen_core.db.types import Json, PathType, UTCDateTime
from qimen_petitions.estates.scheme import ITEMS

revision = "petitions_0009"
down_revision = "petitions_0008"
branch_labels = None
depends_on = None

_UNIT = ("org_id", "org_path")
_INDEXED = {
    "petitions_estate": _UNIT,
    "petitions_rating_round": (*_UNIT, "state"),
    "petitions_rating_estate": (*_UNIT, "round_id", "estate_id"),
    "petitions_rating_view": (*_UNIT, "rated_id"),
    "petitions_rating_answer": (*_UNIT, "rated_id"),
    "petitions_rating_score": (*_UNIT, "rated_id"),
}
_NAMES = ("code", "label", "hint", "weight", "source", "sort", "active", "version")
_item = sa.table("petitions_rating_item", *(sa.column(name) for name in _NAMES))


def _int(name: str, *, null: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), autoincrement=False, nullable=null)


def _text(name: str, length: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), nullable=False)


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name)


def _one(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=op.f(f"uq_{table}_{'_'.join(columns)}"))


def _create(table: str, *parts: sa.schema.SchemaItem, key: tuple[str, ...] = ("id",)) -> None:
    own = (sa.Column("id", sa.Integer(), nullable=False),) if key == ("id",) else ()
    op.create_table(
        table,
        _int("org_id"),
        sa.Column("org_path", PathType, nullable=False),
        *own,
        *parts,
        _to(table, "org_id", "core_org"),
        sa.PrimaryKeyConstraint(*key, name=op.f(f"pk_{table}")),
    )
    for column in _INDEXED[table]:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column], unique=False)


def _estates() -> None:
    table = "petitions_estate"
    _create(
        table,
        _text("code", 8),
        _text("name", 60),
        _text("address", 120),
        _int("households"),
        _int("company_id", null=True),
        _int("committee_id", null=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        _int("version"),
        _one(table, "code"),
        _one(table, "org_id", "name"),
        _to(table, "company_id", "core_org"),
        _to(table, "committee_id", "core_org"),
    )


def _items() -> None:
    op.create_table(
        "petitions_rating_item",
        _text("code", 20),
        _text("label", 20),
        _text("hint", 80),
        _int("weight"),
        _text("source", 200),
        _int("sort"),
        sa.Column("active", sa.Boolean(), nullable=False),
        _int("version"),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_petitions_rating_item")),
    )
    rows = [
        {
            "code": row.code, "label": row.label, "hint": row.hint, "weight": row.weight,
            "source": row.source, "sort": at, "active": True, "version": 1,
        }
        for at, row in enumerate(ITEMS)
    ]  # fmt: skip
    op.bulk_insert(_item, rows)


def _rounds() -> None:
    table = "petitions_rating_round"
    _create(
        table,
        _text("name", 60),
        _int("estate_id", null=True),
        *(
            sa.Column(name, sa.Date(), nullable=False)
            for name in ("start", "end", "opens_on", "closes_on")
        ),
        _text("proof", 8),
        _text("state", 12),
        sa.Column("items", Json, nullable=False),
        _int("least"),
        *(
            sa.Column(name, UTCDateTime(), nullable=True)
            for name in ("opened_at", "closed_at", "confirmed_at")
        ),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        _int("version"),
        _to(table, "estate_id", "petitions_estate"),
    )


def _rated() -> None:
    table = "petitions_rating_estate"
    _create(
        table,
        _int("round_id"),
        _int("estate_id"),
        _int("live_estate_id", null=True),
        _int("company_id", null=True),
        _int("committee_id", null=True),
        _int("households"),
        _int("order_id", null=True),
        _text("kept", 8),
        _int("version"),
        _one(table, "round_id", "estate_id"),
        _one(table, "live_estate_id"),
        _to(table, "round_id", "petitions_rating_round"),
        _to(table, "estate_id", "petitions_estate"),
        _to(table, "company_id", "core_org"),
        _to(table, "committee_id", "core_org"),
        _to(table, "order_id", "orders_order"),
    )
    table = "petitions_rating_view"
    _create(
        table,
        _int("rated_id"),
        _text("horse", 12),
        _int("score", null=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("written_at", UTCDateTime(), nullable=True),
        sa.Column("for_them", sa.Boolean(), nullable=False),
        _int("version"),
        _one(table, "rated_id", "horse"),
        _to(table, "rated_id", "petitions_rating_estate"),
    )


def _answers() -> None:
    table = "petitions_rating_answer"
    _create(
        table,
        _int("rated_id"),
        _text("voter", 64),
        _text("form_key", 64),
        _text("channel", 8),
        _text("overall", 16),
        _text("remark", 400),
        sa.Column("answered_on", sa.Date(), nullable=False),
        _one(table, "rated_id", "voter"),
        _one(table, "form_key"),
        _to(table, "rated_id", "petitions_rating_estate"),
    )
    table = "petitions_rating_score"
    _create(
        table,
        _int("answer_id"),
        _text("item", 20),
        _int("rated_id"),
        _int("score"),
        _to(table, "answer_id", "petitions_rating_answer"),
        _to(table, "rated_id", "petitions_rating_estate"),
        key=("answer_id", "item"),
    )


def upgrade() -> None:
    """Make the change."""
    _estates()
    _items()
    _rounds()
    _rated()
    _answers()


def downgrade() -> None:
    """Take it back; orders that a rating opened stay."""
    for table in reversed(_INDEXED):
        if table == "petitions_estate":
            op.drop_table("petitions_rating_item")
        for column in _INDEXED[table]:
            op.drop_index(op.f(f"ix_{table}_{column}"), table_name=table)
        op.drop_table(table)
