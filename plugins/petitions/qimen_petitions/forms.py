"""What the pages' forms must hold; a field's title is its name in messages."""

from typing import Literal

from pydantic import BaseModel, Field

from qimen_core import translations

__all__ = [
    "AcceptForm",
    "CallbackForm",
    "CategoryForm",
    "ClaimForm",
    "CloseOffForm",
    "DispatchForm",
    "FollowForm",
    "IntakeForm",
    "NotAcceptForm",
    "PublicForm",
    "ReplyForm",
    "RevealForm",
    "SubmitForm",
]

_ = translations("qimen_petitions")

_NOTE = 2000


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
    key: str = Field(min_length=32, max_length=64, pattern=r"[0-9a-f]+")


class PublicForm(BaseModel):
    """The resident's form; the phone is asked so that the case can be followed."""

    content: str = Field(min_length=5, max_length=2000, title=_("诉求内容"))
    place: str = Field(default="", max_length=120, title=_("地点"))
    category: str = Field(default="", max_length=40, title=_("类别"))
    name: str = Field(default="", max_length=30, title=_("姓名"))
    phone: str = Field(min_length=7, max_length=20, title=_("联系电话"))
    anonymous: bool = Field(default=False, title=_("匿名"))
    website: str = Field(default="", max_length=200)
    key: str = Field(min_length=32, max_length=64, pattern=r"[0-9a-f]+")


class FollowForm(BaseModel):
    """Code and last four digits of the phone."""

    code: str = Field(min_length=1, max_length=30, title=_("查询码"))
    tail: str = Field(min_length=1, max_length=10, title=_("手机号后四位"))


class SubmitForm(BaseModel):
    """Handing a draft in; what it says was written before."""


class AcceptForm(BaseModel):
    """Taking it up."""

    category: str = Field(max_length=40, title=_("类别"), json_schema_extra={"choose": True})
    note: str = Field(default="", max_length=_NOTE, title=_("受理意见"))


class NotAcceptForm(BaseModel):
    """Turning it down, with a reason and words for the resident."""

    reason: str = Field(max_length=40, title=_("理由"), json_schema_extra={"choose": True})
    public_text: str = Field(min_length=2, max_length=_NOTE, title=_("给诉求人的说明"))


class DispatchForm(BaseModel):
    """Naming the unit that takes the lead, and the person where one is known."""

    lead_id: int = Field(title=_("主办单位"), json_schema_extra={"choose": True})
    handler_name: str = Field(default="", max_length=30, title=_("承办人"))
    note: str = Field(default="", max_length=_NOTE, title=_("办理要求"))


class ClaimForm(BaseModel):
    """Taking it on, oneself or in a colleague's name."""

    handler_name: str = Field(min_length=1, max_length=30, title=_("承办人"))


class ReplyForm(BaseModel):
    """The answer."""

    public_text: str = Field(min_length=2, max_length=_NOTE, title=_("给诉求人的答复"))
    note: str = Field(default="", max_length=_NOTE, title=_("内部说明"))


class CallbackForm(BaseModel):
    """What the resident says of it."""

    result: Literal["solved", "partly", "unsolved"] = Field(title=_("是否解决"))
    satisfaction: Literal["satisfied", "fairly", "dissatisfied"] = Field(title=_("是否满意"))
    caller_name: str = Field(min_length=1, max_length=30, title=_("回访人"))
    note: str = Field(default="", max_length=_NOTE, title=_("回访记录"))


class CloseOffForm(BaseModel):
    """Closing it."""

    note: str = Field(default="", max_length=_NOTE, title=_("销号意见"))


class RevealForm(BaseModel):
    """Why a masked field is read in full."""

    field: Literal["name", "phone"] = Field(title=_("字段"))
    reason: str = Field(min_length=4, max_length=200, title=_("查看原因"))


class CategoryForm(BaseModel):
    """One category of the scheme."""

    label: str = Field(min_length=1, max_length=20, title=_("名称"))
    kind: Literal["consult", "help", "complaint", "suggestion"] = Field(title=_("时限类型"))
    urgent: bool = Field(default=False, title=_("紧急"))
    active: bool = Field(default=False, title=_("启用"))
    version: int = Field(ge=1)
