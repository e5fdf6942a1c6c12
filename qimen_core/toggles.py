"""Switching plugins on and off per unit, and saying why one is off where.

`Context` applies the marks; this module writes them and explains them. A mark set in the
configuration is locked: the page shows it, nobody changes it there.
"""

from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from qimen_core.context import Context
from qimen_core.db.session import unscoped
from qimen_core.db.work import UnitOfWork
from qimen_core.errors import NotFound, QimenError
from qimen_core.i18n import translations
from qimen_core.models import PluginToggle
from qimen_core.org.models import OrgUnit
from qimen_core.org.paths import ancestors
from qimen_core.org.queries import Unit

__all__ = ["ModuleState", "Why", "overview", "state_at", "switch"]

_ = translations("qimen_core")
T: Any = PluginToggle
U: Any = OrgUnit

# on · off by a mark here · off by a mark above · by the configuration · because of a requirement
Why = Literal["on", "here", "above", "config", "requires"]


@dataclass(frozen=True)
class ModuleState:
    """One loaded plugin at one unit.

    Attributes:
        plugin: its name.
        label: its Chinese name.
        why: whether it is on, and if not, by what.
        where: name of the unit, or of the required plugin, that switched it off; else empty.
        toggleable: whether units may switch it at all.
        requires: labels of the plugins it stands on.
        dependents: labels of the loaded plugins that stand on it: off with it.
    """

    plugin: str
    label: str
    why: Why
    where: str
    toggleable: bool
    requires: tuple[str, ...]
    dependents: tuple[str, ...]

    @property
    def on(self) -> bool:
        """Whether it is on here."""
        return self.why == "on"

    @property
    def changeable(self) -> bool:
        """Whether it can be switched here: on, or off by a mark of this very unit."""
        return self.toggleable and self.why in ("on", "here")


@dataclass(frozen=True)
class _Mark:
    path: str
    unit: str
    config: bool


def overview(ctx: Context, unit: Unit) -> list[ModuleState]:
    """Return every loaded plugin's state at a unit, in loading order, core left out."""
    marks = _marks(ctx, unit.path)
    return [
        _state(ctx, plugin, unit.path, marks)
        for plugin in ctx.qimen.registry.plugins
        if plugin != "core"
    ]


def state_at(ctx: Context, plugin: str, unit: Unit) -> ModuleState:
    """Return one plugin's state at a unit.

    Raises:
        NotFound: the plugin is not loaded.
    """
    if plugin == "core" or not ctx.qimen.registry.has(plugin):
        raise NotFound(_("没有装载这个模块"))
    return _state(ctx, plugin, unit.path, _marks(ctx, unit.path))


def switch(uow: UnitOfWork, plugin: str, unit: Unit, *, on: bool) -> bool:
    """Switch a plugin at a unit and below; return whether anything changed.

    No row of the plugin is touched: off and on again shows everything as it was.

    Raises:
        NotFound: the plugin is not loaded.
        QimenError: the configuration decides here, or it is off above, or by a requirement.
        Forbidden: the actor may not switch here.
    """
    uow.check_reach(unit.path)
    state = state_at(uow.ctx, plugin, unit)
    if not state.toggleable:
        raise QimenError(_("“{label}”不能按单位停用").format(label=state.label))
    if state.why == "config":
        raise QimenError(_("“{label}”由配置文件设定，不能在此更改").format(label=state.label))
    if state.why in ("above", "requires"):
        message = _("“{label}”已随“{where}”停用，请先在那里启用")
        raise QimenError(message.format(label=state.label, where=state.where))
    if state.on == on:
        return False
    _write(uow, plugin, unit, off=not on)
    return True


def _write(uow: UnitOfWork, plugin: str, unit: Unit, *, off: bool) -> None:
    values: dict[str, Any] = {
        "off": off,
        "changed_at": uow.ctx.now,
        "changed_by": uow.ctx.actor.user_id,
    }
    again = update(PluginToggle).where(T.plugin == plugin, T.org_id == unit.id).values(**values)
    if uow.claim(again):
        return
    try:
        with uow.session.begin_nested():
            row = PluginToggle(plugin=plugin, org_id=unit.id, org_path=unit.path, **values)
            uow.session.add(row)
            uow.session.flush()
    except IntegrityError:
        # Somebody switched it for the first time at the same moment; the last one counts.
        uow.claim(again)


def _marks(ctx: Context, path: str) -> dict[str, list[_Mark]]:
    """Return the off marks at and above a path by plugin, the topmost first."""
    paths = ancestors(path)
    with unscoped(ctx.session):
        units = {
            row.path: (row.name, row.code)
            for row in ctx.session.execute(select(U.path, U.name, U.code).where(U.path.in_(paths)))
        }
        rows = ctx.session.execute(
            select(T.plugin, T.org_path).where(T.off, T.org_path.in_(paths))
        ).all()
    found: dict[str, list[_Mark]] = {}
    for where in paths:
        name, code = units.get(where, ("", None))
        fixed = ctx.qimen.config.townships.get(code or "")
        for plugin in fixed.off if fixed else ():
            found.setdefault(plugin, []).append(_Mark(where, name, True))
        for plugin, marked in rows:
            if marked == where:
                found.setdefault(plugin, []).append(_Mark(where, name, False))
    return found


def _state(ctx: Context, plugin: str, path: str, marks: dict[str, list[_Mark]]) -> ModuleState:
    registry = ctx.qimen.registry
    meta = registry.plugins[plugin].meta
    why, where = _why(registry.plugins[plugin].meta.name, path, marks)
    if why == "on":
        for required in _stands_on(ctx, plugin):
            if required in marks:
                why, where = "requires", registry.plugins[required].meta.label
                break
    return ModuleState(
        plugin,
        meta.label,
        why,
        where,
        meta.toggleable,
        tuple(_label(ctx, name) for name in meta.requires),
        tuple(_label(ctx, name) for name in registry.dependents(plugin)),
    )


def _why(plugin: str, path: str, marks: dict[str, list[_Mark]]) -> tuple[Why, str]:
    own = marks.get(plugin, [])
    fixed = next((mark for mark in own if mark.config), None)
    if fixed is not None:
        return "config", fixed.unit
    above = next((mark for mark in own if mark.path != path), None)
    if above is not None:
        return "above", above.unit
    return ("here", own[0].unit) if own else ("on", "")


def _stands_on(ctx: Context, plugin: str) -> list[str]:
    plugins = ctx.qimen.registry.plugins
    return [name for name in plugins if plugin in ctx.qimen.registry.dependents(name)]


def _label(ctx: Context, plugin: str) -> str:
    each = ctx.qimen.registry.plugins.get(plugin)
    return str(each.meta.label) if each is not None else plugin
