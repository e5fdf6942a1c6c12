"""Pydantic's complaints in Chinese, field by field."""

from typing import Final

from pydantic import ValidationError

from qimen_core.i18n import LazyText, translations

__all__ = ["in_chinese"]

_ = translations("qimen_core")

_SENTENCES: Final[dict[str, LazyText]] = {
    "missing": _("请填写"),
    "int_parsing": _("请填写整数"),
    "int_from_float": _("请填写整数"),
    "int_type": _("请填写整数"),
    "float_parsing": _("请填写数字"),
    "decimal_parsing": _("请填写数字"),
    "bool_parsing": _("请选择是或否"),
    "date_from_datetime_parsing": _("请填写日期"),
    "date_parsing": _("请填写日期"),
    "greater_than": _("须大于 {gt}"),
    "greater_than_equal": _("不能小于 {ge}"),
    "less_than": _("须小于 {lt}"),
    "less_than_equal": _("不能大于 {le}"),
    "string_too_short": _("至少 {min_length} 个字"),
    "string_too_long": _("最多 {max_length} 个字"),
    "string_pattern_mismatch": _("格式不对"),
    "literal_error": _("请从给出的选项中选择"),
    "enum": _("请从给出的选项中选择"),
}


def in_chinese(error: ValidationError) -> dict[str, str]:
    """Return the first complaint of each field as a Chinese sentence, by field name.

    A validator's own `ValueError` is taken at its word: plugins write theirs in Chinese.
    """
    found: dict[str, str] = {}
    for item in error.errors(include_url=False):
        field = str(item["loc"][0]) if item["loc"] else ""
        found.setdefault(field, _sentence(item["type"], item.get("ctx", {}), item["msg"]))
    return found


def _sentence(kind: str, context: dict[str, object], message: str) -> str:
    if kind in ("value_error", "assertion_error") and "error" in context:
        return str(context["error"])
    sentence = _SENTENCES.get(kind)
    return sentence.format(**context) if sentence is not None else message
