"""Rows that belong to a unit of the organisation tree."""

from typing import ClassVar

from sqlalchemy import Table
from sqlmodel import Field, SQLModel

from qimen_core.db import metadata as _metadata  # noqa: F401  (names before tables)
from qimen_core.db.types import PathType

__all__ = ["Scoped", "ScopedModel", "scoped_classes"]


class Scoped(SQLModel):
    """A table that is only read and written through a scope.

    Attributes:
        scope_column: The column that holds the path of the row's unit.
        lent_as: For a table whose rows may be lent: the kind, which is the table of the row that
            is lent, and the column that holds that row's id. What is read through a row is lent
            with it: an order's history says ``("orders_order", "order_id")``. Without a kind the
            column holds a subject such as ``orders_order:17``. None: never lent.
    """

    scope_column: ClassVar[str] = "org_path"
    lent_as: ClassVar[tuple[str, str] | None] = None


class ScopedModel(Scoped):
    """Base of every table whose rows belong to one unit.

    ``org_path`` repeats the unit's path so that a list or a count needs no join; moving a unit
    rewrites it.
    """

    org_id: int = Field(foreign_key="core_org.id", index=True)
    org_path: str = Field(sa_type=PathType, index=True)


def scoped_classes() -> dict[Table, type[Scoped]]:
    """Return every mapped scoped class by its table."""
    found: dict[Table, type[Scoped]] = {}
    waiting: list[type[Scoped]] = [Scoped]
    while waiting:
        for cls in waiting.pop().__subclasses__():
            waiting.append(cls)
            table = cls.__dict__.get("__table__")
            if isinstance(table, Table):
                found[table] = cls
    return found
