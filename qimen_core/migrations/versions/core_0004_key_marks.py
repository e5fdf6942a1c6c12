"""The database knows the fingerprints of its keys; they are written after the upgrade."""

import sqlalchemy as sa
from alembic import op

revision = "core_0004"
down_revision = "core_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "core_key_mark",
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_core_key_mark")),
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("core_key_mark")
