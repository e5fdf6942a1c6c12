"""Units on pages: named in a form, chosen by address, called by their kind."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from qimen_core.context import Context
from qimen_core.db.session import scope
from qimen_core.errors import InvalidInput, NotFound
from qimen_core.i18n import translations
from qimen_core.org.codes import subkind
from qimen_core.org.queries import Unit, ancestors, children, find, get_unit, roots
from qimen_web.request import Request

__all__ = [
    "Around",
    "around",
    "kind_icon",
    "kind_text",
    "own_unit",
    "unit_asked",
    "unit_named",
    "unit_seen",
]

_ = translations("qimen_web")
READ = "core.org.read"
_ICONS: Mapping[str, str] = {
    "province": "map",
    "city": "map",
    "county": "building",
    "township": "building-community",
    "community": "home",
    "grid": "layout-grid",
}


def kind_text(ctx: Context, unit: Unit) -> str:
    """Return what a unit is: by its code where that says more (镇, 居委会), else by its kind."""
    told = subkind(unit.code) if unit.code else None
    spec = ctx.qimen.registry.org_kinds.get(unit.kind)
    return str(told or (spec.label if spec else unit.kind))


def kind_icon(unit: Unit) -> str:
    """Return the icon of a unit's kind."""
    return _ICONS.get(unit.kind, "folder")


def unit_seen(request: Request, unit_id: int, permission: str) -> Unit:
    """Return a unit that the actor sees and where the permission holds.

    Raises:
        NotFound: it is out of sight.
        Forbidden: it is seen, but the permission does not hold there.
    """
    with scope(request.session, request.ctx, READ):
        unit = get_unit(request.ctx, unit_id)
    request.ctx.require(permission, unit.path, see=READ)
    return unit


def own_unit(request: Request, permission: str) -> Unit:
    """Return the topmost unit where the permission holds, the first of several.

    Raises:
        NotFound: there is none.
    """
    with scope(request.session, request.ctx, permission):
        found = roots(request.ctx, permission)
    if not found:
        raise NotFound(_("还没有任何单位"))
    return found[0].unit


def unit_asked(request: Request, permission: str) -> Unit:
    """Return the unit in the address (`?unit=<id>`), or the actor's topmost one.

    Raises:
        NotFound: the unit is out of sight, or there is none at all.
        Forbidden: it is seen, but the permission does not hold there.
    """
    text = request.query.get("unit", "") or request.form.get("unit_id", "")
    if text.isascii() and text.isdecimal() and len(text) < 18:
        return unit_seen(request, int(text), permission)
    return own_unit(request, permission)


@dataclass(frozen=True, slots=True)
class Around:
    """A unit's surroundings in reach: the way down to it and its children, to choose from."""

    above: list[Unit]
    below: list[Unit]


def around(request: Request, unit: Unit, permission: str) -> Around:
    """Return where one can go from a unit on a page that is about one unit at a time."""
    ctx = request.ctx
    above = [each for each in ancestors(ctx, unit.path) if ctx.can(permission, each.path)]
    with scope(request.session, ctx, permission):
        below = [branch.unit for branch in children(ctx, unit.id)]
    return Around(above, below)


def unit_named(request: Request, text: str, permission: str, field: str = "unit") -> Unit:
    """Return the one unit with this code or name where the permission holds.

    Raises:
        InvalidInput: there is none, or several; the key is `field`.
    """
    with scope(request.session, request.ctx, permission):
        found = find(request.ctx, text, limit=20)
    exact = [unit for unit in found if text.strip() in (unit.code, unit.name)]
    candidates = exact or found
    if len(candidates) == 1:
        return candidates[0]
    if not candidates:
        message = _("没有找到“{text}”，请填写单位名称或 12 位代码").format(text=text)
        raise InvalidInput({field: message})
    message = _("有多个单位符合，请填写代码：{names}").format(names=_list(candidates[:5]))
    raise InvalidInput({field: message})


def _list(units: Iterable[Unit]) -> str:
    return "、".join(f"{unit.name}（{unit.code or '—'}）" for unit in units)
