"""The history of orders becomes append-only; only a unit's move may rewrite its path."""

from alembic import op

from qimen_core.db.append_only import drop_append_only, make_append_only

revision = "orders_0002"
down_revision = "orders_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    make_append_only(op, "orders_history", moves=True)


def downgrade() -> None:
    """Take it back."""
    drop_append_only(op, "orders_history")
