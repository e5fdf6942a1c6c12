"""Writes that are nobody's business action: a sign-in seen, a failed login, a job begun.

They belong to no unit of work, so that a page that only reads stays a page that only reads and
a refused login is counted although its transaction is rolled back. Only the tables named here
may be written this way; everything else goes through ``unit_of_work`` and its audit row.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, CursorResult, Delete, Insert, Row, Select, Update

from qimen_core.db.engine import Database

__all__ = ["Bookkeeping", "bookkeeping"]

_TABLES = frozenset(
    {
        "core_session",
        "core_throttle",
        "core_idempotency",
        "core_job",
        "core_outbox",
        "core_outbox_delivery",
    }
)

Statement = Insert | Update | Delete


class Bookkeeping:
    """One short transaction on the bookkeeping tables; made by :func:`bookkeeping`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def write(self, statement: Statement) -> int:
        """Run an INSERT, UPDATE or DELETE and return how many rows it touched.

        Raises:
            ValueError: The table is not one of the bookkeeping tables.
        """
        name = getattr(statement.table, "name", "?")
        if name not in _TABLES:
            raise ValueError(f"{name} is no bookkeeping table; write it in a unit_of_work")
        done: CursorResult[tuple[int]] = self._connection.execute(statement)
        return done.rowcount

    def read(self, statement: "Select[Any]") -> "Row[*tuple[Any, ...]] | None":
        """Return the first row of a SELECT on a bookkeeping table, None when there is none."""
        return self._connection.execute(statement).first()

    def rows(self, statement: "Select[Any]") -> "Sequence[Row[Any]]":
        """Return all rows of a SELECT on the bookkeeping tables."""
        return self._connection.execute(statement).all()

    @property
    def dialect(self) -> str:
        """Return ``sqlite`` or ``postgresql``."""
        return self._connection.dialect.name


@contextmanager
def bookkeeping(database: Database, *, write: bool = True) -> Iterator[Bookkeeping]:
    """Open a short transaction; it commits at the end of the block.

    Args:
        database: Which one.
        write: Take SQLite's place in the queue of writers; False where the block only reads.
    """
    with database.connect(write=write) as connection:
        yield Bookkeeping(connection)
