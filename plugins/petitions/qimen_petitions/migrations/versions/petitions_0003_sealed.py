"""Sealed complainants, and whom an order complains about."""

import sqlalchemy as sa
from alembic import op

from qimen_core.db.types import PathType

revision = "petitions_0003"
down_revision = "petitions_0002"
branch_labels = None
depends_on = None

_INDEXED = {
    "petitions_named": ("order_id", "org_id", "org_path"),
    "petitions_sealed": ("org_id", "org_path"),
}


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "petitions_named",
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("org_path", PathType, nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders_order.id"], name=op.f("fk_petitions_named_order_id_orders_order")
        ),
        sa.ForeignKeyConstraint(
            ["org_id"], ["core_org.id"], name=op.f("fk_petitions_named_org_id_core_org")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["core_person.id"], name=op.f("fk_petitions_named_person_id_core_person")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["core_org.id"], name=op.f("fk_petitions_named_unit_id_core_org")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["core_user.id"], name=op.f("fk_petitions_named_user_id_core_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_petitions_named")),
    )
    for column in _INDEXED["petitions_named"]:
        op.create_index(
            op.f(f"ix_petitions_named_{column}"), "petitions_named", [column], unique=False
        )
    op.create_table(
        "petitions_sealed",
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("org_path", PathType, nullable=False),
        sa.Column("order_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("accused", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["orders_order.id"],
            name=op.f("fk_petitions_sealed_order_id_orders_order"),
        ),
        sa.ForeignKeyConstraint(
            ["org_id"], ["core_org.id"], name=op.f("fk_petitions_sealed_org_id_core_org")
        ),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_petitions_sealed")),
    )
    for column in _INDEXED["petitions_sealed"]:
        op.create_index(
            op.f(f"ix_petitions_sealed_{column}"), "petitions_sealed", [column], unique=False
        )


def downgrade() -> None:
    """Take it back."""
    for table in ("petitions_sealed", "petitions_named"):
        for column in _INDEXED[table]:
            op.drop_index(op.f(f"ix_{table}_{column}"), table_name=table)
        op.drop_table(table)
