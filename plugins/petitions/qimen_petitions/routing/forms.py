"""What the forms of routing must hold; a field's title is its name in messages."""

from typing import Literal

from pydantic import BaseModel, Field

from qimen_core import translations

__all__ = ["DecisionForm", "RuleForm", "StateForm", "StepForm"]

_ = translations("qimen_petitions")


class RuleForm(BaseModel):
    """One rule; what is left open holds for all."""

    category: str = Field(default="", max_length=40, title=_("类别"))
    place_id: int | None = Field(default=None, title=_("属地"))
    words: str = Field(default="", max_length=120, title=_("地点里的词"))
    lead: str = Field(max_length=80, title=_("主办单位"), json_schema_extra={"choose": True})
    assists: list[str] = Field(default=[], max_length=20, title=_("协办单位"))
    kind: Literal["", "consult", "help", "complaint", "suggestion", "appeal"] = Field(
        default="", title=_("时限类型")
    )
    urgent: bool = Field(default=False, title=_("紧急"))
    at_once: bool = Field(default=False, title=_("直接派单"))
    version: int = Field(default=1, ge=1)


class StepForm(BaseModel):
    """Where a rule goes in its list."""

    step: Literal["up", "down"] = Field(title=_("方向"))


class StateForm(BaseModel):
    """Whether a rule is asked."""

    state: Literal["active", "archived"] = Field(title=_("状态"))


class DecisionForm(BaseModel):
    """What somebody decides on a proposal, named by what it would say."""

    decision: Literal["accept", "dismiss"] = Field(title=_("决定"))
    category: str = Field(max_length=40, title=_("类别"))
    place_id: int = Field(title=_("属地"))
    lead: str = Field(max_length=80, title=_("主办单位"))
