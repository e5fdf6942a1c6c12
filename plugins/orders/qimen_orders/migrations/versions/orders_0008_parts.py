"""The parts of an order are found by a small index of their own."""

import sqlalchemy as sa
from alembic import op

revision = "orders_0008"
down_revision = "orders_0007"
branch_labels = None
depends_on = None

_PART = sa.column("parent_id").is_not(None)


def upgrade() -> None:
    """Make the change."""
    op.drop_index(op.f("ix_orders_order_parent_id"), "orders_order")
    op.create_index(
        "ix_orders_order_part",
        "orders_order",
        ["parent_id"],
        sqlite_where=_PART,
        postgresql_where=_PART,
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_index("ix_orders_order_part", "orders_order")
    op.create_index(op.f("ix_orders_order_parent_id"), "orders_order", ["parent_id"])
