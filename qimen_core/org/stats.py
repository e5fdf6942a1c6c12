"""Numbers of units by kind, counted on the index (kind, path, valid_to)."""

from typing import Any

from sqlalchemy import func, select

from qimen_core.context import Context
from qimen_core.org.models import OrgUnit
from qimen_core.org.paths import under

__all__ = ["count_by_kind"]

U: Any = OrgUnit


def count_by_kind(ctx: Context, path: str = "", *, archived: bool = False) -> dict[str, int]:
    """Return the number of live units of each kind at and below a path, within the scope.

    Args:
        ctx: who asks; its session is scoped.
        path: the subtree; empty for the whole tree.
        archived: count archived units as well.
    """
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
