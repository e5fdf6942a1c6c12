"""Engines: SQLite as the box brings it, PostgreSQL for more."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, FromClause, create_engine, event
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler
from sqlalchemy.engine import make_url

from qimen_core.db.row_security import EVERYTHING, declare
from qimen_core.db.session import QimenSession

__all__ = ["WRITE", "Database"]

WRITE = "qimen_write"

_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA busy_timeout=10000",
    "PRAGMA foreign_keys=ON",
    "PRAGMA recursive_triggers=ON",
    "PRAGMA cache_size=-32000",
    "PRAGMA temp_store=MEMORY",
)


class _HintingCompiler(SQLiteCompiler):
    """Writes ``select.with_hint(table, "NOT INDEXED", "sqlite")``, which SQLAlchemy leaves out."""

    def get_from_hint_text(self, table: FromClause, text: str | None) -> str | None:
        """Return what stands behind the table's name."""
        del table
        return text


class Database:
    """One database: its engine, its sessions, and on SQLite its writers' queue.

    Args:
        url: ``sqlite:///path`` or ``postgresql://…`` (psycopg 3).
        pool_size: Connections kept open.
    """

    def __init__(self, url: str, pool_size: int = 8) -> None:
        options: dict[str, Any] = {"pool_size": pool_size, "max_overflow": pool_size}
        if make_url(url).get_backend_name() == "postgresql":
            options["pool_pre_ping"] = True
        self.engine: Engine = create_engine(url, **options)
        self.dialect: str = self.engine.dialect.name
        self._writer = threading.RLock()
        if self.dialect == "sqlite":
            self.engine.dialect.statement_compiler = _HintingCompiler
            event.listen(self.engine, "connect", _prepare_sqlite)
            event.listen(self.engine, "begin", _begin_sqlite)

    @contextmanager
    def session(self) -> Iterator[QimenSession]:
        """Open a session that answers nothing about scoped rows until it has a scope."""
        with QimenSession(self.engine, expire_on_commit=False) as session:
            session.info["database"] = self
            yield session

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Wait for this process's turn to write; only SQLite makes writers queue."""
        if self.dialect != "sqlite":
            yield
            return
        with self._writer:
            yield

    @contextmanager
    def connect(self, write: bool = False) -> Iterator[Connection]:
        """Open a connection in a transaction that commits at the end; for core's own DDL."""
        with (
            self.writing(),
            self.engine.connect().execution_options(**{WRITE: write}) as connection,
            connection.begin(),
        ):
            declare(connection, EVERYTHING)
            yield connection

    def close(self) -> None:
        """Close every pooled connection."""
        self.engine.dispose()


def _prepare_sqlite(dbapi_connection: Any, _record: object) -> None:
    # We say BEGIN ourselves: the driver's own would come too late for BEGIN IMMEDIATE.
    dbapi_connection.isolation_level = None
    cursor = dbapi_connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    immediate = connection.get_execution_options().get(WRITE)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
