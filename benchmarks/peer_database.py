"""The SQLite file that the peers and the floor read: same rows, with indexes in their favour."""

import sqlite3
from pathlib import Path

from benchmarks.rows import Order, Unit

__all__ = ["write_peer_database"]

_SCHEMA = """
PRAGMA journal_mode = WAL;
CREATE TABLE unit (
    id INTEGER PRIMARY KEY,
    parent_id INTEGER REFERENCES unit (id),
    kind TEXT NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    path TEXT NOT NULL
);
CREATE TABLE orders (
    id INTEGER PRIMARY KEY,
    code TEXT NOT NULL,
    title TEXT NOT NULL,
    category TEXT NOT NULL,
    state TEXT NOT NULL,
    unit_id INTEGER NOT NULL REFERENCES unit (id),
    path TEXT NOT NULL,
    received_at TEXT NOT NULL,
    due_at TEXT NOT NULL
);
"""
_INDEXES = """
CREATE UNIQUE INDEX unit_path ON unit (path);
CREATE INDEX orders_state_path ON orders (state, path);
CREATE INDEX orders_state_id ON orders (state, id);
CREATE INDEX orders_unit ON orders (unit_id);
ANALYZE;
"""


def write_peer_database(path: Path, units: list[Unit], orders: list[Order]) -> None:
    """Write the file anew; times are stored as Django and SQLAlchemy both read them, in UTC."""
    path.unlink(missing_ok=True)
    connection = sqlite3.connect(path)
    connection.executescript(_SCHEMA)
    with connection:
        connection.executemany("INSERT INTO unit VALUES (?, ?, ?, ?, ?, ?)", units)
        connection.executemany(
            "INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (
                    *order[:7],
                    f"{order.received_at:%Y-%m-%d %H:%M:%S}",
                    f"{order.due_at:%Y-%m-%d %H:%M:%S}",
                )
                for order in orders
            ),
        )
    connection.executescript(_INDEXES)
    connection.close()
