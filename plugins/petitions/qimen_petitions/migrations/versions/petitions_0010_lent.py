"""An answer says which order it belongs to, so that it is lent with it."""

import sqlalchemy as sa
from alembic import op

from qimen_core.db.row_security import unfence

revision = "petitions_0010"
down_revision = "petitions_0009"
branch_labels = None
depends_on = None

_line = sa.table("orders_history", sa.column("id"), sa.column("order_id"))
_answer = sa.table("petitions_answer", sa.column("order_id"), sa.column("line_id"))


def upgrade() -> None:
    """Make the change."""
    op.add_column("petitions_answer", sa.Column("order_id", sa.Integer(), nullable=True))
    of_line = sa.select(_line.c.order_id).where(_line.c.id == _answer.c.line_id).scalar_subquery()
    op.execute(sa.update(_answer).values(order_id=of_line))
    with op.batch_alter_table("petitions_answer") as table:
        table.alter_column("order_id", existing_type=sa.Integer(), nullable=False)
        table.create_foreign_key(
            op.f("fk_petitions_answer_order_id_orders_order"), "orders_order", ["order_id"], ["id"]
        )
        table.create_index(op.f("ix_petitions_answer_order_id"), ["order_id"])


def downgrade() -> None:
    """Take it back."""
    unfence(op, "petitions_answer")
    with op.batch_alter_table("petitions_answer") as table:
        table.drop_index(op.f("ix_petitions_answer_order_id"))
        table.drop_constraint(op.f("fk_petitions_answer_order_id_orders_order"), type_="foreignkey")
        table.drop_column("order_id")
