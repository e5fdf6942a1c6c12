"""What the forms of a review must hold."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, Field, model_validator

from qimen_core import translations

__all__ = ["ItemForm", "OutcomeForm", "ReviewForm"]

_ = translations("qimen_petitions")


class ReviewForm(BaseModel):
    """A new meeting: for which unit, of which span, how many."""

    unit_id: int = Field(title=_("单位"), json_schema_extra={"choose": True})
    held_on: date = Field(title=_("评议日期"))
    start: date = Field(title=_("办结时间从"))
    end: date = Field(title=_("到"))
    size: int = Field(default=20, ge=1, le=200, title=_("抽取件数"))

    @model_validator(mode="after")
    def _in_order(self) -> "ReviewForm":
        if self.end < self.start:
            raise ValueError(_("办结时间的起止颠倒了，请调换"))
        return self


class ItemForm(BaseModel):
    """What the meeting says of one petition."""

    score: Literal["satisfied", "fairly", "dissatisfied"] = Field(
        title=_("评议意见"), json_schema_extra={"choose": True}
    )
    remark: str = Field(default="", max_length=400, title=_("评议说明"))


class OutcomeForm(BaseModel):
    """What the meeting came to."""

    present: int = Field(ge=1, le=500, title=_("到会人数"))
    outcome: str = Field(min_length=2, max_length=2000, title=_("评议结论"))
    version: int = 1
