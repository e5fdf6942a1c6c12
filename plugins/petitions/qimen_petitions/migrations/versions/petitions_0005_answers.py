"""Reply templates, and who may read an answer."""

import sqlalchemy as sa
from alembic import op

from qimen_core.db.types import PathType

revision = "petitions_0005"
down_revision = "petitions_0004"
branch_labels = None
depends_on = None

_INDEXED = {
    "petitions_reply_template": ("org_id", "org_path"),
    "petitions_answer": ("org_id", "org_path"),
}


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
        "petitions_reply_template",
        *_unit("petitions_reply_template"),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
    )
    op.create_table(
        "petitions_answer",
        *_unit("petitions_answer"),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("private", sa.Boolean(), nullable=False),
        sa.Column("template_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["line_id"],
            ["orders_history.id"],
            name=op.f("fk_petitions_answer_line_id_orders_history"),
        ),
        sa.ForeignKeyConstraint(
            ["template_id"],
            ["petitions_reply_template.id"],
            name=op.f("fk_petitions_answer_template_id_petitions_reply_template"),
        ),
        sa.UniqueConstraint("line_id", name=op.f("uq_petitions_answer_line_id")),
    )
    for table, columns in _INDEXED.items():
        for column in columns:
            op.create_index(op.f(f"ix_{table}_{column}"), table, [column], unique=False)


def downgrade() -> None:
    """Take it back."""
    for table in ("petitions_answer", "petitions_reply_template"):
        for column in _INDEXED[table]:
            op.drop_index(op.f(f"ix_{table}_{column}"), table_name=table)
        op.drop_table(table)
