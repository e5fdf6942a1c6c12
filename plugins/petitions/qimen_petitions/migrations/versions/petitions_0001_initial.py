"""initial."""

import sqlalchemy as sa
from alembic import op

from qimen_core.db.types import Json, PathType, UTCDateTime

revision = "petitions_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "petitions_category",
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("parent", sa.String(40), nullable=False),
        sa.Column("label", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("sort", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_petitions_category")),
    )
    op.create_table(
        "petitions_petition",
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("org_path", PathType, nullable=False),
        sa.Column("order_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("name_index", sa.String(64), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("phone_index", sa.String(64), nullable=True),
        sa.Column("anonymous", sa.Boolean(), nullable=False),
        sa.Column("sealed", sa.Boolean(), nullable=False),
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("followed_until", UTCDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["orders_order.id"],
            name=op.f("fk_petitions_petition_order_id_orders_order"),
        ),
        sa.ForeignKeyConstraint(
            ["org_id"], ["core_org.id"], name=op.f("fk_petitions_petition_org_id_core_org")
        ),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_petitions_petition")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_petitions_petition_code_hash")),
    )
    op.create_index(
        op.f("ix_petitions_petition_name_index"), "petitions_petition", ["name_index"], unique=False
    )
    op.create_index(
        op.f("ix_petitions_petition_org_id"), "petitions_petition", ["org_id"], unique=False
    )
    op.create_index(
        op.f("ix_petitions_petition_org_path"), "petitions_petition", ["org_path"], unique=False
    )
    op.create_index(
        op.f("ix_petitions_petition_phone_index"),
        "petitions_petition",
        ["phone_index"],
        unique=False,
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_index(op.f("ix_petitions_petition_phone_index"), table_name="petitions_petition")
    op.drop_index(op.f("ix_petitions_petition_org_path"), table_name="petitions_petition")
    op.drop_index(op.f("ix_petitions_petition_org_id"), table_name="petitions_petition")
    op.drop_index(op.f("ix_petitions_petition_name_index"), table_name="petitions_petition")
    op.drop_table("petitions_petition")
    op.drop_table("petitions_category")
