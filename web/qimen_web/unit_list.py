"""The list of units: a subtree with its codes and days, as the import of units reads it back."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, select, true

from qimen_core.context import Context
from qimen_core.db.session import scoped, unscoped
from qimen_core.i18n import translations
from qimen_core.org.models import OrgUnit
from qimen_core.org.queries import matching
from qimen_core.org.workbook import HEADINGS
from qimen_web.list_spec import Column, Filter, ListSpec, Source
from qimen_web.request import Request
from qimen_web.unit_filter import unit_filter

__all__ = ["EXPORT", "READ", "unit_cells", "unit_source", "unit_spec"]

_ = translations("qimen_web")
READ, EXPORT = "core.org.read", "core.org.export"
U: Any = OrgUnit

# Nothing is sorted by what has no index: the tree may hold a whole country.
_COLUMNS = (
    Column("name", HEADINGS["name"], sort=U.initials, width=28),
    Column("code", HEADINGS["code"], width=18),
    Column("kind", HEADINGS["kind"], width=10),
    Column("above", _("上级单位"), sort=U.path, width=24),
    Column("parent", HEADINGS["parent"], width=18),
    Column("since", HEADINGS["valid_from"], width=14),
    Column("until", HEADINGS["valid_to"], width=14),
)
_STATES: Final[dict[str, Callable[[], ColumnElement[bool]]]] = {
    "archived": lambda: U.valid_to.is_not(None),
    "all": true,
}


def unit_spec(ctx: Context) -> ListSpec:
    """Return what the list is; units that have ended are shown when asked for."""
    kinds = ctx.qimen.registry.org_kinds
    return ListSpec(
        id="units",
        columns=_COLUMNS,
        filters=(
            Filter("q", _("名称、拼音首字母或代码"), matching),
            unit_filter(U.path, READ, _("范围")),
            Filter(
                "kind",
                _("类型"),
                lambda kind: U.kind == kind,
                kind="select",
                options=[(name, str(kind.label)) for name, kind in kinds.items()],
            ),
            Filter(
                "state",
                _("停用的"),
                lambda state: _STATES[state](),
                kind="select",
                options=[("archived", str(_("只看已停用的"))), ("all", str(_("一并列出")))],
            ),
        ),
        sort="above",
        export="web:units_export" if ctx.can_anywhere(EXPORT) else "",
    )


def unit_source(request: Request, permission: str = READ) -> Source:
    """Return where the rows come from: id, code, name, kind, parent's id, first and last day."""
    names = ("id", "code", "name", "kind", "parent_id", "valid_from", "valid_to")
    statement = select(*(getattr(U, name) for name in names))
    if request.query.get("state") not in _STATES:
        statement = statement.where(U.valid_to.is_(None))
    return Source(key=U.id, page=scoped(statement, request.ctx, permission, U.path))


def unit_cells(
    ctx: Context, parents: Iterable[int | None] = ()
) -> Callable[[Sequence[Any]], tuple[object, ...]]:
    """Return what makes of a row its cells in the order of the columns.

    Args:
        ctx: Who reads.
        parents: Ids of the parents of a page's rows, to ask for their names at once.
    """
    kinds = ctx.qimen.registry.org_kinds
    above = _named(ctx, {each for each in parents if each is not None})

    def cells(row: Sequence[Any]) -> tuple[object, ...]:
        unit_id, code, name, kind, parent_id, since, until = row[:7]
        # In the order of the tree a parent has gone by before its children ask for it.
        above[unit_id] = (name, code or "")
        if parent_id is not None and parent_id not in above:
            above.update(_named(ctx, {parent_id}))
        parent = above.get(parent_id, ("", ""))
        label = str(kinds[kind].label) if kind in kinds else kind
        return (name, code or "", label, parent[0], parent[1], since, until)

    return cells


def _named(ctx: Context, ids: set[int]) -> dict[int | None, tuple[str, str]]:
    if not ids:
        return {}
    # The way up is shown to everyone who sees the unit, whatever the reach upwards.
    with unscoped(ctx.session):
        rows = ctx.session.execute(select(U.id, U.name, U.code).where(U.id.in_(ids)))
        return {unit_id: (name, code or "") for unit_id, name, code in rows}
