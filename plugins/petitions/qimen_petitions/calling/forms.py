"""What the forms of the callback and of the resident's own evaluation must hold."""

from typing import Literal

from pydantic import BaseModel, Field
from pydantic.config import JsonDict

from qimen_core import translations

__all__ = ["CallForm", "EvaluationForm", "RemindForm"]

_ = translations("qimen_petitions")

_Result = Literal["solved", "partly", "unsolved"]
_Satisfaction = Literal["satisfied", "fairly", "dissatisfied"]
_CHOOSE: JsonDict = {"choose": True}


class CallForm(BaseModel):
    """What the resident says on the phone, and whether it is handled anew at once."""

    result: _Result = Field(title=_("是否解决"), json_schema_extra=_CHOOSE)
    satisfaction: _Satisfaction = Field(title=_("是否满意"), json_schema_extra=_CHOOSE)
    caller_name: str = Field(min_length=1, max_length=30, title=_("回访人"))
    note: str = Field(default="", max_length=1000, title=_("回访记录"))
    redo: bool = Field(default=False, title=_("当场重办"))


class EvaluationForm(BaseModel):
    """What the resident says on the tracking page."""

    result: _Result = Field(title=_("问题解决了吗"), json_schema_extra=_CHOOSE)
    satisfaction: _Satisfaction = Field(title=_("您满意吗"), json_schema_extra=_CHOOSE)
    note: str = Field(default="", max_length=500, title=_("想说的话"))
    code: str = Field(default="-", max_length=30)
    tail: str = Field(default="-", max_length=10)
    key: str = Field(min_length=32, max_length=64, pattern=r"[0-9a-f]+")


class RemindForm(BaseModel):
    """What the button of a reminder on the tracking page carries along."""

    code: str = Field(default="-", max_length=30)
    tail: str = Field(default="-", max_length=10)
    key: str = Field(min_length=32, max_length=64, pattern=r"[0-9a-f]+")
