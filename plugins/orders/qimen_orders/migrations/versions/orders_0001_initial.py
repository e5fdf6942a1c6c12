"""initial."""

import sqlalchemy as sa
from alembic import op

from qimen_core.db.types import Json, PathType, UTCDateTime

revision = "orders_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "orders_sequence",
        sa.Column("owner", sa.String(31), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id"], ["core_org.id"], name=op.f("fk_orders_sequence_org_id_core_org")
        ),
        sa.PrimaryKeyConstraint("owner", "org_id", "year", name=op.f("pk_orders_sequence")),
    )
    op.create_table(
        "orders_order",
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("org_path", PathType, nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner", sa.String(31), nullable=False),
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("category", sa.String(40), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("place", sa.String(120), nullable=False),
        sa.Column("requester", sa.String(40), nullable=False),
        sa.Column("lead_id", sa.Integer(), nullable=True),
        sa.Column("handler_name", sa.String(60), nullable=False),
        sa.Column("handler_user_id", sa.Integer(), nullable=True),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("result", sa.String(16), nullable=False),
        sa.Column("satisfaction", sa.String(16), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("submitted_at", UTCDateTime(), nullable=True),
        sa.Column("accepted_at", UTCDateTime(), nullable=True),
        sa.Column("dispatched_at", UTCDateTime(), nullable=True),
        sa.Column("claimed_at", UTCDateTime(), nullable=True),
        sa.Column("replied_at", UTCDateTime(), nullable=True),
        sa.Column("evaluated_at", UTCDateTime(), nullable=True),
        sa.Column("closed_at", UTCDateTime(), nullable=True),
        sa.Column("due_at", UTCDateTime(), nullable=True),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by"], ["core_user.id"], name=op.f("fk_orders_order_created_by_core_user")
        ),
        sa.ForeignKeyConstraint(
            ["handler_user_id"],
            ["core_user.id"],
            name=op.f("fk_orders_order_handler_user_id_core_user"),
        ),
        sa.ForeignKeyConstraint(
            ["lead_id"], ["core_org.id"], name=op.f("fk_orders_order_lead_id_core_org")
        ),
        sa.ForeignKeyConstraint(
            ["org_id"], ["core_org.id"], name=op.f("fk_orders_order_org_id_core_org")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_orders_order")),
        sa.UniqueConstraint("number", name=op.f("uq_orders_order_number")),
    )
    op.create_index(
        "ix_orders_order_due",
        "orders_order",
        ["owner", "due_at", "org_path", "state"],
        unique=False,
        sqlite_where=sa.column("due_at").is_not(None),
        postgresql_where=sa.column("due_at").is_not(None),
    )
    op.create_index(
        "ix_orders_order_hot",
        "orders_order",
        ["owner", "org_path", "state", "category", "channel", "urgent", "due_at"],
        unique=False,
    )
    op.create_index(op.f("ix_orders_order_lead_id"), "orders_order", ["lead_id"], unique=False)
    op.create_index(op.f("ix_orders_order_org_id"), "orders_order", ["org_id"], unique=False)
    op.create_index(op.f("ix_orders_order_org_path"), "orders_order", ["org_path"], unique=False)
    op.create_index(
        "ix_orders_order_state", "orders_order", ["owner", "state", "org_path"], unique=False
    )
    op.create_table(
        "orders_clock",
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("org_path", PathType, nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("started_at", UTCDateTime(), nullable=False),
        sa.Column("allowed", sa.String(16), nullable=False),
        sa.Column("source", sa.String(200), nullable=False),
        sa.Column("due_at", UTCDateTime(), nullable=True),
        sa.Column("stopped_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders_order.id"], name=op.f("fk_orders_clock_order_id_orders_order")
        ),
        sa.ForeignKeyConstraint(
            ["org_id"], ["core_org.id"], name=op.f("fk_orders_clock_org_id_core_org")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_orders_clock")),
        sa.UniqueConstraint(
            "order_id", "kind", "round", name=op.f("uq_orders_clock_order_id_kind_round")
        ),
    )
    op.create_index(
        "ix_orders_clock_kind_due_at",
        "orders_clock",
        ["kind", "due_at", "stopped_at"],
        unique=False,
    )
    op.create_index(op.f("ix_orders_clock_order_id"), "orders_clock", ["order_id"], unique=False)
    op.create_index(op.f("ix_orders_clock_org_id"), "orders_clock", ["org_id"], unique=False)
    op.create_index(op.f("ix_orders_clock_org_path"), "orders_clock", ["org_path"], unique=False)
    op.create_table(
        "orders_history",
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("org_path", PathType, nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("event", sa.String(16), nullable=False),
        sa.Column("source", sa.String(16), nullable=False),
        sa.Column("target", sa.String(16), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("actor_name", sa.String(60), nullable=False),
        sa.Column("subject_name", sa.String(60), nullable=False),
        sa.Column("lead_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.Column("note", sa.String(2000), nullable=False),
        sa.Column("public_text", sa.String(2000), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["core_user.id"], name=op.f("fk_orders_history_actor_id_core_user")
        ),
        sa.ForeignKeyConstraint(
            ["lead_id"], ["core_org.id"], name=op.f("fk_orders_history_lead_id_core_org")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders_order.id"], name=op.f("fk_orders_history_order_id_orders_order")
        ),
        sa.ForeignKeyConstraint(
            ["org_id"], ["core_org.id"], name=op.f("fk_orders_history_org_id_core_org")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_orders_history")),
    )
    op.create_index(
        op.f("ix_orders_history_order_id"), "orders_history", ["order_id"], unique=False
    )
    op.create_index(op.f("ix_orders_history_org_id"), "orders_history", ["org_id"], unique=False)
    op.create_index(
        op.f("ix_orders_history_org_path"), "orders_history", ["org_path"], unique=False
    )
    op.create_table(
        "orders_pause",
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("org_path", PathType, nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("clock_id", sa.Integer(), nullable=False),
        sa.Column("started_at", UTCDateTime(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.ForeignKeyConstraint(
            ["clock_id"], ["orders_clock.id"], name=op.f("fk_orders_pause_clock_id_orders_clock")
        ),
        sa.ForeignKeyConstraint(
            ["org_id"], ["core_org.id"], name=op.f("fk_orders_pause_org_id_core_org")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_orders_pause")),
    )
    op.create_index(op.f("ix_orders_pause_clock_id"), "orders_pause", ["clock_id"], unique=False)
    op.create_index(op.f("ix_orders_pause_org_id"), "orders_pause", ["org_id"], unique=False)
    op.create_index(op.f("ix_orders_pause_org_path"), "orders_pause", ["org_path"], unique=False)


def downgrade() -> None:
    """Take it back."""
    op.drop_index(op.f("ix_orders_pause_org_path"), table_name="orders_pause")
    op.drop_index(op.f("ix_orders_pause_org_id"), table_name="orders_pause")
    op.drop_index(op.f("ix_orders_pause_clock_id"), table_name="orders_pause")
    op.drop_table("orders_pause")
    op.drop_index(op.f("ix_orders_history_org_path"), table_name="orders_history")
    op.drop_index(op.f("ix_orders_history_org_id"), table_name="orders_history")
    op.drop_index(op.f("ix_orders_history_order_id"), table_name="orders_history")
    op.drop_table("orders_history")
    op.drop_index(op.f("ix_orders_clock_org_path"), table_name="orders_clock")
    op.drop_index(op.f("ix_orders_clock_org_id"), table_name="orders_clock")
    op.drop_index(op.f("ix_orders_clock_order_id"), table_name="orders_clock")
    op.drop_index("ix_orders_clock_kind_due_at", table_name="orders_clock")
    op.drop_table("orders_clock")
    op.drop_index("ix_orders_order_state", table_name="orders_order")
    op.drop_index(op.f("ix_orders_order_org_path"), table_name="orders_order")
    op.drop_index(op.f("ix_orders_order_org_id"), table_name="orders_order")
    op.drop_index(op.f("ix_orders_order_lead_id"), table_name="orders_order")
    op.drop_index("ix_orders_order_hot", table_name="orders_order")
    op.drop_index(
        "ix_orders_order_due",
        table_name="orders_order",
        sqlite_where=sa.column("due_at").is_not(None),
        postgresql_where=sa.column("due_at").is_not(None),
    )
    op.drop_table("orders_order")
    op.drop_table("orders_sequence")
