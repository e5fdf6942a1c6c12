"""Numbers of units by kind, counted on the index (kind, path, valid_to)."""

from contextlib import nullcontext
from typing import Any

from sqlalchemy import func, select

from qimen_core.context import Context
from qimen_core.db.session import unscoped
from qimen_core.org.models import OrgUnit
from qimen_core.org.paths import under

__all__ = ["count_by_kind"]

READ = "core.org.read"
U: Any = OrgUnit


def count_by_kind(ctx: Context, path: str = "", *, archived: bool = False) -> dict[str, int]:
    """Return the number of live units of each kind at and below a path, within the scope.

    Args:
        ctx: who asks; its session is scoped.
        path: the subtree; empty for the whole tree.
        archived: count archived units as well.
    """
    # A grant covers its subtree whole, so below a unit in reach there is nothing to leave out; the
    # plain range is what lets the index answer alone.
    whole = bool(path) and ctx.can(READ, path)
    with unscoped(ctx.session) if whole else nullcontext():
        return _counts(ctx, path, archived)


def _counts(ctx: Context, path: str, archived: bool) -> dict[str, int]:
    counts = {}
    # One range of the index a kind: grouping a subtree would read every row of the table in it.
    for kind in ctx.qimen.registry.org_kinds:
        statement = select(func.count()).select_from(U).where(U.kind == kind)
        if path:
            statement = statement.where(under(U.path, path))
        if not archived:
            statement = statement.where(U.valid_to.is_(None))
        if count := ctx.session.execute(statement).scalar_one():
            counts[kind] = count
    return counts
