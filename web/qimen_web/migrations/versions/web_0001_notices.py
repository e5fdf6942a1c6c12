"""Notices under the bell."""

import sqlalchemy as sa
from alembic import op

from qimen_core.db.types import UTCDateTime

revision = "web_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "web_notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("permission", sa.String(80), nullable=False),
        sa.Column("key", sa.String(120), nullable=False),
        sa.Column("text", sa.String(200), nullable=False),
        sa.Column("url", sa.String(300), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("read_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["org_id"], ["core_org.id"], name=op.f("fk_web_notice_org_id_core_org")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["core_user.id"], name=op.f("fk_web_notice_user_id_core_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_web_notice")),
        sa.UniqueConstraint("user_id", "key", name=op.f("uq_web_notice_user_id_key")),
    )
    op.create_index(op.f("ix_web_notice_org_id"), "web_notice", ["org_id"])
    op.create_index("ix_web_notice_unread", "web_notice", ["user_id", "read_at"])


def downgrade() -> None:
    """Take it away."""
    op.drop_table("web_notice")
