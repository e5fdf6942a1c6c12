"""Set-based writes on the structure of the tree: paths rewritten, ids reserved, writers held off.

Moving a unit changes the path of everything in its subtree, in every table that repeats it. Row by
row that would be hours; here it is one UPDATE a table, in the caller's transaction.
"""

from typing import Any, Final

from sqlalchemy import Integer, Table, bindparam, cast, func, literal, select, update

from qimen_core.db.metadata import metadata
from qimen_core.db.scoped import scoped_classes
from qimen_core.db.session import _SCOPED
from qimen_core.db.work import UnitOfWork
from qimen_core.org.paths import under

__all__ = ["path_columns", "reserve_ids", "rewrite_paths"]

# Tables that hold a path but belong to no unit: what waits for delivery or for a worker follows
# its unit. The audit does not: its rows say where something was done then, and are hashed.
_FOLLOWERS: Final = {"core_outbox": "org_path", "core_job": "org_path"}


def path_columns() -> list[tuple[Table, str]]:
    """Return every table that repeats a unit's path and its column, the tree itself first."""
    found = {table: cls.scope_column for table, cls in scoped_classes().items()}
    followers = {metadata.tables[name]: column for name, column in _FOLLOWERS.items()}
    return sorted({**found, **followers}.items(), key=lambda pair: pair[0].name != "core_org")


def rewrite_paths(uow: UnitOfWork, old: str, new: str) -> int:
    """Put a subtree's paths under another prefix, everywhere; return how many rows changed.

    The caller has checked that the actor may do so, and that nothing lies under `new` yet.

    Args:
        uow: the unit of work that moves the unit.
        old: the unit's path until now.
        new: its path from now on.
    """
    changed = 0
    uow.session.flush()
    for table, name in path_columns():
        column: Any = table.c[name]
        rest = func.substr(column, len(old) + 1)
        statement = (
            update(table)
            .where(under(column, old))
            .values({name: literal(new, column.type).concat(rest)})
            .execution_options(**{_SCOPED: uow.permission})
        )
        result: Any = uow.session.execute(statement)
        changed += result.rowcount
    uow.session.expire_all()
    return changed


def reserve_ids(uow: UnitOfWork, table: Table, count: int) -> range | list[int]:
    """Return ids for rows about to be inserted with their ids given, rising and unused.

    A parent's id is known before its row is written, so a whole tree needs no answer from the
    database between its levels.
    """
    session = uow.session
    options = {_SCOPED: uow.permission}
    if session.get_bind().dialect.name == "postgresql":
        sequence = func.pg_get_serial_sequence(table.name, "id")
        numbers = func.generate_series(1, bindparam("count", count, Integer)).alias("numbers")
        statement = select(cast(func.nextval(sequence), Integer)).select_from(numbers)
        return sorted(session.execute(statement.execution_options(**options)).scalars())
    # SQLite gives max + 1, and this transaction already holds the only write lock.
    statement = select(func.coalesce(func.max(table.c.id), 0))
    last = session.execute(statement.execution_options(**options)).scalar_one()
    return range(last + 1, last + 1 + count)
