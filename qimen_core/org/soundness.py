"""Whether the repeated paths agree with the tree; they do, unless somebody wrote around us."""

from typing import Any

from sqlalchemy import func, inspect, select
from sqlalchemy.orm import aliased

from qimen_core.context import Context
from qimen_core.db.scoped import ScopedModel, scoped_classes
from qimen_core.db.session import unscoped
from qimen_core.org.models import OrgUnit
from qimen_core.org.paths import SEGMENT

__all__ = ["wrong_paths"]

U: Any = OrgUnit


def wrong_paths(ctx: Context) -> dict[str, int]:
    """Return how many rows have another path than their unit, by table; empty: all is well."""
    found: dict[str, int] = {}
    with unscoped(ctx.session):
        above: Any = aliased(OrgUnit)
        outside = func.substr(U.path, 1, func.length(U.path) - SEGMENT) != above.path
        tree = select(func.count()).select_from(U).join(above, above.id == U.parent_id)
        found["core_org"] = ctx.session.execute(tree.where(outside)).scalar_one()
        # A class may be imported whose plugin is not loaded and so has no table here.
        present = set(inspect(ctx.session.connection()).get_table_names())
        for table, cls in scoped_classes().items():
            if table.name in present and issubclass(cls, ScopedModel):
                row: Any = cls
                rows = select(func.count()).select_from(row).join(U, U.id == row.org_id)
                wrong = ctx.session.execute(rows.where(row.org_path != U.path)).scalar_one()
                found[table.name] = wrong
    return {table: count for table, count in found.items() if count}
