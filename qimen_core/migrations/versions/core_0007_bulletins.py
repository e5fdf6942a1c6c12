"""Month-end freezes: which rows a unit's metrics counted in a period."""

import sqlalchemy as sa
from alembic import op

from qimen_core.db.append_only import drop_append_only, make_append_only
from qimen_core.db.types import Json, PathType, UTCDateTime

revision = "core_0007"
down_revision = "core_0006"
branch_labels = None
depends_on = None

_TABLES = ("core_bulletin", "core_bulletin_rows")


def _unit(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("org_path", PathType, nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id"], ["core_org.id"], name=op.f(f"fk_{table}_org_id_core_org")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "core_bulletin",
        *_unit("core_bulletin"),
        sa.Column("start", sa.Date(), nullable=False),
        sa.Column("end", sa.Date(), nullable=False),
        sa.Column("label", sa.String(length=40), nullable=False),
        sa.Column("frozen_at", UTCDateTime(), nullable=False),
        sa.Column("frozen_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["frozen_by"], ["core_user.id"], name=op.f("fk_core_bulletin_frozen_by_core_user")
        ),
        sa.UniqueConstraint(
            "org_id", "start", "end", name=op.f("uq_core_bulletin_org_id_start_end")
        ),
    )
    op.create_table(
        "core_bulletin_rows",
        *_unit("core_bulletin_rows"),
        sa.Column("bulletin_id", sa.Integer(), nullable=False),
        sa.Column("metric", sa.String(length=80), nullable=False),
        sa.Column("part", sa.String(length=12), nullable=False),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.Column("basis", sa.String(length=80), nullable=False),
        sa.Column("ids", Json, nullable=False),
        sa.ForeignKeyConstraint(
            ["bulletin_id"],
            ["core_bulletin.id"],
            name=op.f("fk_core_bulletin_rows_bulletin_id_core_bulletin"),
        ),
        sa.UniqueConstraint(
            "bulletin_id",
            "metric",
            "part",
            name=op.f("uq_core_bulletin_rows_bulletin_id_metric_part"),
        ),
    )
    for table in _TABLES:
        for column in ("org_id", "org_path"):
            op.create_index(op.f(f"ix_{table}_{column}"), table, [column], unique=False)
        make_append_only(op, table, moves=True)


def downgrade() -> None:
    """Take it back."""
    for table in reversed(_TABLES):
        drop_append_only(op, table)
        for column in ("org_id", "org_path"):
            op.drop_index(op.f(f"ix_{table}_{column}"), table_name=table)
        op.drop_table(table)
