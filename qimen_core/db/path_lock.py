"""Who moves a unit waits for all who write, and they for the move (PostgreSQL).

A writer copies its unit's path into its row. Without this lock a move could commit between the
reading and the writing, and the row would keep a path that no longer exists. SQLite has one writer
at a time and needs nothing.
"""

from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

__all__ = ["hold_paths"]

_KEY: Final = int.from_bytes(b"qimen")


def hold_paths(session: Session, *, moving: bool) -> None:
    """Keep all paths as they are until the transaction ends, or, `moving`, be alone with them."""
    if session.get_bind().dialect.name != "postgresql":
        return
    lock = func.pg_advisory_xact_lock if moving else func.pg_advisory_xact_lock_shared
    session.execute(select(lock(_KEY)))
