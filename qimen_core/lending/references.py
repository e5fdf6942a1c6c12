"""Naming a row that may be lent, from the row itself or from one that is read through it."""

from typing import NamedTuple

from qimen_core.db.scoped import Scoped

__all__ = ["RowRef", "reference_of"]


class RowRef(NamedTuple):
    """A row that may be lent.

    Attributes:
        kind: Its table, e.g. ``orders_order``.
        row_id: Its id.
        path: The path of the unit that it belongs to.
    """

    kind: str
    row_id: int
    path: str


def reference_of(row: "Scoped | RowRef") -> RowRef | None:
    """Return what a row is lent as; None for a row of a table that is never lent."""
    if isinstance(row, RowRef):
        return row
    if row.lent_as is None:
        return None
    kind, column = row.lent_as
    value = getattr(row, column)
    if not kind:
        kind, _colon, value = str(value).partition(":")
        value = int(value) if value.isdecimal() else None
    return RowRef(kind, value, getattr(row, row.scope_column)) if value is not None else None
