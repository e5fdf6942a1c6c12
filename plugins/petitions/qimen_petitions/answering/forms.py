"""What the forms of the answer must hold."""

from pydantic import BaseModel, Field, field_validator

from qimen_core import translations
from qimen_petitions.answering.placeholders import unknown_placeholders

__all__ = ["ReplyForm", "TemplateForm"]

_ = translations("qimen_petitions")
_LONGEST = 2000


class ReplyForm(BaseModel):
    """The answer, and who may read it."""

    public_text: str = Field(min_length=2, max_length=_LONGEST, title=_("给诉求人的答复"))
    note: str = Field(default="", max_length=_LONGEST, title=_("内部说明"))
    private: bool = Field(default=False, title=_("不公开"))
    template: int | None = Field(default=None, title=_("答复模板"))

    @field_validator("public_text")
    @classmethod
    def _filled_in(cls, text: str) -> str:
        blanks = [each for each in unknown_placeholders(text, {}) if len(each) > 2]
        if blanks:
            raise ValueError(
                _("答复里还有没填的空：{blanks}，请改成实际内容").format(blanks="、".join(blanks))
            )
        return text


class TemplateForm(BaseModel):
    """A reply template."""

    name: str = Field(min_length=2, max_length=40, title=_("名称"))
    unit_id: int = Field(title=_("使用单位"), json_schema_extra={"choose": True})
    category: str = Field(default="", max_length=40, title=_("适用类别"))
    text: str = Field(min_length=4, max_length=1500, title=_("模板内容"))
    active: bool = Field(default=True, title=_("启用"))
    version: int = 1

    @field_validator("text")
    @classmethod
    def _known_blanks(cls, text: str) -> str:
        unknown = unknown_placeholders(text)
        if unknown:
            raise ValueError(
                _("没有“{names}”这个占位词，请从下面列出的占位词中选").format(
                    names="、".join(unknown)
                )
            )
        return text
