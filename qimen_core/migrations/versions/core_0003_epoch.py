"""One number counts the changes to what is seldom changed."""

import sqlalchemy as sa
from alembic import op

from qimen_core.db.watch import unwatch

revision = "core_0003"
down_revision = "core_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change; the triggers are put on after every upgrade."""
    table = op.create_table(
        "core_epoch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("counted_by", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_epoch")),
    )
    op.bulk_insert(table, [{"id": 1, "number": 0}])


def downgrade() -> None:
    """Take it back, with the triggers that would miss it."""
    unwatch(op.get_bind())
    op.drop_table("core_epoch")
