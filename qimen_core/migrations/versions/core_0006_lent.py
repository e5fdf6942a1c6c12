"""Rows may be lent to units that do not reach them."""

import sqlalchemy as sa
from alembic import op

from qimen_core.db.row_security import drop_with_policies
from qimen_core.db.types import PathType

revision = "core_0006"
down_revision = "core_0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "core_lent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("org_path", PathType, nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id"], ["core_org.id"], name=op.f("fk_core_lent_org_id_core_org")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_lent")),
        sa.UniqueConstraint(
            "kind", "row_id", "org_id", name=op.f("uq_core_lent_kind_row_id_org_id")
        ),
    )
    op.create_index("ix_core_lent_org_path", "core_lent", ["org_path", "kind", "row_id"])
    op.create_index(op.f("ix_core_lent_org_id"), "core_lent", ["org_id"])


def downgrade() -> None:
    """Take it back; the policies that name the table are put on again without it."""
    op.drop_index(op.f("ix_core_lent_org_id"), table_name="core_lent")
    op.drop_index("ix_core_lent_org_path", table_name="core_lent")
    drop_with_policies(op, "core_lent")
