"""Notices."""

import sqlalchemy as sa
from alembic import op

from qimen_core.db.types import PathType

revision = "noticeboard_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "noticeboard_notice",
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("org_path", PathType, nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(200), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id"], ["core_org.id"], name=op.f("fk_noticeboard_notice_org_id_core_org")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_noticeboard_notice")),
    )
    op.create_index("ix_noticeboard_notice_org_id", "noticeboard_notice", ["org_id"])
    op.create_index("ix_noticeboard_notice_org_path", "noticeboard_notice", ["org_path"])


def downgrade() -> None:
    """Take it away."""
    op.drop_table("noticeboard_notice")
