"""Set-based writes on the structure of the tree: paths rewritten, ids reserved, writers held off.

Moving a unit changes the path of everything in its subtree, in every table that repeats it. Row by
row that would be hours; here it is one UPDATE a table, in the caller's transaction.
"""

from typing import Any, Final
from typing import cast as cast_to

from sqlalchemy import (
    ColumnClause,
    Connection,
    Integer,
    Table,
    TableClause,
    bindparam,
    cast,
    column,
    func,
    inspect,
    literal,
    select,
    table,
    update,
)

from qimen_core.db.session import _SCOPED
from qimen_core.db.types import PathType
from qimen_core.db.work import UnitOfWork
from qimen_core.org.paths import under

__all__ = ["path_columns", "reserve_ids", "rewrite_paths"]

# The audit does not follow: its rows say where something was done then, and are hashed.
_FIXED: Final = frozenset({"core_audit"})


def path_columns(connection: Connection) -> list[ColumnClause[str]]:
    """Return the column of every table that repeats a unit's path, the tree itself first.

    The database is asked and not the models: a plugin that is installed but not loaded, or whose
    loading failed, has tables that move along all the same.
    """
    found = inspect(connection).get_multi_columns()
    names = sorted(
        table
        for (_schema, table), columns in found.items()
        if table not in _FIXED and any(each["name"] == "org_path" for each in columns)
    )
    return [_column("core_org", "path"), *(_column(name, "org_path") for name in names)]


def _column(table_name: str, name: str) -> ColumnClause[str]:
    made: ColumnClause[str] = column(name, PathType)
    table(table_name, made)
    return made


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
    for path in path_columns(uow.session.connection()):
        rest = func.substr(path, len(old) + 1)
        statement = (
            update(cast_to(TableClause, path.table))
            .where(under(path, old))
            .values({path: literal(new, path.type).concat(rest)})
            .execution_options(**{_SCOPED: uow.permission})
        )
        result: Any = uow.session.execute(statement)
        changed += result.rowcount
    uow.session.expire_all()
    return changed


def reserve_ids(uow: UnitOfWork, target: Table, count: int) -> range | list[int]:
    """Return ids for rows about to be inserted with their ids given, rising and unused.

    A parent's id is known before its row is written, so a whole tree needs no answer from the
    database between its levels.
    """
    session = uow.session
    options = {_SCOPED: uow.permission}
    if session.get_bind().dialect.name == "postgresql":
        sequence = func.pg_get_serial_sequence(target.name, "id")
        numbers = func.generate_series(1, bindparam("count", count, Integer)).alias("numbers")
        statement = select(cast(func.nextval(sequence), Integer)).select_from(numbers)
        return sorted(session.execute(statement.execution_options(**options)).scalars())
    # SQLite gives max + 1, and this transaction already holds the only write lock.
    statement = select(func.coalesce(func.max(target.c.id), 0))
    last = session.execute(statement.execution_options(**options)).scalar_one()
    return range(last + 1, last + 1 + count)
