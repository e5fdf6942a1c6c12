"""Triggers that make a table append-only on both databases (SECURITY 16)."""

from typing import Protocol

from sqlalchemy import Connection

__all__ = ["drop_append_only", "make_append_only"]


class Operations(Protocol):
    """What of Alembic's ``op`` is needed here."""

    def get_bind(self) -> Connection:
        """Return the migration's connection."""
        ...

    def execute(self, sqltext: str) -> None:
        """Run a statement."""
        ...


_SQLITE = """
CREATE TRIGGER {table}_no_{verb} BEFORE {VERB} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
"""
_POSTGRESQL_FUNCTION = """
CREATE OR REPLACE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{table} is append-only'; END $$
"""
_POSTGRESQL = """
CREATE TRIGGER {table}_no_{verb} BEFORE {VERB} ON {table}
FOR EACH {each} EXECUTE FUNCTION {table}_refuse()
"""


def make_append_only(op: Operations, table: str, *, moves: bool = False) -> None:
    """Refuse UPDATE and DELETE on ``table`` from now on; for migrations.

    Args:
        op: Alembic's operations.
        table: The table's name, an identifier of the program's own.
        moves: Let ``org_path`` alone be rewritten, so that a unit can move with its rows.
    """
    if op.get_bind().dialect.name == "sqlite":
        update = _SQLITE.format(table=table, verb="update", VERB="UPDATE")
        if moves:
            update = update.replace("\nBEGIN", f"\nWHEN {_changed(op, table)}\nBEGIN")
        op.execute(update)
        op.execute(_SQLITE.format(table=table, verb="delete", VERB="DELETE"))
        return
    op.execute(_POSTGRESQL_FUNCTION.format(table=table))
    update = _POSTGRESQL.format(table=table, verb="update", VERB="UPDATE", each="ROW")
    if moves:
        update = update.replace("EXECUTE", f"WHEN ({_changed(op, table)}) EXECUTE")
    op.execute(update)
    for verb, each in (("delete", "ROW"), ("truncate", "STATEMENT")):
        op.execute(_POSTGRESQL.format(table=table, verb=verb, VERB=verb.upper(), each=each))


def drop_append_only(op: Operations, table: str) -> None:
    """Take the triggers away; call it before the table is dropped."""
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("update", "delete"):
            op.execute(f"DROP TRIGGER IF EXISTS {table}_no_{verb}")
        return
    for verb in ("update", "delete", "truncate"):
        op.execute(f"DROP TRIGGER IF EXISTS {table}_no_{verb} ON {table}")
    op.execute(f"DROP FUNCTION IF EXISTS {table}_refuse()")


def _changed(op: Operations, table: str) -> str:
    """Return the condition "a column other than org_path changes"."""
    from sqlalchemy import inspect

    bind = op.get_bind()
    names = [each["name"] for each in inspect(bind).get_columns(table)]
    differs = "IS NOT" if bind.dialect.name == "sqlite" else "IS DISTINCT FROM"
    return " OR ".join(f"OLD.{name} {differs} NEW.{name}" for name in names if name != "org_path")
