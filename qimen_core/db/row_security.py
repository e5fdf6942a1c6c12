"""The second fence on PostgreSQL: row-level security on every scoped table (SECURITY 4).

The first fence is the scope, permission by permission. This one is coarser and stands in the
database: a transaction sees only rows below a unit where the actor holds any role at all, so a
forgotten condition cannot reach another township. Without a declared reach there are no rows.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Table, func, select
from sqlalchemy.exc import DBAPIError

from qimen_core.db.scoped import scoped_classes

if TYPE_CHECKING:
    from qimen_core.context import Context

__all__ = ["EVERYTHING", "bypassed", "declare", "fence", "reach_of"]

EVERYTHING = "*"
_SETTING = "qimen.reach"
_CONDITION = (
    f"current_setting('{_SETTING}', true) = '{EVERYTHING}' OR "
    f"{{column}} ^@ ANY (string_to_array(current_setting('{_SETTING}', true), ','))"
)


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
            _fence(connection, table, cls.scope_column)


def _fence(connection: Connection, table: Table, column: str) -> None:
    condition = _CONDITION.format(column=column)
    for statement in (
        f"ALTER TABLE {table.name} ENABLE ROW LEVEL SECURITY",
        # The server owns its tables; without FORCE the policy would not bind it.
        f"ALTER TABLE {table.name} FORCE ROW LEVEL SECURITY",
        f"DROP POLICY IF EXISTS qimen_reach ON {table.name}",
        f"CREATE POLICY qimen_reach ON {table.name} USING ({condition}) WITH CHECK ({condition})",
    ):
        connection.exec_driver_sql(statement)


def bypassed(connection: Connection) -> bool:
    """Say whether the connected role walks through the fence (superuser or BYPASSRLS)."""
    if connection.dialect.name != "postgresql":
        return False
    found = connection.exec_driver_sql(
        "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
    )
    return bool(found.scalar_one())
