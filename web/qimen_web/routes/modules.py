"""Modules: what is loaded, what is on at a unit, and what depends on what."""

from qimen_core import NavItem
from qimen_core.db.work import unit_of_work
from qimen_core.errors import NotFound
from qimen_core.i18n import LazyText, translations
from qimen_core.org.queries import Unit
from qimen_core.toggles import overview, state_at, switch
from qimen_web import ui
from qimen_web.handlers import action, page
from qimen_web.request import Request
from qimen_web.response import Response
from qimen_web.units import around, unit_asked

_ = translations("qimen_web")
READ, TOGGLE = "core.plugin.read", "core.plugin.toggle"
NAV = (NavItem("modules", _("模块"), "puzzle", "/modules", READ, order=840),)

_WHY: dict[str, tuple[LazyText, str]] = {
    "on": (_("已启用"), "ok"),
    "here": (_("已在本单位停用"), "muted"),
    "above": (_("已在“{where}”停用"), "muted"),
    "config": (_("由配置文件设定：停用"), "warn"),
    "requires": (_("所依赖的“{where}”已停用"), "muted"),
}


@page("/modules", permission=READ)
def modules(request: Request) -> Response:
    """Show the loaded plugins and whether they are on at a unit."""
    unit = unit_asked(request, READ)
    states = overview(request.ctx, unit)
    reports = {report.name: report for report in request.ctx.qimen.reports}
    return ui.page(
        request,
        "web/modules.html",
        block="content",
        unit=unit,
        around=around(request, unit, READ),
        rows=[
            {
                "state": state,
                "version": reports[state.plugin].version,
                "told": _WHY[state.why][0].format(where=state.where),
                "tone": _WHY[state.why][1],
            }
            for state in states
        ],
        broken=[report for report in reports.values() if report.state != "loaded"],
        may_toggle=request.ctx.can(TOGGLE, unit.path),
    )


@action("/modules/{plugin:str}/on", permission=TOGGLE)
def module_on(request: Request, plugin: str) -> Response:
    """Switch a plugin on at a unit; its data is there again."""
    return _switched(request, plugin, on=True)


@action("/modules/{plugin:str}/off", permission=TOGGLE)
def module_off(request: Request, plugin: str) -> Response:
    """Switch a plugin off at a unit and below; nothing is deleted."""
    return _switched(request, plugin, on=False)


def _switched(request: Request, plugin: str, *, on: bool) -> Response:
    unit = _named_unit(request)
    label = state_at(request.ctx, plugin, unit).label
    name = "core.plugin.on" if on else "core.plugin.off"
    with unit_of_work(
        request.ctx, name, permission=TOGGLE, subject=f"plugin:{plugin}", unit=unit.path
    ) as uow:
        switch(uow, plugin, unit, on=on)
    sentence = _("已在“{unit}”启用“{label}”") if on else _("已在“{unit}”停用“{label}”")
    other = "web:module_off" if on else "web:module_on"
    undo = request.url(other, plugin=plugin, unit=unit.id)
    url = request.url("web:modules", unit=unit.id)
    toast = sentence.format(unit=unit.name, label=label)
    return ui.redirect(request, url, toast=toast, undo=undo)


def _named_unit(request: Request) -> Unit:
    # A click that switches something says where; nobody's topmost unit is meant by accident.
    if not (request.query.get("unit") or request.form.get("unit_id")):
        raise NotFound
    return unit_asked(request, TOGGLE)
