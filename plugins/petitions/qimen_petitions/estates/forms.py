"""What the forms of a rating must hold; those that score are made of a round's items."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, Field, create_model

from qimen_core import translations
from qimen_petitions.estates.rules import Item

__all__ = ["AnswerForm", "KeptForm", "StepForm", "ViewForm", "answer_form", "scores_in"]

_ = translations("qimen_petitions")

_PREFIX = "item_"


class AnswerForm(BaseModel):
    """An answer without its items; ``website`` is a field that no person sees."""

    overall: Literal["satisfied", "fairly", "dissatisfied"] = Field(title=_("总体评价"))
    proof: str = Field(min_length=1, max_length=20, title=_("凭据"))
    remark: str = Field(default="", max_length=400, title=_("想说的话"))
    website: str = Field(default="", max_length=100)
    key: str = Field(min_length=32, max_length=64, pattern=r"[0-9a-f]+")


class StepForm(BaseModel):
    """A button of a round."""

    event: Literal["open", "cancel", "close", "reopen", "confirm", "withdraw"]
    version: int


class ViewForm(BaseModel):
    """What one of the three says; only what it is asked is taken."""

    score: Literal["", "1", "2", "3", "4", "5"] = Field(default="", title=_("评分"))
    words: str = Field(min_length=2, max_length=2000, title=_("意见"))
    due_on: date | None = Field(default=None, title=_("完成时间"))
    version: int = 1


class KeptForm(BaseModel):
    """Whether what was promised after the last round was kept."""

    kept: Literal["yes", "partly", "no"] = Field(
        title=_("上轮承诺"), json_schema_extra={"choose": True}
    )
    version: int


def answer_form(items: Sequence[Item]) -> type[AnswerForm]:
    """Return the form of a round: each item may be scored 1 to 5, or left open."""
    kind = Literal["", "1", "2", "3", "4", "5"]
    fields: dict[str, Any] = {
        f"{_PREFIX}{item.code}": (kind, Field(default="", title=item.label)) for item in items
    }
    return create_model("RoundForm", __base__=AnswerForm, **fields)


def scores_in(typed: AnswerForm, items: Sequence[Item]) -> dict[str, int]:
    """Return the scores of a form by item; what was left open is not in it."""
    given = typed.model_dump()
    chosen = {item.code: given[f"{_PREFIX}{item.code}"] for item in items}
    return {code: int(score) for code, score in chosen.items() if score}
