"""The whole transition table: takers, requests, supervision, joint orders; one running clock."""

# ruff: noqa: S608 -- the statements are built from names of this file

import sqlalchemy as sa
from alembic import op

from qimen_core.db.append_only import drop_append_only, make_append_only
from qimen_core.db.types import Json, PathType, UTCDateTime

revision = "orders_0003"
down_revision = "orders_0002"
branch_labels = None
depends_on = None


def _order() -> tuple[sa.Column, ...]:  # type: ignore[type-arg]
    return (
        sa.Column("taker", sa.String(80), nullable=False, server_default=""),
        sa.Column("lead_name", sa.String(120), nullable=False, server_default=""),
        sa.Column("level", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("rung", sa.String(16), nullable=False, server_default=""),
        sa.Column("hold", sa.String(40), nullable=False, server_default=""),
        sa.Column("hold_until", UTCDateTime(), nullable=True),
        sa.Column("merged_into", sa.Integer(), sa.ForeignKey("orders_order.id"), nullable=True),
        sa.Column("parent_id", sa.Integer(), sa.ForeignKey("orders_order.id"), nullable=True),
        sa.Column("sent_to", sa.String(80), nullable=False, server_default=""),
    )


def _history() -> tuple[sa.Column, ...]:  # type: ignore[type-arg]
    return (
        sa.Column("lead_name", sa.String(120), nullable=False, server_default=""),
        sa.Column("detail", sa.String(400), nullable=False, server_default=""),
        sa.Column("key", sa.String(64), nullable=False, server_default=""),
        sa.Column("before", Json, nullable=True),
    )


def upgrade() -> None:
    """Make the change."""
    for column in _order():
        op.add_column("orders_order", column, inline_references=True)
    op.create_index("ix_orders_order_parent_id", "orders_order", ["parent_id"])
    drop_append_only(op, "orders_history")
    for column in _history():
        op.add_column("orders_history", column)
    # A lead chosen before takers had names was always a unit.
    name = "coalesce((SELECT name FROM core_org WHERE core_org.id = {table}.lead_id), '')"
    for table, more in (("orders_order", "taker = 'unit:' || lead_id, "), ("orders_history", "")):
        values = f"{more}lead_name = {name.format(table=table)}"
        op.execute(f"UPDATE {table} SET {values} WHERE lead_id IS NOT NULL")
    op.create_index(
        "uq_orders_history_key",
        "orders_history",
        ["order_id", "key"],
        unique=True,
        sqlite_where=sa.column("key") != "",
        postgresql_where=sa.column("key") != "",
    )
    make_append_only(op, "orders_history", moves=True)
    _change_clock(lambda batch: batch.drop_constraint(_UNIQUE, type_="unique"))
    op.create_index(
        "uq_orders_clock_running",
        "orders_clock",
        ["order_id", "kind"],
        unique=True,
        sqlite_where=sa.column("stopped_at").is_(None),
        postgresql_where=sa.column("stopped_at").is_(None),
    )
    _create_taker()
    _create_request()
    op.create_table(
        "orders_mark",
        sa.Column("name", sa.String(31), nullable=False),
        sa.Column("value", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_orders_mark")),
    )


def downgrade() -> None:
    """Take it back; of several clocks of one kind in a round the last one stays."""
    for table in ("orders_mark", "orders_request", "orders_taker"):
        op.drop_table(table)
    op.drop_index("uq_orders_clock_running", table_name="orders_clock")
    last = "SELECT max(id) FROM orders_clock GROUP BY order_id, kind, round"
    op.execute(f"DELETE FROM orders_pause WHERE clock_id NOT IN ({last})")
    op.execute(f"DELETE FROM orders_clock WHERE id NOT IN ({last})")
    _change_clock(
        lambda batch: batch.create_unique_constraint(_UNIQUE, ["order_id", "kind", "round"])
    )
    drop_append_only(op, "orders_history")
    op.drop_index("uq_orders_history_key", table_name="orders_history")
    for column in reversed(_history()):
        op.drop_column("orders_history", column.name)
    make_append_only(op, "orders_history", moves=True)
    op.drop_index("ix_orders_order_parent_id", table_name="orders_order")
    for column in reversed(_order()):
        op.drop_column("orders_order", column.name)


_UNIQUE = "uq_orders_clock_order_id_kind_round"


def _change_clock(change) -> None:  # type: ignore[no-untyped-def]
    """Change a constraint of the clocks. SQLite copies the table, so its pauses step aside."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    if sqlite:
        op.execute("CREATE TEMPORARY TABLE kept_pause AS SELECT * FROM orders_pause")
        op.execute("DELETE FROM orders_pause")
    with op.batch_alter_table("orders_clock") as batch:
        change(batch)
    if sqlite:
        op.execute("INSERT INTO orders_pause SELECT * FROM kept_pause")
        op.execute("DROP TABLE kept_pause")


def _scoped(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("org_path", PathType, nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders_order.id"], name=op.f(f"fk_{table}_order_id_orders_order")
        ),
        sa.ForeignKeyConstraint(
            ["org_id"], ["core_org.id"], name=op.f(f"fk_{table}_org_id_core_org")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]


def _index(table: str, *columns: str) -> None:
    for column in columns:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def _create_taker() -> None:
    op.create_table(
        "orders_taker",
        *_scoped("orders_taker"),
        sa.Column("part", sa.String(16), nullable=False),
        sa.Column("taker", sa.String(80), nullable=False),
        sa.Column("label", sa.String(120), nullable=False),
        sa.Column("reason", sa.String(120), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("rung", sa.String(16), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("since", UTCDateTime(), nullable=False),
        sa.Column("until", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["core_org.id"], name=op.f("fk_orders_taker_unit_id_core_org")
        ),
        sa.UniqueConstraint(
            "order_id",
            "part",
            "taker",
            "since",
            name=op.f("uq_orders_taker_order_id_part_taker_since"),
        ),
    )
    _index("orders_taker", "order_id", "org_id", "org_path", "unit_id")


def _create_request() -> None:
    op.create_table(
        "orders_request",
        *_scoped("orders_request"),
        sa.Column("clock_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.Column("until", UTCDateTime(), nullable=True),
        sa.Column("allowed", sa.String(16), nullable=False),
        sa.Column("old_due_at", UTCDateTime(), nullable=True),
        sa.Column("asked_at", UTCDateTime(), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=True),
        sa.Column("asked_name", sa.String(60), nullable=False),
        sa.Column("decided_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["clock_id"], ["orders_clock.id"], name=op.f("fk_orders_request_clock_id_orders_clock")
        ),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["core_user.id"], name=op.f("fk_orders_request_asked_by_core_user")
        ),
    )
    _index("orders_request", "clock_id", "order_id", "org_id", "org_path")
    op.create_index(
        "uq_orders_request_open",
        "orders_request",
        ["order_id"],
        unique=True,
        sqlite_where=sa.column("state") == "open",
        postgresql_where=sa.column("state") == "open",
    )
