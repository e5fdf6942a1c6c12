"""The second fence on PostgreSQL: row-level security on every scoped table (SECURITY 4).

The first fence is the scope, permission by permission. This one is coarser and stands in the
database: a transaction sees only rows below a unit where the actor holds any role at all, and those
lent to such a unit, so a forgotten condition cannot reach another township. Without a declared
reach there are no rows.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Table, func, inspect, select
from sqlalchemy.exc import DBAPIError

from qimen_core.db.append_only import Operations
from qimen_core.db.scoped import Scoped, scoped_classes

if TYPE_CHECKING:
    from qimen_core.context import Context

__all__ = [
    "EVERYTHING",
    "bypassed",
    "declare",
    "drop_with_policies",
    "fence",
    "reach_of",
    "unfence",
]

EVERYTHING = "*"
_SETTING = "qimen.reach"
_BELOW = f"^@ ANY (string_to_array(current_setting('{_SETTING}', true), ','))"
_CONDITION = f"current_setting('{_SETTING}', true) = '{EVERYTHING}' OR {{column}} {_BELOW}"
_LENT = "core_lent"
# Built from names of models, never from what somebody typed.
_OR_LENT = f" OR EXISTS (SELECT 1 FROM {_LENT} WHERE {{named}} AND {_LENT}.org_path {_BELOW})"  # noqa: S608


def reach_of(ctx: "Context") -> str:
    """Return what a transaction of this actor may touch, in the form of the setting."""
    if ctx.actor.kind != "user":
        return EVERYTHING
    return ",".join(sorted({path for _role, path in ctx.grants}))


def declare(connection: Connection, reach: str) -> None:
    """Tell the database the reach of the running transaction; nothing to do on SQLite."""
    if connection.dialect.name != "postgresql":
        return
    try:
        connection.execute(select(func.set_config(_SETTING, reach, True)))
    except DBAPIError:
        # The transaction has failed already: its rollback brings the earlier reach back.
        return


def fence(connection: Connection, tables: Iterable[str]) -> None:
    """Put the policy on the scoped ones among ``tables``; again is harmless.

    Args:
        connection: A connection that owns the tables, in a transaction.
        tables: Names of existing tables.
    """
    if connection.dialect.name != "postgresql":
        return
    existing = set(tables)
    for table, cls in scoped_classes().items():
        if table.name in existing:
            named = _named(connection, table, cls) if _LENT in existing else ""
            _fence(connection, table, cls.scope_column, _OR_LENT.format(named=named) * bool(named))


def _named(connection: Connection, table: Table, cls: type[Scoped]) -> str:
    """Return the SQL by which a loan names a row; empty where the column is still to be made."""
    if cls.lent_as is None:
        return ""
    kind, name = cls.lent_as
    if name not in {each["name"] for each in inspect(connection).get_columns(table.name)}:
        return ""
    if kind:
        return f"{_LENT}.kind = '{kind}' AND {_LENT}.row_id = {table.name}.{name}"
    return f"{_LENT}.kind || ':' || {_LENT}.row_id = {table.name}.{name}"


def _fence(connection: Connection, table: Table, column: str, or_lent: str) -> None:
    condition = _CONDITION.format(column=column) + or_lent
    for statement in (
        f"ALTER TABLE {table.name} ENABLE ROW LEVEL SECURITY",
        # The server owns its tables; without FORCE the policy would not bind it.
        f"ALTER TABLE {table.name} FORCE ROW LEVEL SECURITY",
        f"DROP POLICY IF EXISTS qimen_reach ON {table.name}",
        f"CREATE POLICY qimen_reach ON {table.name} USING ({condition}) WITH CHECK ({condition})",
    ):
        connection.exec_driver_sql(statement)


def unfence(op: Operations, table: str) -> None:
    """Take a table's policy off, for a migration that drops a column which the policy names.

    The fence is put on again when the migration has run.
    """
    if op.get_bind().dialect.name == "postgresql":
        op.get_bind().exec_driver_sql(f"DROP POLICY IF EXISTS qimen_reach ON {table}")


def drop_with_policies(op: Operations, table: str) -> None:
    """Drop a table that policies of others name; until those are fenced anew they show no row."""
    cascade = " CASCADE" if op.get_bind().dialect.name == "postgresql" else ""
    op.get_bind().exec_driver_sql(f"DROP TABLE {table}{cascade}")


def bypassed(connection: Connection) -> bool:
    """Say whether the connected role walks through the fence (superuser or BYPASSRLS)."""
    if connection.dialect.name != "postgresql":
        return False
    found = connection.exec_driver_sql(
        "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
    )
    return bool(found.scalar_one())
