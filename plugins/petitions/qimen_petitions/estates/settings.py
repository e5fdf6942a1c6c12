"""Habits of rating property service, per unit."""

from pydantic import BaseModel, Field

from qimen_core import translations

__all__ = ["EstateSettings"]

_ = translations("qimen_petitions")

_OWN = _("本系统默认值，可按本地规定修改")


class EstateSettings(BaseModel):
    """What :class:`.settings.PetitionSettings` holds of 物业服务评价."""

    rating_least: int = Field(
        default=10,
        ge=1,
        le=1000,
        title=_("物业评价：至少多少份才公布得分"),
        description=_("不足的只公布份数；开始评价时记下，以后改动不影响已开始的轮次"),
        json_schema_extra={"source": _OWN},
    )
    rating_low: float = Field(
        default=3.0,
        ge=1,
        le=5,
        title=_("物业评价：综合得分低于多少提示立项改进"),
        description=_("满分 5 分；只提示，由人决定"),
        json_schema_extra={"source": _OWN},
    )
    rating_sent_per_hour: int = Field(
        default=60,
        ge=1,
        le=10000,
        title=_("物业评价：同一网络地址每小时提交上限"),
        description=_("同一小区的居民可能共用一个网络地址，不宜过低"),
        json_schema_extra={"source": _OWN},
    )
    rating_ranking: bool = Field(
        default=False,
        title=_("物业评价：公示时按得分排序"),
        description=_("关闭时按小区名称排列，不排名"),
        json_schema_extra={"source": _("减负要求：不搞排名通报")},
    )
    rating_voter_days: int = Field(
        default=90,
        ge=1,
        le=1095,
        title=_("物业评价：公示后多少天抹去“一户一份”的凭据"),
        description=_("凭据只是加密摘要，抹去后无法再核对谁评过；评价本身保留"),
        json_schema_extra={"source": _("最小必要原则")},
    )
    rating_category: str = Field(
        default="estate",
        max_length=40,
        pattern=r"[a-z0-9_.]*",
        title=_("物业评价：对照哪一类诉求"),
        description=_("诉求类别的代码，含其下级；留空则对照全部"),
        json_schema_extra={"source": _OWN},
    )
