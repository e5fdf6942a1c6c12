"""Limits and habits of the order engine, per unit; every default names where it comes from."""

from pydantic import BaseModel, Field

from qimen_core.i18n import translations

__all__ = ["OrderSettings"]

_ = translations("qimen_orders")

_SHORT = _("各地 12345 热线通行做法：咨询、求助类 3 个工作日")
_LONG = _("各地 12345 热线通行做法：投诉、建议类 13 个工作日")
_APPEAL = _("《信访工作条例》：15 日内告知是否受理，60 日内办结，延期不超过 30 日")
_OWN = _("本系统默认值，可按本地规定修改")


def _number(
    default: int, title: str, source: str, description: str = "", *, ge: int = 1, le: int = 60
) -> int:
    found: int = Field(
        default=default,
        ge=ge,
        le=le,
        title=title,
        description=description or None,
        json_schema_extra={"source": source},
    )
    return found


class OrderSettings(BaseModel):
    """Working days unless the title says otherwise; a running clock keeps its limit."""

    response_workdays: int = _number(
        1, _("响应时限（工作日）"), _OWN, _("从提交到受理或不予受理"), le=15
    )
    claim_workdays: int = _number(1, _("接单时限（工作日）"), _OWN, _("从派单到接单"), le=15)
    urgent_workdays: int = _number(
        0,
        _("紧急事项办理时限（工作日）"),
        _("各地 12345 热线通行做法：紧急事项当日办结"),
        _("0 表示当日办结"),
        ge=0,
        le=15,
    )
    consult_workdays: int = _number(3, _("咨询办理时限（工作日）"), _SHORT)
    help_workdays: int = _number(3, _("求助办理时限（工作日）"), _SHORT)
    complaint_workdays: int = _number(13, _("投诉办理时限（工作日）"), _LONG)
    suggestion_workdays: int = _number(13, _("建议办理时限（工作日）"), _LONG)
    appeal_response_days: int = _number(15, _("信访事项受理告知时限（自然日）"), _APPEAL)
    appeal_days: int = _number(60, _("信访事项办理时限（自然日）"), _APPEAL, le=120)
    feedback_1_workdays: int = _number(3, _("普通督办反馈时限（工作日）"), _OWN, le=30)
    feedback_2_workdays: int = _number(2, _("黄牌督办反馈时限（工作日）"), _OWN, le=30)
    feedback_3_workdays: int = _number(1, _("红牌督办反馈时限（工作日）"), _OWN, le=30)
    return_workdays: int = _number(
        1, _("退单时限（工作日）"), _OWN, _("从派单起算，逾期不能退单"), le=15
    )
    extensions: int = _number(
        1, _("最多延期次数"), _("《信访工作条例》：确需延长的，可延长一次"), ge=0, le=5
    )
    extension_workdays: int = _number(13, _("每次延期最多（工作日）"), _OWN)
    extension_days: int = _number(30, _("信访事项每次延期最多（自然日）"), _APPEAL)
    suspension_days: int = _number(30, _("每次挂起最多（自然日）"), _OWN, le=180)
    remind_days: int = _number(1, _("两次催办至少间隔（自然日）"), _OWN, le=30)
    callback_tries: int = _number(3, _("回访至少尝试次数"), _OWN, le=10)
    callback_days: int = _number(
        7, _("回访等待（自然日）"), _OWN, _("答复后满此天数且次数已够，按未评价处理"), le=90
    )
    partly_counts_half: bool = Field(
        default=False,
        title=_("解决率：部分解决计半件"),
        description=_("关闭时只有“解决”计入分子；打开后“部分解决”每件计 ½"),
        json_schema_extra={"source": _("各地回访考核口径不一，默认从严，可按本地规定修改")},
    )
    undo_seconds: int = _number(30, _("可撤销时间（秒）"), _OWN, _("0 表示不能撤销"), ge=0, le=300)
    rung_building_group_workdays: int = _number(
        0, _("吹哨：楼栋党小组接单时限（工作日）"), _OWN, _("0 表示当日"), ge=0, le=15
    )
    rung_grid_branch_workdays: int = _number(
        1, _("吹哨：网格党支部接单时限（工作日）"), _OWN, _("0 表示当日"), ge=0, le=15
    )
    rung_team_workdays: int = _number(
        1, _("吹哨：社区和志愿队伍接单时限（工作日）"), _OWN, _("0 表示当日"), ge=0, le=15
    )
    rung_unit_workdays: int = _number(
        1, _("吹哨：驻地单位接单时限（工作日）"), _OWN, _("0 表示当日"), ge=0, le=15
    )
    rung_township_workdays: int = _number(
        1, _("吹哨：乡镇和部门接单时限（工作日）"), _OWN, _("0 表示当日"), ge=0, le=15
    )
    callback_on_behalf: bool = Field(
        default=True,
        title=_("承办人可代录他人的回访"),
        description=_("只有一名工作人员的单位：由另一人回访，承办人录入，须写明回访人姓名"),
        json_schema_extra={"source": _("本系统默认值；承办人本人始终不能回访自己办理的事项")},
    )
