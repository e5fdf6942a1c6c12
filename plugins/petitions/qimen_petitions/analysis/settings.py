"""Settings of the analysis, per unit; part of the settings of petitions."""

from pydantic import BaseModel, Field

from qimen_core import translations

__all__ = ["AnalysisSettings"]

_ = translations("qimen_petitions")

_OWN = _("本系统默认值，可按本地规定修改")
_MEASURED = _("在公开留言数据上实测后选定")


class AnalysisSettings(BaseModel):
    """How far back duplicates are looked for, and what makes an issue hot."""

    duplicate_days: int = Field(
        default=180,
        ge=7,
        le=1095,
        title=_("查重的时间范围（天）"),
        description=_("只与这段时间内同一社区的诉求比较"),
        json_schema_extra={"source": _OWN},
    )
    duplicate_likeness: int = Field(
        default=50,
        ge=20,
        le=95,
        title=_("查重的文字相似度（%）"),
        description=_("超过这个相似度、地点又一致的，提示可能重复"),
        json_schema_extra={"source": _MEASURED},
    )
    hot_days: int = Field(
        default=90,
        ge=7,
        le=366,
        title=_("热点的统计期（天）"),
        json_schema_extra={"source": _OWN},
    )
    hot_people: int = Field(
        default=3,
        ge=2,
        le=100,
        title=_("成为热点的最少人数"),
        description=_("按人计，不按件计；未留姓名和电话的两件算一人"),
        json_schema_extra={"source": _OWN},
    )
    hot_likeness: int = Field(
        default=5,
        ge=1,
        le=60,
        title=_("热点的事项相近度（%）"),
        description=_("还没有定类别时，文字相近到这个程度算同一事项；越大分得越细"),
        json_schema_extra={"source": _MEASURED},
    )
