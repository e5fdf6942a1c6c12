"""One row of somebody else's list as we read it."""

# lint-ok-file: chinese -- words in clerks' own cells, read and never shown

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, model_validator

from qimen_core import translations
from qimen_core.excel import BadCell, ExcelText, as_text, column
from qimen_core.privacy import normal_phone
from qimen_petitions.gathering.fields import FIELDS
from qimen_petitions.gathering.moments import ExcelMoment
from qimen_petitions.registering import is_phone

__all__ = ["ListRow"]

_ = translations("qimen_petitions")

# Excel keeps fifteen digits of a number; the sixteenth and later ones are lost.
_EXACT = 10**15
_NOBODY = frozenset({"无", "匿名", "保密", "未提供", "不详", "未留", "-", "/", "—", "无电话", "空"})
_HIDDEN = "*＊x×X"


def _number(value: object) -> object:
    rounded = isinstance(value, int | float) and abs(value) >= _EXACT
    text = as_text(value)
    if rounded or (isinstance(text, str) and "E+" in text.upper()):
        raise BadCell(
            _("编号被 Excel 四舍五入，末几位已丢失"),
            _("请先把这一列的单元格格式改为“文本”，再从原系统重新导出或粘贴。"),
        )
    return text


def _phone(value: object) -> object:
    """Return the number, ``""`` where none was left or the list itself hides it."""
    text = str(as_text(value) or "").strip()
    if text in _NOBODY or any(mark in text for mark in _HIDDEN):
        return ""
    digits = normal_phone(text)
    if not is_phone(digits):
        raise BadCell(
            _("电话号码不正确"),
            _("手机号应为 11 位；座机请带区号，如 0559-4512345；只能填一个；没有请留空。"),
        )
    return digits


class ListRow(BaseModel):
    """What was asked, when and by whom, and what was answered; only the time must be there."""

    number: Annotated[str, BeforeValidator(_number)] = column(
        FIELDS["number"], default="", max_length=80
    )
    title: ExcelText = column(FIELDS["title"], default="", max_length=200)
    content: ExcelText = column(FIELDS["content"], default="", max_length=20_000)
    received: ExcelMoment = column(FIELDS["received"])
    name: ExcelText = column(FIELDS["name"], default="", max_length=60)
    phone: Annotated[str, BeforeValidator(_phone)] = column(FIELDS["phone"], default="")
    place: ExcelText = column(FIELDS["place"], default="", max_length=120)
    category: ExcelText = column(FIELDS["category"], default="", max_length=80)
    unit: ExcelText = column(FIELDS["unit"], default="", max_length=80)
    channel: ExcelText = column(FIELDS["channel"], default="", max_length=40)
    reply: ExcelText = column(FIELDS["reply"], default="", max_length=20_000)
    replied: ExcelMoment | None = column(FIELDS["replied"], default=None)
    handler: ExcelText = column(FIELDS["handler"], default="", max_length=60)

    @model_validator(mode="after")
    def _makes_sense(self) -> "ListRow":
        if not self.title and not self.content:
            raise BadCell(_("标题和内容都是空的"), _("至少填写一项；不是诉求的行请删去。"))
        if self.reply and self.replied is None:
            raise BadCell(_("有答复但没有答复时间"), _("请补上答复时间，或清空答复。"))
        if self.replied is not None and self.replied < self.received:
            raise BadCell(_("答复时间早于收到时间"), _("请核对这两个时间。"))
        return self

    @property
    def anonymous(self) -> bool:
        """Say whether the list itself names nobody."""
        return self.name.startswith("匿名") or self.name in _NOBODY
