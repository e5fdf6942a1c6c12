"""The organisation tree and a unit's page; reading only."""

from typing import Any

from qimen_core import Context, NavItem, SearchHit
from qimen_core.audit.record import record_history
from qimen_core.db.session import scope
from qimen_core.errors import NotFound
from qimen_core.i18n import translations
from qimen_core.org import history, queries, stats
from qimen_core.org.models import OrgUnit
from qimen_core.org.queries import Branch, Unit
from qimen_web import ui
from qimen_web.handlers import fragment, page
from qimen_web.record_changes import change_entries
from qimen_web.request import Request
from qimen_web.response import Response
from qimen_web.units import kind_icon, kind_text

_ = translations("qimen_web")

READ, MANAGE = "core.org.read", "core.org.manage"
NAV = (NavItem("org", _("组织"), "hierarchy", "/org", READ, order=200),)
_FOUND = 50


def search(ctx: Context, query: str) -> list[SearchHit]:
    """Return units for the palette."""
    if not ctx.can_anywhere(READ):
        return []
    with scope(ctx.session, ctx, READ):
        found = queries.find(ctx, query, limit=20)
    kind = str(_("单位"))
    return [SearchHit(unit.name, kind_text(ctx, unit), f"/org/{unit.id}", kind) for unit in found]


@page("/org", permission=READ)
def org_tree(request: Request) -> Response:
    """Show the tree from the topmost units in reach, or what a search finds."""
    text = request.query.get("q", "").strip()[:60]
    tops = [] if text else queries.roots(request.ctx)
    # A county's staff have one root: its first level is what they came for.
    first = queries.children(request.ctx, tops[0].unit.id) if len(tops) == 1 else []
    return ui.page(
        request,
        "web/org_tree.html",
        block="tree",
        text=text,
        found=queries.find(request.ctx, text, _FOUND) if text else [],
        tops=tops,
        first=first,
        may_manage=request.ctx.can_anywhere(MANAGE),
        **_words(request),
    )


@fragment("/org/{unit_id:int}/children", permission=READ)
def org_children(request: Request, unit_id: int) -> Response:
    """Answer a branch of the tree, one level."""
    unit = queries.get_unit(request.ctx, unit_id)
    branches = queries.children(request.ctx, unit.id)
    return ui.page(request, "web/_org_children.html", branches=branches, **_words(request))


@page("/org/{unit_id:int}", permission=READ)
def org_unit(request: Request, unit_id: int) -> Response:
    """Show a unit: what it is, what hangs below it, and what plugins know of it."""
    unit = queries.get_unit(request.ctx, unit_id)
    archived = request.query.get("archived") == "1"
    row = request.session.get(OrgUnit, unit_id)
    if row is None:
        raise NotFound
    return ui.page(
        request,
        "web/org_unit.html",
        block="content",
        unit=unit,
        branches=queries.children(request.ctx, unit_id, archived=archived),
        archived=archived,
        panels=request.ctx.qimen.hooks.org_panels(request.ctx, row),
        **_frame(request, unit),
    )


@fragment("/org/{unit_id:int}/numbers", permission=READ)
def org_numbers(request: Request, unit_id: int) -> Response:
    """Answer the number of units below, by kind."""
    unit = queries.get_unit(request.ctx, unit_id)
    counts = stats.count_by_kind(request.ctx, unit.path)
    counts[unit.kind] = counts.get(unit.kind, 0) - (unit.valid_to is None)
    kinds = request.ctx.qimen.registry.org_kinds
    rows = [
        (str(kinds[kind].label), count, request.url("web:units", unit=unit.path, kind=kind))
        for kind, count in counts.items()
        if count
    ]
    return ui.page(request, "web/_org_numbers.html", unit=unit, rows=rows)


@page("/org/{unit_id:int}/history", permission=READ)
def org_history(request: Request, unit_id: int) -> Response:
    """Show every state of a unit, and where it belonged on a past day."""
    unit = queries.get_unit(request.ctx, unit_id)
    day = request.query.get("day", "")
    asked = history.parse_day(day)
    return ui.page(
        request,
        "web/org_history.html",
        block="content",
        unit=unit,
        states=history.states(request.ctx, unit_id)[::-1],
        day=day,
        asked=asked,
        names=history.past_names(request.ctx, unit_id, asked) if asked else [],
        entries=change_entries(record_history(request.ctx, f"core_org:{unit_id}")),
        **_frame(request, unit),
    )


def _frame(request: Request, unit: Unit) -> dict[str, Any]:
    """Return what the head of every page of a unit needs."""
    return {
        "trail": queries.ancestors(request.ctx, unit.path),
        "may_manage": unit.valid_to is None and request.ctx.can(MANAGE, unit.path),
        "may_restore": _restorable(request, unit),
        **_words(request),
    }


def _restorable(request: Request, unit: Unit) -> bool:
    today = request.ctx.qimen.clock.today()
    return unit.valid_to == today and request.ctx.can(MANAGE, unit.path)


def _words(request: Request) -> dict[str, Any]:
    def told(unit: Unit) -> str:
        return kind_text(request.ctx, unit)

    def seen(branch: Branch) -> str:
        return kind_icon(branch.unit)

    return {"kind_text": told, "icon_of": seen}
