"""Settings of petitions, per unit."""

from typing import Literal

from pydantic import Field

from qimen_core import translations
from qimen_petitions.analysis.settings import AnalysisSettings
from qimen_petitions.answer_settings import AnswerSettings
from qimen_petitions.estates.settings import EstateSettings
from qimen_petitions.message_settings import MessageSettings

__all__ = ["PetitionSettings"]

_ = translations("qimen_petitions")

_OWN = _("本系统默认值，可按本地规定修改")


class PetitionSettings(AnalysisSettings, AnswerSettings, MessageSettings, EstateSettings):
    """Habits of the public form, of the tracking page, of the analysis and of the answer."""

    public_form: bool = Field(
        default=True,
        title=_("开放网上提交"),
        description=_("关闭后，居民仍可凭查询码查询"),
        json_schema_extra={"source": _OWN},
    )
    emergency_phone: str = Field(
        default="110 / 119 / 120",
        max_length=40,
        title=_("紧急情况电话"),
        description=_("显示在网上提交页的最上方"),
        json_schema_extra={"source": _("全国统一紧急电话")},
    )
    follow_days: int = Field(
        default=365,
        ge=30,
        le=3650,
        title=_("查询码有效期（天）"),
        description=_("从提交之日起算"),
        json_schema_extra={"source": _OWN},
    )
    photos: int = Field(
        default=3,
        ge=0,
        le=9,
        title=_("每件最多照片数"),
        description=_("照片始终不是必填项"),
        json_schema_extra={"source": _("减负要求：不强制拍照")},
    )
    sent_per_hour: int = Field(
        default=10,
        ge=1,
        le=1000,
        title=_("同一网络地址每小时提交上限"),
        json_schema_extra={"source": _OWN},
    )
    follow_tries: int = Field(
        default=20,
        ge=5,
        le=1000,
        title=_("同一网络地址每小时查询失败上限"),
        json_schema_extra={"source": _OWN},
    )
    publicity: bool = Field(
        default=True,
        title=_("公示办理情况"),
        description=_("每月的数量、时限和已解决事项，不含个人信息；关闭后公示页不存在"),
        json_schema_extra={"source": _("居务公开、村务公开的要求")},
    )
    publicity_months: int = Field(
        default=12,
        ge=1,
        le=60,
        title=_("公示保留的月数"),
        description=_("从上个月往前数"),
        json_schema_extra={"source": _OWN},
    )
    open311: bool = Field(
        default=True,
        title=_("开放接口（Open311）"),
        description=_("供其他程序查询类别和办理状态；不含个人信息"),
        json_schema_extra={"source": _("Open311 GeoReport v2")},
    )
    open311_clients: str = Field(
        default="",
        max_length=400,
        pattern=r"[^\x00-\x1f]*",
        title=_("可经接口提交的程序"),
        description=_("程序的名字，用逗号隔开；删去名字即停用其密钥"),
        json_schema_extra={"source": _OWN},
    )
    open311_answer: Literal["realtime", "batch"] = Field(
        default="realtime",
        title=_("接口提交后的回执"),
        description=_("先给回执码的，受理后才能换得编号"),
        json_schema_extra={
            "source": _("Open311 GeoReport v2"),
            "labels": {"realtime": _("立即给编号"), "batch": _("先给回执码")},
        },
    )
    open311_sent_per_hour: int = Field(
        default=100,
        ge=1,
        le=10000,
        title=_("每个程序每小时提交上限"),
        json_schema_extra={"source": _OWN},
    )
    open311_calls_per_minute: int = Field(
        default=60,
        ge=5,
        le=10000,
        title=_("同一网络地址每分钟调用接口上限"),
        json_schema_extra={"source": _OWN},
    )
    route_at_once: bool = Field(
        default=False,
        title=_("允许分派规则直接派单"),
        description=_("关闭时，规则只在派单表里给出建议，由人确认"),
        json_schema_extra={"source": _OWN},
    )
    route_learn_from: int = Field(
        default=3,
        ge=2,
        le=100,
        title=_("退单几件起建议分派规则"),
        description=_("同一类别、同一属地被退回并改派到同一单位的件数"),
        json_schema_extra={"source": _OWN},
    )
    route_learn_days: int = Field(
        default=365,
        ge=30,
        le=3650,
        title=_("建议分派规则看最近多少天"),
        json_schema_extra={"source": _OWN},
    )
