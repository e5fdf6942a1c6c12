"""The takers that the tree itself has: the units on the way up, and the departments beside it."""

from collections.abc import Iterator

from sqlalchemy import ColumnElement, select

from qimen_core import Context, OrgKind, OrgUnit, scope
from qimen_core.i18n import translations
from qimen_core.org.paths import ancestors
from qimen_orders.models import Order
from qimen_orders.takers import Taker

__all__ = ["ORG_KINDS", "unit_takers"]

_ = translations("qimen_orders")

# A bureau of the county or an office of the township, with its own line of work.
ORG_KINDS = (OrgKind("department", _("职能部门"), parents=("county", "township")),)

_DIVISIONS = ("county", "township", "community")
_REASONS = {
    "itself": _("事项所在单位"),
    "above": _("上级单位"),
    "department": _("上级的职能部门"),
}
_RUNGS = {"itself": "team", "above": "township", "department": "township"}
_unit = OrgUnit.__table__.c  # type: ignore[attr-defined]


def unit_takers(ctx: Context, order: Order) -> list[Taker]:
    """Return the order's own unit, those above it nearest first, then their departments.

    Whoever may dispatch is told of units above and beside, whatever the reach upwards: their names
    are public, and the order itself stays where it is.
    """
    way = ancestors(order.org_path)
    everything = ctx.qimen.system_context(ctx.session)
    parents = select(_unit.id).where(_unit.path.in_(way))
    beside = (_unit.kind == "department") & _unit.parent_id.in_(parents) & _unit.path.not_in(way)
    # Asked one by one: with OR between them no index answers, and the whole tree would be read.
    with scope(ctx.session, everything, "core.org.read"):
        found = [_living(ctx, where) for where in (_unit.path.in_(way), beside)]
    on_the_way, departments = found
    return [*_on_the_way(order, on_the_way), *_departments([*on_the_way, *departments])]


_Found = tuple[int, str, str, str]


def _living(ctx: Context, where: ColumnElement[bool]) -> list[_Found]:
    columns = (OrgUnit.id, OrgUnit.path, OrgUnit.name, OrgUnit.kind)
    wanted = select(*columns).where(_unit.valid_to.is_(None), where)  # type: ignore[call-overload]
    return [tuple(row) for row in ctx.session.execute(wanted.order_by(_unit.path))]


def _on_the_way(order: Order, found: list[_Found]) -> Iterator[Taker]:
    for unit_id, path, name, kind in reversed(found):
        if order.org_path.startswith(path) and (kind in _DIVISIONS or path == order.org_path):
            role = "itself" if path == order.org_path else "above"
            yield _taker("unit", role, unit_id, path, name)


def _departments(found: list[_Found]) -> Iterator[Taker]:
    for unit_id, path, name, kind in found:
        if kind == "department":
            yield _taker("department", "department", unit_id, path, name)


def _taker(kind: str, role: str, unit_id: int, path: str, name: str) -> Taker:
    reason, rung = str(_REASONS[role]), _RUNGS[role]
    return Taker(kind, str(unit_id), name, reason, unit_id, path, rung)
