"""Events at which requests are gathered, and emergencies with whom to call."""

import sqlalchemy as sa
from alembic import op

from qimen_core.db.types import PathType, UTCDateTime
from qimen_petitions.gathering.emergency_scheme import EMERGENCIES, HEADING

revision = "petitions_0007"
down_revision = "petitions_0006"
branch_labels = None
depends_on = None

_CATEGORY = ("code", "parent", "label", "kind", "urgent", "sort", "active", "version")
_EMERGENCY = ("code", "phone", "answers", "source", "version")
_category = sa.table("petitions_category", *(sa.column(name) for name in _CATEGORY))
_emergency = sa.table("petitions_emergency", *(sa.column(name) for name in _EMERGENCY))
_LAST = 900


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "petitions_emergency",
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("phone", sa.String(40), nullable=False),
        sa.Column("answers", sa.String(40), nullable=False),
        sa.Column("source", sa.String(200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_petitions_emergency")),
    )
    op.create_table(
        "petitions_gathering",
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("org_path", PathType, nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("place", sa.String(120), nullable=False),
        sa.Column("hosts", sa.String(200), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by"],
            ["core_user.id"],
            name=op.f("fk_petitions_gathering_created_by_core_user"),
        ),
        sa.ForeignKeyConstraint(
            ["org_id"], ["core_org.id"], name=op.f("fk_petitions_gathering_org_id_core_org")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_petitions_gathering")),
    )
    op.create_index(
        op.f("ix_petitions_gathering_org_id"), "petitions_gathering", ["org_id"], unique=False
    )
    op.create_index(
        op.f("ix_petitions_gathering_org_path"), "petitions_gathering", ["org_path"], unique=False
    )
    op.create_table(
        "petitions_gathered",
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("org_path", PathType, nullable=False),
        sa.Column("order_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("gathering_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["gathering_id"],
            ["petitions_gathering.id"],
            name=op.f("fk_petitions_gathered_gathering_id_petitions_gathering"),
        ),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["orders_order.id"],
            name=op.f("fk_petitions_gathered_order_id_orders_order"),
        ),
        sa.ForeignKeyConstraint(
            ["org_id"], ["core_org.id"], name=op.f("fk_petitions_gathered_org_id_core_org")
        ),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_petitions_gathered")),
    )
    op.create_index(
        op.f("ix_petitions_gathered_gathering_id"),
        "petitions_gathered",
        ["gathering_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_petitions_gathered_org_id"), "petitions_gathered", ["org_id"], unique=False
    )
    op.create_index(
        op.f("ix_petitions_gathered_org_path"), "petitions_gathered", ["org_path"], unique=False
    )
    _seed()


def _seed() -> None:
    code, label = HEADING
    heading = {"code": code, "parent": "", "label": label}
    leaves = [{"code": row.code, "parent": code, "label": row.label} for row in EMERGENCIES]
    more = {"kind": "help", "urgent": True, "active": True, "version": 1}
    op.bulk_insert(
        _category,
        [{**row, **more, "sort": _LAST + at} for at, row in enumerate([heading, *leaves])],
    )
    op.bulk_insert(
        _emergency,
        [
            {
                "code": row.code,
                "phone": row.phone,
                "answers": row.answers,
                "source": row.source,
                "version": 1,
            }
            for row in EMERGENCIES
        ],
    )


def downgrade() -> None:
    """Take it back; orders keep the code of a category that is gone, as of any that is retired."""
    codes = [HEADING[0], *(row.code for row in EMERGENCIES)]
    op.execute(sa.delete(_category).where(_category.c.code.in_(codes)))
    op.drop_table("petitions_emergency")
    for table, columns in (
        ("petitions_gathered", ("org_path", "org_id", "gathering_id")),
        ("petitions_gathering", ("org_path", "org_id")),
    ):
        for column in columns:
            op.drop_index(op.f(f"ix_{table}_{column}"), table_name=table)
        op.drop_table(table)
