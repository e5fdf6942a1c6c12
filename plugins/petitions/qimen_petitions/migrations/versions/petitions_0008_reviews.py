"""Review meetings and their samples."""

import sqlalchemy as sa
from alembic import op

from qimen_core.db.types import PathType, UTCDateTime

revision = "petitions_0008"
down_revision = "petitions_0007"
branch_labels = None
depends_on = None

_INDEXED = {
    "petitions_review": ("org_id", "org_path"),
    "petitions_review_item": ("org_id", "org_path", "review_id"),
}


def _unit(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("org_path", PathType, nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id"], ["core_org.id"], name=op.f(f"fk_{table}_org_id_core_org")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "petitions_review",
        *_unit("petitions_review"),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("start", sa.Date(), nullable=False),
        sa.Column("end", sa.Date(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("drawn_from", sa.Integer(), nullable=False),
        sa.Column("seed", sa.String(length=32), nullable=False),
        sa.Column("present", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("finished_at", UTCDateTime(), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
    )
    op.create_table(
        "petitions_review_item",
        *_unit("petitions_review_item"),
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("score", sa.String(length=16), nullable=False),
        sa.Column("remark", sa.String(length=400), nullable=False),
        sa.ForeignKeyConstraint(
            ["review_id"],
            ["petitions_review.id"],
            name=op.f("fk_petitions_review_item_review_id_petitions_review"),
        ),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["orders_order.id"],
            name=op.f("fk_petitions_review_item_order_id_orders_order"),
        ),
        sa.UniqueConstraint(
            "review_id", "order_id", name=op.f("uq_petitions_review_item_review_id_order_id")
        ),
    )
    for table, columns in _INDEXED.items():
        for column in columns:
            op.create_index(op.f(f"ix_{table}_{column}"), table, [column], unique=False)


def downgrade() -> None:
    """Take it back."""
    for table in ("petitions_review_item", "petitions_review"):
        for column in _INDEXED[table]:
            op.drop_index(op.f(f"ix_{table}_{column}"), table_name=table)
        op.drop_table(table)
