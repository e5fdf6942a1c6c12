"""Settings of plugins per unit: a form made from the model, every value with its origin."""

from pydantic import BaseModel

from qimen_core import NavItem
from qimen_core import settings_store as store
from qimen_core.db.work import unit_of_work
from qimen_core.errors import Conflict, InvalidInput, NotFound
from qimen_core.i18n import translations
from qimen_core.org.queries import Unit, ancestors
from qimen_web import ui
from qimen_web.forms import Form, bind, blank
from qimen_web.handlers import action, page
from qimen_web.request import Request
from qimen_web.response import Response
from qimen_web.settings_form import shown_settings
from qimen_web.units import around, unit_asked

_ = translations("qimen_web")
READ, MANAGE = "core.setting.read", "core.setting.manage"
NAV = (NavItem("settings", _("设置"), "settings", "/settings", READ, order=850),)


@page("/settings", permission=READ)
def settings(request: Request) -> Response:
    """Show the settings of the first plugin that has any, at the actor's topmost unit."""
    known = _plugins(request, unit_asked(request, READ))
    if not known:
        raise NotFound(_("没有可以设置的模块"))
    return _show(request, known[0][0])


@page("/settings/{plugin:str}", permission=READ)
def plugin_settings(request: Request, plugin: str) -> Response:
    """Show a plugin's settings at a unit."""
    return _show(request, plugin)


@action("/settings/{plugin:str}", permission=MANAGE)
def settings_save(request: Request, plugin: str) -> Response:
    """Set a plugin's values at a unit; what equals the inherited value goes on being inherited."""
    unit = unit_asked(request, MANAGE)
    form = bind(request, _model(request, plugin, unit))
    seen = request.form.get("seen", "")
    if not form.valid:
        return _page(request, plugin, unit, form, seen, status=422)
    try:
        with unit_of_work(
            request.ctx,
            "core.setting.change",
            permission=MANAGE,
            subject=f"settings:{plugin}",
            unit=unit.path,
        ) as uow:
            changed = store.put(uow, plugin, unit, form.data.model_dump(mode="json"), seen)
            uow.changes[f"settings.{plugin}"] = {key: str(form.values[key]) for key in changed}
    except InvalidInput as error:
        return _page(request, plugin, unit, form.refuse(error), seen, status=422)
    except Conflict as error:
        fresh = store.stamp(request.ctx, plugin, unit)
        return _page(request, plugin, unit, form.refuse(error.message), fresh, status=409)
    text = _("已保存 {count} 项").format(count=len(changed)) if changed else str(_("没有改动"))
    return _back(request, plugin, unit, text)


@action("/settings/{plugin:str}/inherit", permission=MANAGE)
def setting_inherit(request: Request, plugin: str) -> Response:
    """Take back what a unit said about one setting."""
    unit = unit_asked(request, MANAGE)
    key = request.form.get("key", "")
    if key not in _model(request, plugin, unit).model_fields:
        raise NotFound
    with unit_of_work(
        request.ctx,
        "core.setting.inherit",
        permission=MANAGE,
        subject=f"settings:{plugin}.{key}"[:120],
        unit=unit.path,
    ) as uow:
        store.inherit(uow, plugin, unit, key)
    return _back(request, plugin, unit, str(_("已恢复继承")))


def _show(request: Request, plugin: str) -> Response:
    unit = unit_asked(request, READ)
    model = _model(request, plugin, unit)
    fields = store.explain(request.ctx, plugin, unit)
    form = blank(model, {each.key: each.value for each in fields})
    return _page(request, plugin, unit, form, store.stamp(request.ctx, plugin, unit))


def _page(
    request: Request,
    plugin: str,
    unit: Unit,
    form: "Form[BaseModel]",
    seen: str,
    *,
    status: int = 200,
) -> Response:
    ctx = request.ctx
    trail = ancestors(ctx, unit.path, itself=True)
    fields = store.explain(ctx, plugin, unit)
    return ui.page(
        request,
        "web/settings.html",
        block="form",
        status=status,
        plugin=plugin,
        plugins=_plugins(request, unit),
        unit=unit,
        around=around(request, unit, READ),
        fields=shown_settings(fields, {each.path: each.name for each in trail}),
        form=form,
        seen=seen,
        may_manage=ctx.can(MANAGE, unit.path),
    )


def _plugins(request: Request, unit: Unit) -> list[tuple[str, str]]:
    ctx = request.ctx
    return [
        (name, str(spec.label))
        for name, spec in ctx.qimen.registry.settings.items()
        if ctx.plugin_on(name, unit.path)
    ]


def _model(request: Request, plugin: str, unit: Unit) -> type[BaseModel]:
    # Switched off is as if it were not there, its settings included.
    if not request.ctx.plugin_on(plugin, unit.path):
        raise NotFound
    return store.model_of(request.ctx, plugin)


def _back(request: Request, plugin: str, unit: Unit, toast: str) -> Response:
    url = request.url("web:plugin_settings", plugin=plugin, unit=unit.id)
    return ui.redirect(request, url, toast=toast)
