"""Which rows are lent to which units."""

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from qimen_core.db import metadata as _metadata  # noqa: F401
from qimen_core.db.types import PathType

__all__ = ["Lent"]


class Lent(SQLModel, table=True):
    """One row lent to one unit; it holds no personal datum and is not scoped itself.

    ``kind`` is the row's table and ``row_id`` its id. ``org_path`` is the path of the unit that
    borrows, so moving that unit rewrites it.
    """

    __tablename__ = "core_lent"
    __table_args__ = (
        UniqueConstraint("kind", "row_id", "org_id"),
        Index("ix_core_lent_org_path", "org_path", "kind", "row_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    kind: str = Field(max_length=60)
    row_id: int
    org_id: int = Field(foreign_key="core_org.id", index=True)
    org_path: str = Field(sa_type=PathType)
