"""Limits and habits of the order engine, per unit; every default names where it comes from."""

from pydantic import BaseModel, Field

from qimen_core.i18n import translations

__all__ = ["OrderSettings"]

_ = translations("qimen_orders")

_SHORT = _("各地 12345 热线通行做法：咨询、求助类 3 个工作日")
_LONG = _("各地 12345 热线通行做法：投诉、建议类 13 个工作日")


class OrderSettings(BaseModel):
    """Working days unless the title says otherwise; a running clock keeps its limit."""

    response_workdays: int = Field(
        default=1,
        ge=1,
        le=15,
        title=_("响应时限（工作日）"),
        description=_("从提交到受理或不予受理"),
        json_schema_extra={"source": _("本系统默认值，可按本地规定修改")},
    )
    claim_workdays: int = Field(
        default=1,
        ge=1,
        le=15,
        title=_("接单时限（工作日）"),
        description=_("从派单到接单"),
        json_schema_extra={"source": _("本系统默认值，可按本地规定修改")},
    )
    urgent_workdays: int = Field(
        default=0,
        ge=0,
        le=15,
        title=_("紧急事项办理时限（工作日）"),
        description=_("0 表示当日办结"),
        json_schema_extra={"source": _("各地 12345 热线通行做法：紧急事项当日办结")},
    )
    consult_workdays: int = Field(
        default=3,
        ge=1,
        le=60,
        title=_("咨询办理时限（工作日）"),
        json_schema_extra={"source": _SHORT},
    )
    help_workdays: int = Field(
        default=3,
        ge=1,
        le=60,
        title=_("求助办理时限（工作日）"),
        json_schema_extra={"source": _SHORT},
    )
    complaint_workdays: int = Field(
        default=13,
        ge=1,
        le=60,
        title=_("投诉办理时限（工作日）"),
        json_schema_extra={"source": _LONG},
    )
    suggestion_workdays: int = Field(
        default=13,
        ge=1,
        le=60,
        title=_("建议办理时限（工作日）"),
        json_schema_extra={"source": _LONG},
    )
    callback_on_behalf: bool = Field(
        default=True,
        title=_("承办人可代录他人的回访"),
        description=_("只有一名工作人员的单位：由另一人回访，承办人录入，须写明回访人姓名"),
        json_schema_extra={"source": _("本系统默认值；承办人本人始终不能回访自己办理的事项")},
    )
