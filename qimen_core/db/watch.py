"""What changes seldom is counted, so that what was made of it can be kept in memory.

A table whose model says ``watched: ClassVar[bool] = True`` has triggers that raise one number at
every change, in the transaction of the change. Whoever has read the number first and the rows
after it may keep what was made of them for as long as the number stays: see
:mod:`qimen_core.recall`. A trigger sees every way to change a row, an operator's SQL as well.
"""

from collections.abc import Iterable, Iterator

from sqlalchemy import BigInteger, Connection, select
from sqlmodel import Field, SQLModel

__all__ = ["CURRENT", "Epoch", "unwatch", "watch"]


class Epoch(SQLModel, table=True):
    """The number of changes to all watched tables; one row.

    ``counted_by`` is the transaction of PostgreSQL that raised it last: one counts once, however
    many rows it changes, for every further version of this row would slow the next one down.
    """

    __tablename__ = "core_epoch"

    id: int = Field(default=1, primary_key=True)
    number: int = Field(default=0, sa_type=BigInteger)
    counted_by: int | None = Field(default=None, sa_type=BigInteger)


_epoch = Epoch.__table__.c  # type: ignore[attr-defined]
CURRENT = select(_epoch.number).where(_epoch.id == 1)
"""Reads the number; as ``scalar_subquery()`` inside the first statement of a request."""

_VERBS = ("insert", "update", "delete")
_COUNT = "UPDATE core_epoch SET number = number + 1 WHERE id = 1"
_SQLITE = "CREATE TRIGGER {table}_watch_{verb} AFTER {verb} ON {table} BEGIN {count}; END"
_FUNCTION = """
CREATE OR REPLACE FUNCTION core_epoch_count() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE me bigint := pg_current_xact_id()::text::bigint;
BEGIN
  UPDATE core_epoch SET number = number + 1, counted_by = me
  WHERE id = 1 AND counted_by IS DISTINCT FROM me;
  RETURN NULL;
END $$
"""
_POSTGRESQL = """
CREATE OR REPLACE TRIGGER {table}_watch AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION core_epoch_count()
"""


def watch(connection: Connection, tables: Iterable[str]) -> None:
    """Put the triggers on the watched ones among ``tables``; again is harmless.

    Args:
        connection: A connection that owns the tables, in a transaction.
        tables: Names of existing tables.
    """
    wanted = sorted(_watched() & set(tables))
    if Epoch.__tablename__ not in set(tables):
        return
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(_FUNCTION)
        for table in wanted:
            connection.exec_driver_sql(_POSTGRESQL.format(table=table))
        return
    for table in wanted:
        for verb in _VERBS:
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {table}_watch_{verb}")
            connection.exec_driver_sql(_SQLITE.format(table=table, verb=verb, count=_COUNT))


def unwatch(connection: Connection) -> None:
    """Take every trigger away; for the downgrade that drops the number."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("DROP FUNCTION IF EXISTS core_epoch_count() CASCADE")
        return
    for table in _watched():
        for verb in _VERBS:
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {table}_watch_{verb}")


def _watched() -> set[str]:
    return {str(model.__tablename__) for model in _models(SQLModel) if _says_so(model)}


def _models(base: type[SQLModel]) -> Iterator[type[SQLModel]]:
    for model in base.__subclasses__():
        yield model
        yield from _models(model)


def _says_so(model: type[SQLModel]) -> bool:
    return "__table__" in model.__dict__ and bool(getattr(model, "watched", False))
