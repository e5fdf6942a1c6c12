"""An order is lent to its takers; a pause says which order it belongs to."""

import sqlalchemy as sa
from alembic import op

from qimen_core.db.row_security import unfence

revision = "orders_0006"
down_revision = "orders_0005"
branch_labels = None
depends_on = None

_OPEN = (
    "submitted", "accepted", "whistled", "dispatched", "arbitration", "in_progress",
    "suspended", "replied", "evaluated",
)  # fmt: skip


def _table(name: str, *columns: str) -> sa.TableClause:
    return sa.table(name, *(sa.column(each) for each in columns))


_order = _table("orders_order", "id", "org_path", "lead_id", "state")
_taker = _table("orders_taker", "order_id", "unit_id", "part", "state")
_unit = _table("core_org", "id", "path")
_lent = _table("core_lent", "kind", "row_id", "org_id", "org_path")


def upgrade() -> None:
    """Make the change; takers of open orders get at them from now on."""
    op.add_column("orders_pause", sa.Column("order_id", sa.Integer(), nullable=True))
    clock, pause = _table("orders_clock", "id", "order_id"), _table("orders_pause", "clock_id")
    of_clock = sa.select(clock.c.order_id).where(clock.c.id == pause.c.clock_id).scalar_subquery()
    op.execute(sa.update(_table("orders_pause", "order_id", "clock_id")).values(order_id=of_clock))
    with op.batch_alter_table("orders_pause") as table:
        table.alter_column("order_id", existing_type=sa.Integer(), nullable=False)
        table.create_foreign_key(
            op.f("fk_orders_pause_order_id_orders_order"), "orders_order", ["order_id"], ["id"]
        )
        table.create_index(op.f("ix_orders_pause_order_id"), ["order_id"])
    leads = sa.select(_order.c.id, _unit.c.id, _unit.c.path).where(_unit.c.id == _order.c.lead_id)
    parts = sa.select(_order.c.id, _unit.c.id, _unit.c.path).where(
        _taker.c.order_id == _order.c.id,
        _taker.c.unit_id == _unit.c.id,
        sa.or_(
            _taker.c.state == "open", sa.and_(_taker.c.part == "assist", _taker.c.state == "done")
        ),
    )
    out_of_reach = sa.and_(
        sa.func.substr(_order.c.org_path, 1, sa.func.length(_unit.c.path)) != _unit.c.path,
        _order.c.state.in_(_OPEN),
    )
    found = sa.union(leads.where(out_of_reach), parts.where(out_of_reach)).subquery()
    rows = sa.select(sa.literal("orders_order"), *found.c)
    op.execute(sa.insert(_lent).from_select(["kind", "row_id", "org_id", "org_path"], rows))


def downgrade() -> None:
    """Take it back; no order is lent any more."""
    op.execute(sa.delete(_lent).where(_lent.c.kind == "orders_order"))
    unfence(op, "orders_pause")
    with op.batch_alter_table("orders_pause") as table:
        table.drop_index(op.f("ix_orders_pause_order_id"))
        table.drop_constraint(op.f("fk_orders_pause_order_id_orders_order"), type_="foreignkey")
        table.drop_column("order_id")
