"""What clerks write into cells, read as what they mean."""

# lint-ok-file: chinese -- words in clerks' own cells, read and never shown

import re
import unicodedata
from datetime import date, datetime, timedelta
from typing import Annotated

from pydantic import BeforeValidator

from qimen_core.i18n import translations
from qimen_core.privacy.normal import is_id_number, is_mobile, normal_id_number, normal_phone

__all__ = [
    "BadCell",
    "ExcelBool",
    "ExcelDate",
    "ExcelIdNumber",
    "ExcelInt",
    "ExcelPhone",
    "ExcelPhones",
    "ExcelText",
    "as_bool",
    "as_date",
    "as_id_number",
    "as_int",
    "as_phones",
    "as_text",
]

_ = translations("qimen_core")
_FIRST_DAY = date(1899, 12, 30)
# Excel counts days. Below 1910 a number is rather a year, or a year and a month (2021.03).
_SERIALS = (3654, 73050)
_SPLIT_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[ T].*)?")
_SOLID_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})")
_YES = frozenset({"是", "有", "对", "真", "√", "✓", "1", "y", "yes", "true", "t"})
_NO = frozenset({"否", "无", "不是", "没有", "假", "×", "✗", "0", "n", "no", "false", "f"})
_PHONE_SEPARATORS = re.compile(r"[;；、,，/|\n]+")
# Excel keeps fifteen digits of a number; the sixteenth and later ones are lost as zeros.
_EXACT = 10**15


class BadCell(ValueError):
    """A value that cannot be what its column holds.

    Args:
        message: What is wrong.
        remedy: How to mend it.
    """

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy


def as_text(value: object) -> object:
    """Return a number as the text the clerk sees (``13800000000``, not ``13800000000.0``)."""
    if isinstance(value, bool):
        return str(_("是")) if value else str(_("否"))
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT:
        return str(int(value))
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    return value.strip() if isinstance(value, str) else value


def as_date(value: object) -> object:
    """Return a day from a date cell, an Excel serial, ``2021-3-5``, ``2021年3月5日``, ``20210305``.

    Raises:
        BadCell: The day does not exist, its year has two digits, or it is no date.
    """
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date) or value is None:
        return value
    text = unicodedata.normalize("NFKC", str(as_text(value)))
    found = _SPLIT_DATE.fullmatch(text) or _SOLID_DATE.fullmatch(text)
    if found is not None:
        return _existing_day(*(int(part) for part in found.groups()))
    if re.fullmatch(r"\d{1,5}(?:\.\d+)?", text) and _SERIALS[0] <= float(text) <= _SERIALS[1]:
        return _FIRST_DAY + timedelta(days=int(float(text)))
    raise BadCell(
        _("不是完整的日期"), _("请写成 2021-03-05、2021年3月5日 或 20210305，年份要四位。")
    )


def _existing_day(year: int, month: int, day: int) -> date:
    try:
        found = date(year, month, day)
    except ValueError as error:
        raise BadCell(_("没有这一天"), _("请核对年、月、日。")) from error
    if not 1900 <= year <= 2099:
        raise BadCell(_("年份不合理"), _("请核对年份，应在 1900 至 2099 之间。"))
    return found


def as_int(value: object) -> object:
    """Return a whole number; ``12.0`` and the text ``12`` are whole.

    Raises:
        BadCell: It is not a whole number.
    """
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    text = unicodedata.normalize("NFKC", str(as_text(value))).replace(",", "")
    if not re.fullmatch(r"[+-]?\d{1,15}", text):
        raise BadCell(_("不是整数"), _("请只填数字，不带单位和小数。"))
    return int(text)


def as_bool(value: object) -> object:
    """Return 是/否, 有/无, 1/0, √/× as a boolean.

    Raises:
        BadCell: It is neither.
    """
    if value is None or isinstance(value, bool):
        return value
    text = unicodedata.normalize("NFKC", str(as_text(value))).casefold()
    if text in _YES or text in _NO:
        return text in _YES
    raise BadCell(_("看不出是“是”还是“否”"), _("请填 是 或 否。"))


def as_id_number(value: object) -> object:
    """Return an 18-digit resident number whose birth date and check digit are in order.

    Raises:
        BadCell: It was rounded by Excel, has a wrong length, or its check digit does not fit.
    """
    if value is None:
        return None
    rounded = isinstance(value, int | float) and abs(value) >= _EXACT
    text = normal_id_number(str(as_text(value)))
    if rounded or "E+" in text or (text.endswith("000") and not is_id_number(text)):
        raise BadCell(
            _("身份证号被 Excel 四舍五入，末几位已丢失"),
            _("请先把这一列的单元格格式改为“文本”，再重新录入号码。"),
        )
    if len(text) == 15 and text.isdecimal():
        raise BadCell(_("是 15 位旧号码"), _("请填写 18 位身份证号。"))
    if not is_id_number(text):
        raise BadCell(_("身份证号不正确"), _("请对照证件核对 18 位号码，末位可为 X。"))
    return text


def as_phones(value: object) -> object:
    """Return the numbers of a cell that may hold several, joined by ``；``, ``、`` or ``/``.

    Raises:
        BadCell: One of them is neither a mobile nor a landline number.
    """
    if value is None:
        return []
    if isinstance(value, list):
        return value
    parts = [part for part in _PHONE_SEPARATORS.split(str(as_text(value))) if part.strip()]
    return [_phone(part) for part in parts]


def _one_phone(value: object) -> object:
    phones = as_phones(value)
    if not isinstance(phones, list) or len(phones) < 2:
        return phones[0] if phones else None  # type: ignore[index]
    raise BadCell(_("有多个电话"), _("这一列只能填一个电话。"))


def _phone(text: str) -> str:
    digits = normal_phone(text)
    if is_mobile(digits) or (7 <= len(digits) <= 12 and not digits.startswith("1")):
        return digits
    raise BadCell(_("电话号码不正确"), _("手机号应为 11 位；座机请带区号，如 0559-4512345。"))


ExcelText = Annotated[str, BeforeValidator(as_text)]
ExcelDate = Annotated[date, BeforeValidator(as_date)]
ExcelInt = Annotated[int, BeforeValidator(as_int)]
ExcelBool = Annotated[bool, BeforeValidator(as_bool)]
ExcelIdNumber = Annotated[str, BeforeValidator(as_id_number)]
ExcelPhone = Annotated[str, BeforeValidator(_one_phone)]
ExcelPhones = Annotated[list[str], BeforeValidator(as_phones)]
