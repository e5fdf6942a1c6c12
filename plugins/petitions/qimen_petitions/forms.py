"""What the pages' forms must hold; a field's title is its name in messages."""

from typing import Literal

from pydantic import BaseModel, Field

from qimen_core import translations

__all__ = [
    "CategoryForm",
    "FollowForm",
    "IntakeForm",
    "PublicForm",
    "RevealForm",
    "SealedRevealForm",
]

_ = translations("qimen_petitions")


class IntakeForm(BaseModel):
    """Staff intake: six fields, and the community where there is a choice."""

    name: str = Field(default="", max_length=30, title=_("诉求人"))
    phone: str = Field(default="", max_length=20, title=_("联系电话"))
    unit_id: int = Field(title=_("社区"), json_schema_extra={"choose": True})
    place: str = Field(default="", max_length=120, title=_("地点"))
    category: str = Field(max_length=40, title=_("类别"), json_schema_extra={"choose": True})
    content: str = Field(min_length=2, max_length=5000, title=_("诉求内容"))
    channel: str = Field(default="visit_in", max_length=16, title=_("来源"))
    anonymous: bool = Field(default=False, title=_("匿名"))
    named_unit: int | None = Field(default=None, title=_("被反映单位"))
    named_person: str = Field(default="", max_length=30, title=_("被反映人"))
    emergency_passed: bool = Field(default=False, title=_("已转告"))
    key: str = Field(min_length=32, max_length=64, pattern=r"[0-9a-f]+")


class PublicForm(BaseModel):
    """The resident's form; the phone is asked so that the case can be followed."""

    content: str = Field(min_length=5, max_length=2000, title=_("诉求内容"))
    place: str = Field(default="", max_length=120, title=_("地点"))
    category: str = Field(default="", max_length=40, title=_("类别"))
    name: str = Field(default="", max_length=30, title=_("姓名"))
    phone: str = Field(min_length=7, max_length=20, title=_("联系电话"))
    identity: Literal["open", "anonymous", "sealed"] = Field(
        default="open", title=_("谁能知道是我反映的")
    )
    named_unit: int | None = Field(default=None, title=_("被反映的单位"))
    named_person: str = Field(default="", max_length=30, title=_("被反映的人"))
    website: str = Field(default="", max_length=200)
    key: str = Field(min_length=32, max_length=64, pattern=r"[0-9a-f]+")


class SealedRevealForm(BaseModel):
    """One field of a sealed complainant, and why."""

    field: Literal["phone", "name", "place", "accused"] = Field(title=_("查看"))
    reason: str = Field(min_length=4, max_length=200, title=_("查看原因"))


class FollowForm(BaseModel):
    """Code and last four digits of the phone."""

    code: str = Field(min_length=1, max_length=30, title=_("查询码"))
    tail: str = Field(min_length=1, max_length=10, title=_("手机号后四位"))


class RevealForm(BaseModel):
    """Why a masked field is read in full."""

    field: Literal["name", "phone"] = Field(title=_("字段"))
    reason: str = Field(min_length=4, max_length=200, title=_("查看原因"))


class CategoryForm(BaseModel):
    """One category of the scheme."""

    label: str = Field(min_length=1, max_length=20, title=_("名称"))
    kind: Literal["consult", "help", "complaint", "suggestion", "appeal"] = Field(
        title=_("时限类型")
    )
    urgent: bool = Field(default=False, title=_("紧急"))
    active: bool = Field(default=False, title=_("启用"))
    emergency_phone: str = Field(default="", max_length=40, title=_("紧急电话"))
    emergency_answers: str = Field(default="", max_length=40, title=_("谁接"))
    emergency_source: str = Field(default="", max_length=200, title=_("号码来源"))
    version: int = Field(ge=1)
