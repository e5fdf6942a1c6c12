"""Plugin settings: resolved unit → ancestors → deployment → default, and set at a unit.

A plugin registers one pydantic model; its fields carry the default, the bounds, a Chinese title
and, in `json_schema_extra={"source": …}`, the rule that the default comes from.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

import structlog
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from qimen_core.context import Context
from qimen_core.db.session import unscoped
from qimen_core.db.work import UnitOfWork
from qimen_core.errors import Conflict, InvalidInput, NotFound
from qimen_core.i18n import translations
from qimen_core.models import SettingValue
from qimen_core.org.paths import ancestors
from qimen_core.org.queries import Unit
from qimen_core.settings_errors import in_chinese

__all__ = ["Origin", "SettingField", "explain", "inherit", "put", "resolve", "stamp"]

_ = translations("qimen_core")
log = structlog.get_logger("qimen.settings")
S: Any = SettingValue
M = TypeVar("M", bound=BaseModel)
Origin = Literal["unit", "above", "deployment", "default"]


@dataclass(frozen=True)
class SettingField:
    """One setting as it holds at a unit.

    Attributes:
        key: the field's name in the model.
        title: its Chinese name.
        value: what holds here.
        default: what would hold if nobody had said anything.
        source: the rule that the default comes from, or empty.
        origin: where the value was said.
        path: the path of the unit that said it; empty for deployment and default.
        info: pydantic's field, for the form.
    """

    key: str
    title: str
    value: object
    default: object
    source: str
    origin: Origin
    path: str
    info: FieldInfo


def resolve(ctx: Context, model: type[M], path: str) -> M:
    """Return a plugin's settings as they hold at a path (the deployment's for an empty one).

    A stored value that the model no longer takes is logged and passed over: a plugin's upgrade
    must not make its pages fail.

    Raises:
        LookupError: no loaded plugin registered the model.
    """
    plugin = _owner(ctx, model)
    values = {key: value for key, (value, *_where) in _said(ctx, plugin, path).items()}
    return _lenient(model, plugin, values)


def explain(ctx: Context, plugin: str, unit: Unit) -> list[SettingField]:
    """Return every setting of a plugin with its value at a unit and where that comes from.

    Raises:
        NotFound: the plugin is not loaded or has no settings.
    """
    model = model_of(ctx, plugin)
    said = _said(ctx, plugin, unit.path)
    values = _lenient(model, plugin, {key: value for key, (value, *_rest) in said.items()})
    found = []
    for key, info in model.model_fields.items():
        _value, where, path = said.get(key, (None, "default", ""))
        origin: Origin = "unit" if path == unit.path and path else where
        default = info.get_default(call_default_factory=True, validated_data={})
        source = _extra(info).get("source", "")
        title = str(info.title or key)
        found.append(
            SettingField(key, title, getattr(values, key), default, str(source), origin, path, info)
        )
    return found


def put(
    uow: UnitOfWork, plugin: str, unit: Unit, values: Mapping[str, object], seen: str
) -> list[str]:
    """Set a plugin's values at a unit and return the keys that changed.

    A value equal to what already holds is left unsaid, so that it goes on being inherited.

    Args:
        uow: the open unit of work, permission `core.setting.manage`.
        plugin: whose settings.
        unit: where; units below inherit.
        values: by key, as typed.
        seen: the `stamp` that the form was made with.

    Raises:
        InvalidInput: a value cannot be taken; keys are the fields'.
        Conflict: somebody else changed these settings in between.
    """
    uow.check_reach(unit.path)
    model = model_of(uow.ctx, plugin)
    rows = {row.key: row for row in _rows(uow, plugin, unit)}
    if seen != _stamp(rows.values()):
        current = {key: row.value for key, row in rows.items()}
        raise Conflict(_("设置刚被他人修改，请核对后再保存"), current, dict(values))
    before = resolve(uow.ctx, model, unit.path)
    try:
        after = model.model_validate(before.model_dump() | dict(values))
    except ValidationError as error:
        raise InvalidInput(in_chinese(error)) from error
    new, old = after.model_dump(mode="json"), before.model_dump(mode="json")
    changed = [key for key in new if new[key] != old[key]]
    for key in changed:
        row = rows.get(key)
        if row is None:
            row = SettingValue(
                plugin=plugin,
                key=key,
                org_id=unit.id,
                org_path=unit.path,
                changed_at=uow.ctx.now,
                version=0,
            )
            uow.session.add(row)
        row.value, row.changed_at, row.version = new[key], uow.ctx.now, row.version + 1
    try:
        uow.session.flush()
    except IntegrityError as error:
        # Two set the same thing for the first time; the unique constraint let one through.
        raise Conflict(_("设置刚被他人修改，请核对后再保存"), {}, dict(values)) from error
    return changed


def inherit(uow: UnitOfWork, plugin: str, unit: Unit, key: str) -> bool:
    """Take back what a unit said about one setting; return whether it had said anything."""
    uow.check_reach(unit.path)
    statement = delete(SettingValue).where(S.plugin == plugin, S.key == key, S.org_id == unit.id)
    return uow.claim(statement) > 0


def stamp(ctx: Context, plugin: str, unit: Unit) -> str:
    """Return a mark of what a unit itself has set, to notice that a form has become stale."""
    with unscoped(ctx.session):
        rows = ctx.session.scalars(
            select(SettingValue).where(S.plugin == plugin, S.org_id == unit.id)
        ).all()
        return _stamp(rows)


def model_of(ctx: Context, plugin: str) -> type[BaseModel]:
    """Return the settings model of a plugin.

    Raises:
        NotFound: the plugin is not loaded or has no settings.
    """
    spec = ctx.qimen.registry.settings.get(plugin)
    if spec is None:
        raise NotFound(_("这个模块没有设置"))
    return spec.model


def _owner(ctx: Context, model: type[BaseModel]) -> str:
    for plugin, spec in ctx.qimen.registry.settings.items():
        if spec.model is model:
            return plugin
    raise LookupError(f"{model.__name__} is not registered; return it from register_settings")


def _said(ctx: Context, plugin: str, path: str) -> dict[str, tuple[Any, Origin, str]]:
    """Return what was said by key, the nearest word counting: value, origin, path."""
    fixed = ctx.qimen.config.settings.get(plugin, {})
    said: dict[str, tuple[Any, Origin, str]] = {
        key: (value, "deployment", "") for key, value in fixed.items()
    }
    if not path:
        return said
    with unscoped(ctx.session):
        rows = ctx.session.execute(
            select(S.key, S.value, S.org_path)
            .where(S.plugin == plugin, S.org_path.in_(ancestors(path)))
            .order_by(S.org_path)
        ).all()
    return said | {key: (value, "above", where) for key, value, where in rows}


def _lenient(model: type[M], plugin: str, values: dict[str, Any]) -> M:
    known = {key: value for key, value in values.items() if key in model.model_fields}
    try:
        return model.model_validate(known)
    except ValidationError as error:
        bad = {str(item["loc"][0]) for item in error.errors() if item["loc"]}
        log.warning("setting_passed_over", plugin=plugin, keys=sorted(bad))
        return model.model_validate({k: v for k, v in known.items() if k not in bad})


def _rows(uow: UnitOfWork, plugin: str, unit: Unit) -> list[SettingValue]:
    statement = select(SettingValue).where(S.plugin == plugin, S.org_id == unit.id)
    return list(uow.session.scalars(statement))


def _stamp(rows: Any) -> str:
    return ",".join(f"{key}:{version}" for key, version in sorted((r.key, r.version) for r in rows))


def _extra(info: FieldInfo) -> dict[str, Any]:
    return info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
