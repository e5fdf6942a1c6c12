"""The filter by unit that every list of the shell has: a unit and everything below it."""

from typing import Any

from sqlalchemy import ColumnElement

from qimen_core.context import Context
from qimen_core.db.session import scope
from qimen_core.i18n import LazyText, translations
from qimen_core.org.paths import depth, under
from qimen_core.org.queries import Unit, ancestors, at_path, children, roots
from qimen_web.list_spec import Filter
from qimen_web.request import Request

__all__ = ["unit_filter"]

_ = translations("qimen_web")


def unit_filter(
    column: "ColumnElement[str] | Any", permission: str, label: "LazyText | str" = ""
) -> Filter:
    """Return a filter ``unit`` on a path column.

    It offers the topmost units in reach and the level below; once one is chosen, the way down to
    it and its children, so that any unit can be reached in a few steps.

    Args:
        column: The column that holds the path.
        permission: By what right the list is read; only units in its reach are offered.
        label: Its Chinese name, 所属单位 when left out.
    """

    def where(path: str) -> ColumnElement[bool]:
        # Whatever path the address says, the list's own scope stands beside this condition.
        return under(column, path)

    def options(request: Request) -> list[tuple[str, str]]:
        with scope(request.session, request.ctx, permission):
            units = _offered(request.ctx, permission, request.query.get("unit", ""))
        top = min((depth(unit.path) for unit in units), default=0)
        return [(unit.path, "　" * (depth(unit.path) - top) + unit.name) for unit in units]

    return Filter("unit", label or _("所属单位"), where, kind="select", options=options)


def _offered(ctx: Context, permission: str, asked: str) -> list[Unit]:
    tops = [branch.unit for branch in roots(ctx, permission)]
    chosen = at_path(ctx, asked)
    if chosen is None:
        return [*tops[:1], *_below(ctx, tops[:1]), *tops[1:]]
    above = [unit for unit in ancestors(ctx, chosen.path) if ctx.can(permission, unit.path)]
    way = [*above, chosen, *_below(ctx, [chosen])]
    known = {unit.id for unit in way}
    before = [unit for unit in tops if unit.id not in known and unit.path < way[0].path]
    after = [unit for unit in tops if unit.id not in known and unit.path > way[0].path]
    return [*before, *way, *after]


def _below(ctx: Context, units: list[Unit]) -> list[Unit]:
    return [branch.unit for unit in units for branch in children(ctx, unit.id)]
