"""Habits of answering, calling back and evaluating, per unit."""

from pydantic import BaseModel, Field

from qimen_core import translations

__all__ = ["AnswerSettings"]

_ = translations("qimen_petitions")

_OWN = _("本系统默认值，可按本地规定修改")
_SCRIPT = _(
    "您好，我是{属地}的工作人员。您反映的“{事项}”，{主办单位}已经答复。耽误您一分钟，请教两个问题："
    "一、问题解决了吗？已解决、部分解决，还是未解决？二、对办理满意吗？满意、基本满意，还是不满意？"
    "有没有想补充的？谢谢您。"
)


class AnswerSettings(BaseModel):
    """What :class:`.settings.PetitionSettings` holds of the answer and of what comes after it."""

    callback_after_hours: int = Field(
        default=24,
        ge=0,
        le=168,
        title=_("答复后多久可以回访（小时）"),
        description=_("让诉求人先看到答复"),
        json_schema_extra={"source": _OWN},
    )
    callback_again_hours: int = Field(
        default=4,
        ge=0,
        le=168,
        title=_("未接通后多久再打（小时）"),
        json_schema_extra={"source": _OWN},
    )
    callback_script: str = Field(
        default=_SCRIPT,
        max_length=1000,
        title=_("回访话术"),
        description=_("可用的占位词与答复模板相同"),
        json_schema_extra={"source": _OWN},
    )
    own_evaluation: bool = Field(
        default=True,
        title=_("诉求人可凭查询码自己评价"),
        json_schema_extra={"source": _OWN},
    )
    evaluation_days: int = Field(
        default=30,
        ge=1,
        le=365,
        title=_("凭查询码评价的期限（天）"),
        description=_("从答复之日起算；回访之后或按未评价处理之后不再能评价"),
        json_schema_extra={"source": _OWN},
    )
