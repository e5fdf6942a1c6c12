"""Messages to residents wait here until they are sent."""

import sqlalchemy as sa
from alembic import op

from qimen_core.db.types import PathType, UTCDateTime

revision = "core_0005"
down_revision = "core_0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "core_message",
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("org_path", PathType, nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plugin", sa.String(length=31), nullable=False),
        sa.Column("label", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("url", sa.String(length=200), nullable=False),
        sa.Column("key", sa.String(length=160), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("not_before", UTCDateTime(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("sent_at", UTCDateTime(), nullable=True),
        sa.Column("receipt", sa.String(length=80), nullable=False),
        sa.Column("error", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id"], ["core_org.id"], name=op.f("fk_core_message_org_id_core_org")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_message")),
        sa.UniqueConstraint("key", name=op.f("uq_core_message_key")),
    )
    op.create_index("ix_core_message_due", "core_message", ["state", "not_before"])
    for column in ("org_id", "org_path", "subject"):
        op.create_index(op.f(f"ix_core_message_{column}"), "core_message", [column])


def downgrade() -> None:
    """Take it back."""
    op.drop_index("ix_core_message_due", table_name="core_message")
    for column in ("org_id", "org_path", "subject"):
        op.drop_index(op.f(f"ix_core_message_{column}"), table_name="core_message")
    op.drop_table("core_message")
