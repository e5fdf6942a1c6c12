"""What a form says when pydantic refuses a value: what is wrong, where, and how to mend it.

Keys are pydantic's error types; ``{label}`` is the field's title, the other names are those of
pydantic's own context, ``{length}`` is how many characters or choices were given.
"""

from qimen_core.i18n import LazyText, translations

__all__ = ["CHOOSE", "MESSAGES", "UNKNOWN"]

_ = translations("qimen_web")

CHOOSE: LazyText = _("请选择{label}")
UNKNOWN: LazyText = _("{label}填得不对，请检查后再提交")

_NUMBER = _("{label}要填数字，例如 12")
_WHOLE = _("{label}要填整数，例如 12")
_DATE = _("{label}不是有效的日期，请按“2026-11-24”的样子填写")
_TIME = _("{label}不是有效的时间，请按“09:30”的样子填写")
_MOMENT = _("{label}不是有效的日期和时间，请按“2026-11-24 09:30”的样子填写")
_LISTED = _("{label}不在可选的范围内，请从列表里重新选择")
_ADDRESS = _("{label}不是有效的网址，请从 https:// 开始填写")

MESSAGES: dict[str, LazyText] = {
    "missing": _("请填写{label}"),
    "string_type": _("请填写{label}"),
    "string_too_short": _("{label}太短，至少要 {min_length} 个字，现在是 {length} 个"),
    "string_too_long": _("{label}太长，最多 {max_length} 个字，现在是 {length} 个，请删减"),
    "string_pattern_mismatch": _("{label}的格式不对，请检查有没有多字、少字"),
    "int_parsing": _WHOLE,
    "int_type": _WHOLE,
    "int_from_float": _WHOLE,
    "int_parsing_size": _("{label}的数字太大，请检查"),
    "float_parsing": _NUMBER,
    "float_type": _NUMBER,
    "finite_number": _NUMBER,
    "decimal_parsing": _NUMBER,
    "decimal_type": _NUMBER,
    "decimal_max_places": _("{label}最多 {decimal_places} 位小数，请改短"),
    "decimal_max_digits": _("{label}最多 {max_digits} 位数字，请检查"),
    "greater_than": _("{label}要大于 {gt}"),
    "greater_than_equal": _("{label}不能小于 {ge}"),
    "less_than": _("{label}要小于 {lt}"),
    "less_than_equal": _("{label}不能大于 {le}"),
    "multiple_of": _("{label}要是 {multiple_of} 的倍数"),
    "date_parsing": _DATE,
    "date_type": _DATE,
    "date_from_datetime_parsing": _DATE,
    "date_from_datetime_inexact": _DATE,
    "date_past": _("{label}要早于今天"),
    "date_future": _("{label}要晚于今天"),
    "time_parsing": _TIME,
    "time_type": _TIME,
    "datetime_parsing": _MOMENT,
    "datetime_type": _MOMENT,
    "datetime_from_date_parsing": _MOMENT,
    "timezone_naive": _MOMENT,
    "timezone_aware": _MOMENT,
    "bool_parsing": _("{label}只能是“是”或“否”"),
    "bool_type": _("{label}只能是“是”或“否”"),
    "enum": _LISTED,
    "literal_error": _LISTED,
    "too_short": _("{label}至少要选 {min_length} 项，现在是 {length} 项"),
    "too_long": _("{label}最多选 {max_length} 项，现在是 {length} 项，请去掉几项"),
    "list_type": _LISTED,
    "set_type": _LISTED,
    "url_parsing": _ADDRESS,
    "url_scheme": _ADDRESS,
    "url_syntax_violation": _ADDRESS,
    "url_type": _ADDRESS,
    "url_too_long": _("{label}太长，最多 {max_length} 个字符"),
    "uuid_parsing": _("{label}的编号不对，请从原来的页面重新进入"),
    "uuid_type": _("{label}的编号不对，请从原来的页面重新进入"),
    "extra_forbidden": _("表单里有不认识的内容“{label}”，请刷新页面后再填"),
}
