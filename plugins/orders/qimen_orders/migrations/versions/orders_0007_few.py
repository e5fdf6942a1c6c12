"""What few orders are is found among a million: whose they are, supervised ones, returned ones."""

import sqlalchemy as sa
from alembic import op

revision = "orders_0007"
down_revision = "orders_0006"
branch_labels = None
depends_on = None

_HANDLER, _LEVEL = "ix_orders_order_handler", "ix_orders_order_level"
_RETURN = "ix_orders_history_return"


def _some(name: str, table: str, columns: list[str], condition: sa.ColumnElement[bool]) -> None:
    op.create_index(name, table, columns, sqlite_where=condition, postgresql_where=condition)


def upgrade() -> None:
    """Make the change."""
    handled = sa.column("handler_user_id").is_not(None)
    _some(_HANDLER, "orders_order", ["handler_user_id", "owner", "org_path", "state"], handled)
    _some(_LEVEL, "orders_order", ["owner", "level", "org_path", "state"], sa.column("level") > 0)
    _some(_RETURN, "orders_history", ["order_id"], sa.column("event") == "return")


def downgrade() -> None:
    """Take it back."""
    op.drop_index(_RETURN, "orders_history")
    for name in (_LEVEL, _HANDLER):
        op.drop_index(name, "orders_order")
