"""Gateways say later whether a message arrived; each signs with a secret of its own."""

import sqlalchemy as sa
from alembic import op

from qimen_core.db.types import UTCDateTime

revision = "core_0008"
down_revision = "core_0007"
branch_labels = None
depends_on = None

_GIVEN = sa.column("receipt") != ""


def upgrade() -> None:
    """Make the change."""
    delivery = sa.Column("delivery", sa.String(12), nullable=False, server_default="")
    op.add_column("core_message", delivery)
    op.add_column("core_message", sa.Column("delivered_at", UTCDateTime(), nullable=True))
    with op.batch_alter_table("core_message") as table:
        table.alter_column("delivery", server_default=None)
    op.create_index(
        "ix_core_message_receipt",
        "core_message",
        ["receipt"],
        sqlite_where=_GIVEN,
        postgresql_where=_GIVEN,
    )
    op.create_table(
        "core_gateway",
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("changed_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("channel", name=op.f("pk_core_gateway")),
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("core_gateway")
    op.drop_index("ix_core_message_receipt", table_name="core_message")
    with op.batch_alter_table("core_message") as table:
        table.drop_column("delivered_at")
        table.drop_column("delivery")
