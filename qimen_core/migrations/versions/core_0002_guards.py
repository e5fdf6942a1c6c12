"""The audit becomes append-only, its chain gets a head, the search its full-text table."""

import sqlalchemy as sa
from alembic import op

from qimen_core.db.append_only import drop_append_only, make_append_only
from qimen_core.db.fts import create_search_tables, drop_search_tables

revision = "core_0002"
down_revision = "core_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    head = sa.table("core_audit_head", sa.column("id"), sa.column("seq"), sa.column("hash"))
    op.execute(sa.insert(head).values(id=1, seq=0, hash=""))
    make_append_only(op, "core_audit")
    create_search_tables(op)


def downgrade() -> None:
    """Take it back."""
    drop_search_tables(op)
    drop_append_only(op, "core_audit")
    head = sa.table("core_audit_head", sa.column("id"), sa.column("seq"), sa.column("hash"))
    op.execute(sa.delete(head))
