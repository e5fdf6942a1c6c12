"""Orders are found by the moment they came in, whatever the reach: the newest of a county."""

from alembic import op

revision = "orders_0004"
down_revision = "orders_0003"
branch_labels = None
depends_on = None

_INDEX = "ix_orders_order_submitted"


def upgrade() -> None:
    """Make the change."""
    op.create_index(_INDEX, "orders_order", ["owner", "submitted_at", "org_path", "state"])


def downgrade() -> None:
    """Take it back."""
    op.drop_index(_INDEX, "orders_order")
