"""The category scheme gets its first rows; afterwards it is edited on its page."""

import sqlalchemy as sa
from alembic import op

from qimen_petitions.schemes import SCHEME

revision = "petitions_0002"
down_revision = "petitions_0001"
branch_labels = None
depends_on = None

_NAMES = ("code", "parent", "label", "kind", "urgent", "sort", "active", "version")
_category = sa.table("petitions_category", *(sa.column(name) for name in _NAMES))


def upgrade() -> None:
    """Make the change."""
    op.bulk_insert(
        _category,
        [
            {
                "code": row.code,
                "parent": row.parent,
                "label": row.label,
                "kind": row.kind,
                "urgent": row.urgent,
                "sort": place,
                "active": True,
                "version": 1,
            }
            for place, row in enumerate(SCHEME)
        ],
    )


def downgrade() -> None:
    """Take it back."""
    op.execute(sa.delete(_category))
