"""Routing rules, and what they proposed for an order."""

import sqlalchemy as sa
from alembic import op

from qimen_core.db.types import Json, PathType

revision = "petitions_0006"
down_revision = "petitions_0005"
branch_labels = None
depends_on = None

_TABLES = ("petitions_routing_rule", "petitions_routing")


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "petitions_routing_rule",
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("org_path", PathType, nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=True),
        sa.Column("words", sa.String(length=120), nullable=False),
        sa.Column("lead", sa.String(length=80), nullable=False),
        sa.Column("lead_label", sa.String(length=120), nullable=False),
        sa.Column("assists", Json, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("at_once", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("evidence", Json, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id"], ["core_org.id"], name=op.f("fk_petitions_routing_rule_org_id_core_org")
        ),
        sa.ForeignKeyConstraint(
            ["place_id"], ["core_org.id"], name=op.f("fk_petitions_routing_rule_place_id_core_org")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_petitions_routing_rule")),
    )
    op.create_table(
        "petitions_routing",
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("org_path", PathType, nullable=False),
        sa.Column("order_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("rule_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(length=200), nullable=False),
        sa.Column("taker", sa.String(length=80), nullable=False),
        sa.Column("assists", Json, nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["orders_order.id"],
            name=op.f("fk_petitions_routing_order_id_orders_order"),
        ),
        sa.ForeignKeyConstraint(
            ["org_id"], ["core_org.id"], name=op.f("fk_petitions_routing_org_id_core_org")
        ),
        sa.ForeignKeyConstraint(
            ["rule_id"],
            ["petitions_routing_rule.id"],
            name=op.f("fk_petitions_routing_rule_id_petitions_routing_rule"),
        ),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_petitions_routing")),
    )
    for table in _TABLES:
        for column in ("org_id", "org_path"):
            op.create_index(op.f(f"ix_{table}_{column}"), table, [column], unique=False)


def downgrade() -> None:
    """Take it back."""
    for table in reversed(_TABLES):
        for column in ("org_id", "org_path"):
            op.drop_index(op.f(f"ix_{table}_{column}"), table_name=table)
        op.drop_table(table)
