"""Lists from elsewhere: their numbers, and how a unit reads their columns."""

import sqlalchemy as sa
from alembic import op

from qimen_core.db.types import Json, PathType, UTCDateTime

revision = "petitions_0004"
down_revision = "petitions_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "petitions_mapping",
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("org_path", PathType, nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("headings", sa.String(64), nullable=False),
        sa.Column("chosen", Json, nullable=False),
        sa.Column("used_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id"], ["core_org.id"], name=op.f("fk_petitions_mapping_org_id_core_org")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_petitions_mapping")),
        sa.UniqueConstraint(
            "org_id", "headings", name=op.f("uq_petitions_mapping_org_id_headings")
        ),
    )
    op.create_index(
        op.f("ix_petitions_mapping_org_id"), "petitions_mapping", ["org_id"], unique=False
    )
    op.create_index(
        op.f("ix_petitions_mapping_org_path"), "petitions_mapping", ["org_path"], unique=False
    )
    op.create_table(
        "petitions_outside",
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("org_path", PathType, nullable=False),
        sa.Column("order_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("source", sa.String(40), nullable=False),
        sa.Column("number", sa.String(80), nullable=False),
        sa.Column("words", sa.String(80), nullable=False),
        sa.Column("imported_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["orders_order.id"],
            name=op.f("fk_petitions_outside_order_id_orders_order"),
        ),
        sa.ForeignKeyConstraint(
            ["org_id"], ["core_org.id"], name=op.f("fk_petitions_outside_org_id_core_org")
        ),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_petitions_outside")),
        sa.UniqueConstraint("source", "number", name=op.f("uq_petitions_outside_source_number")),
    )
    op.create_index(
        op.f("ix_petitions_outside_org_id"), "petitions_outside", ["org_id"], unique=False
    )
    op.create_index(
        op.f("ix_petitions_outside_org_path"), "petitions_outside", ["org_path"], unique=False
    )


def downgrade() -> None:
    """Take it back."""
    for table in ("petitions_outside", "petitions_mapping"):
        for column in ("org_path", "org_id"):
            op.drop_index(op.f(f"ix_{table}_{column}"), table_name=table)
        op.drop_table(table)
