"""After a large import: tell the planner what is there, so that the next page is quick already."""

from typing import Final

from qimen_core.db.engine import Database

__all__ = ["MANY", "refresh_statistics"]

# Rows from which on it is worth the second it takes; below, the database's own upkeep is enough.
MANY: Final = 10_000


def refresh_statistics(database: Database, table: str) -> None:
    """Gather a table's statistics anew; on PostgreSQL also mark its pages as seen by all.

    Counting a subtree reads the index alone only where the pages are marked so.

    Args:
        database: where; outside of any transaction.
        table: one of our own tables.
    """
    quoted = database.engine.dialect.identifier_preparer.quote(table)
    if database.dialect == "postgresql":
        engine = database.engine.execution_options(isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql(f"VACUUM (ANALYZE) {quoted}")
        return
    with database.connect(write=True) as connection:
        connection.exec_driver_sql(f"ANALYZE {quoted}")
