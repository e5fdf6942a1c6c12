"""Keyset cursors: a page begins after the last row of the one before, wherever that now is."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, TypeDecorator, literal, tuple_

__all__ = ["Cursor", "beyond", "decode", "encode"]

Key = int | float | str | date | datetime
Cursor = tuple[Key, int]


def encode(value: object, row_id: int) -> str:
    """Return the cursor of a row as it stands in an address.

    Raises:
        TypeError: The row has no value to be ordered by.
    """
    if isinstance(value, datetime):
        tagged: object = {"t": value.isoformat()}
    elif isinstance(value, date):
        tagged = {"d": value.isoformat()}
    elif isinstance(value, int | float | str):
        tagged = value
    else:
        raise TypeError(
            f"row {row_id} is ordered by {value!r}; a sort column must not be NULL: use coalesce()"
        )
    text = json.dumps([tagged, row_id], separators=(",", ":"))
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode(text: str, column: ColumnElement[Any]) -> Cursor | None:
    """Return the cursor in an address; None if it is not one, or not of this column's type."""
    if not text or len(text) > 400:
        return None
    try:
        value, row_id = json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        found = _untagged(value)
    except (ValueError, TypeError, KeyError):
        return None
    if not isinstance(row_id, int) or not _fits(found, column):
        return None
    return found, row_id


def _untagged(value: object) -> Key:
    if isinstance(value, dict):
        if "t" in value:
            moment = datetime.fromisoformat(value["t"])
            if moment.tzinfo is None:
                raise ValueError("a naive moment")
            return moment
        return date.fromisoformat(value["d"])
    if isinstance(value, int | float | str):
        return value
    raise TypeError(value)


def _fits(value: Key, column: ColumnElement[Any]) -> bool:
    kind = column.type
    # A decorated type (ours for moments, SQLModel's for text) is as Python sees what it decorates.
    wanted = (kind.impl_instance if isinstance(kind, TypeDecorator) else kind).python_type
    if wanted is float:
        return isinstance(value, int | float)
    # A datetime is a date and a bool is an int, but not to a column.
    return type(value) is wanted


def beyond(
    column: ColumnElement[Any], key: ColumnElement[int], cursor: Cursor, descending: bool
) -> ColumnElement[bool]:
    """Return the condition for the rows that come after ``cursor`` in the list's order."""
    value, row_id = cursor
    if column is key:
        return key < row_id if descending else key > row_id
    here = tuple_(column, key)
    there = tuple_(literal(value, column.type), literal(row_id, key.type))
    return here < there if descending else here > there
