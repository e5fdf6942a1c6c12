"""A form made from a settings model: each field gets a control and tells where it was set."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from qimen_core.i18n import LazyText, translations
from qimen_core.settings_store import SettingField

__all__ = ["ShownSetting", "shown_settings"]

_ = translations("qimen_web")

# A longer text is written in several lines.
_ONE_LINE = 200
_ORIGINS: Mapping[str, LazyText] = {
    "unit": _("本单位设定"),
    "above": _("继承自“{unit}”"),
    "deployment": _("由配置文件设定"),
    "default": _("默认值"),
}


@dataclass(frozen=True, slots=True)
class ShownSetting:
    """One setting as the page draws it: a control, a hint, and where the value was said."""

    key: str
    title: str
    kind: str
    options: tuple[tuple[str, str], ...]
    min: str
    max: str
    hint: str
    origin: str
    own: bool
    default: str


def shown_settings(fields: list[SettingField], names: Mapping[str, str]) -> list[ShownSetting]:
    """Return how each setting is drawn.

    Args:
        fields: what `settings_store.explain` found.
        names: names of the units that said something, by path.
    """
    return [
        ShownSetting(
            key=each.key,
            title=each.title,
            kind=_kind(each.info),
            options=_options(each.info),
            min=_bound(each.info, "ge", "gt"),
            max=_bound(each.info, "le", "lt"),
            hint=_hint(each),
            origin=_ORIGINS[each.origin].format(unit=names.get(each.path, "")),
            own=each.origin == "unit",
            default=_text(each.default),
        )
        for each in fields
    ]


def _kind(info: FieldInfo) -> str:
    kind = info.annotation
    if kind is bool:
        return "checkbox"
    if _options(info):
        return "checks" if get_origin(kind) in (list, set, tuple, frozenset) else "select"
    if kind in (int, float):
        return "number"
    if kind is str and int(_bound(info, "max_length") or 0) > _ONE_LINE:
        return "textarea"
    return "date" if kind is date else "text"


def _options(info: FieldInfo) -> tuple[tuple[str, str], ...]:
    """Return the choices; a model names them in `json_schema_extra={"labels": {value: 中文}}`."""
    kind = info.annotation
    if get_origin(kind) in (list, set, tuple, frozenset):
        kind = get_args(kind)[0]
    if get_origin(kind) is Literal:
        values = [str(value) for value in get_args(kind)]
    elif isinstance(kind, type) and issubclass(kind, enum.Enum):
        values = [str(each.value) for each in kind]
    else:
        return ()
    extra = info.json_schema_extra
    labels = extra.get("labels", {}) if isinstance(extra, dict) else {}
    known = labels if isinstance(labels, dict) else {}
    return tuple((value, str(known.get(value, value))) for value in values)


def _bound(info: FieldInfo, *names: str) -> str:
    found = (getattr(rule, name, None) for rule in info.metadata for name in names)
    return next((str(value) for value in found if value is not None), "")


def _hint(each: SettingField) -> str:
    parts = [str(each.info.description or "")]
    parts.append(_("默认 {value}").format(value=_text(each.default)))
    if each.source:
        parts.append(_("依据：{source}").format(source=each.source))
    return "；".join(part for part in parts if part)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return str(_("是") if value else _("否"))
    if isinstance(value, list | tuple | set | frozenset):
        return "、".join(str(each) for each in value) or "—"
    return "—" if value in (None, "") else str(value)
