"""What the form of each move must hold; a field's title is its name in messages."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, Field
from pydantic.config import JsonDict

from qimen_core import translations

__all__ = [
    "AcceptForm",
    "AskExtendForm",
    "AskSuspendForm",
    "AssistForm",
    "CallbackForm",
    "ClaimForm",
    "DispatchForm",
    "MergeForm",
    "NotAcceptForm",
    "NoteForm",
    "OpinionForm",
    "RedirectForm",
    "ReturnForm",
    "SplitForm",
    "SubmitForm",
    "SuperviseForm",
    "WhistleForm",
]

_ = translations("qimen_petitions")

_NOTE = 2000
_CHOOSE: JsonDict = {"choose": True}


class SubmitForm(BaseModel):
    """Handing a draft in; what it says was written before."""


class NoteForm(BaseModel):
    """A move that needs no words but takes some."""

    note: str = Field(default="", max_length=_NOTE, title=_("说明"))


class OpinionForm(BaseModel):
    """A move that somebody answers for: the opinion is written down."""

    note: str = Field(min_length=2, max_length=_NOTE, title=_("意见"))


class AcceptForm(BaseModel):
    """Taking it up."""

    category: str = Field(max_length=40, title=_("类别"), json_schema_extra=_CHOOSE)
    note: str = Field(default="", max_length=_NOTE, title=_("受理意见"))


class NotAcceptForm(BaseModel):
    """Turning it down, with a reason and words for the resident."""

    reason: str = Field(max_length=40, title=_("理由"), json_schema_extra=_CHOOSE)
    public_text: str = Field(min_length=2, max_length=_NOTE, title=_("给诉求人的说明"))


class MergeForm(BaseModel):
    """Joining it to another order of the same matter."""

    target: str = Field(min_length=1, max_length=40, title=_("并入的编号"))
    note: str = Field(default="", max_length=_NOTE, title=_("说明"))


class RedirectForm(BaseModel):
    """Sending it to a body outside, 信访 or 12345."""

    body: str = Field(min_length=2, max_length=80, title=_("转送单位"))
    public_text: str = Field(default="", max_length=_NOTE, title=_("给诉求人的说明"))


class DispatchForm(BaseModel):
    """Naming who takes the lead and who assists, and the person where one is known."""

    taker: str = Field(max_length=80, title=_("主办单位"), json_schema_extra=_CHOOSE)
    assists: list[str] = Field(default=[], max_length=20, title=_("协办单位"))
    handler_name: str = Field(default="", max_length=30, title=_("承办人"))
    note: str = Field(default="", max_length=_NOTE, title=_("办理要求"))


class WhistleForm(BaseModel):
    """Calling those who may take it; the first to claim has it."""

    takers: list[str] = Field(
        min_length=1, max_length=40, title=_("吹哨对象"), json_schema_extra=_CHOOSE
    )
    note: str = Field(default="", max_length=_NOTE, title=_("办理要求"))


class ClaimForm(BaseModel):
    """Taking it on, oneself or in a colleague's name."""

    handler_name: str = Field(min_length=1, max_length=30, title=_("承办人"))
    key: str = Field(default="", max_length=64, pattern=r"[0-9a-f]*")


class ReturnForm(BaseModel):
    """Sending it back to those who dispatched it."""

    reason: str = Field(max_length=40, title=_("退单理由"), json_schema_extra=_CHOOSE)
    note: str = Field(default="", max_length=_NOTE, title=_("说明"))


class AskSuspendForm(BaseModel):
    """Asking for the clock to stand still until a day."""

    reason: str = Field(max_length=40, title=_("挂起理由"), json_schema_extra=_CHOOSE)
    until: date = Field(title=_("挂起到"))
    note: str = Field(default="", max_length=_NOTE, title=_("说明"))


class AskExtendForm(BaseModel):
    """Asking for more time."""

    reason: str = Field(max_length=40, title=_("延期理由"), json_schema_extra=_CHOOSE)
    days: int = Field(ge=1, le=120, title=_("延期天数"))
    note: str = Field(default="", max_length=_NOTE, title=_("说明"))


class SplitForm(BaseModel):
    """One part of a joint order, and who takes it."""

    title: str = Field(min_length=2, max_length=100, title=_("子单事项"))
    taker: str = Field(max_length=80, title=_("主办单位"), json_schema_extra=_CHOOSE)


class AssistForm(BaseModel):
    """An assist that is done, or not needed any more."""

    taker: str = Field(max_length=80, title=_("协办单位"), json_schema_extra=_CHOOSE)
    note: str = Field(min_length=2, max_length=_NOTE, title=_("说明"))


class SuperviseForm(BaseModel):
    """Looking after it from above."""

    level: Literal["1", "2", "3"] = Field(title=_("督办级别"))
    note: str = Field(min_length=2, max_length=_NOTE, title=_("督办意见"))


class CallbackForm(BaseModel):
    """What the resident says of it."""

    result: Literal["solved", "partly", "unsolved"] = Field(title=_("是否解决"))
    satisfaction: Literal["satisfied", "fairly", "dissatisfied"] = Field(title=_("是否满意"))
    caller_name: str = Field(min_length=1, max_length=30, title=_("回访人"))
    note: str = Field(default="", max_length=_NOTE, title=_("回访记录"))
