"""A reply that was given elsewhere is kept whole, however long it is."""

import sqlalchemy as sa
from alembic import op

from qimen_core.db.append_only import drop_append_only, make_append_only

revision = "orders_0005"
down_revision = "orders_0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    _retype(sa.String(2000), sa.Text())


def downgrade() -> None:
    """Take it back; what is longer than the column is cut."""
    drop_append_only(op, "orders_history")
    line = sa.table("orders_history", sa.column("public_text"))
    cut = sa.func.substr(line.c.public_text, 1, 2000)
    op.execute(
        sa.update(line).where(sa.func.length(line.c.public_text) > 2000).values(public_text=cut)
    )
    make_append_only(op, "orders_history", moves=True)
    _retype(sa.Text(), sa.String(2000))


def _retype(old: sa.types.TypeEngine[str], new: sa.types.TypeEngine[str]) -> None:
    # SQLite makes the table anew, and a new table has none of the old one's triggers.
    drop_append_only(op, "orders_history")
    with op.batch_alter_table("orders_history") as table:
        table.alter_column("public_text", existing_type=old, type_=new, existing_nullable=False)
    make_append_only(op, "orders_history", moves=True)
