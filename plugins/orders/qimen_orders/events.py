"""What can happen to an order, and the words people read for it."""

from enum import StrEnum

from qimen_core.i18n import translations

__all__ = ["EVENT_LABELS", "UNDO", "Event"]

_ = translations("qimen_orders")

UNDO = "undo"
"""The history's word for a move taken back; it is no event of the table."""


class Event(StrEnum):
    """What can happen to an order; also the verb of the permission ``<owner>.order.<event>``."""

    SUBMIT = "submit"
    ACCEPT = "accept"
    NOT_ACCEPT = "not_accept"
    MERGE = "merge"
    REDIRECT = "redirect"
    DISPATCH = "dispatch"
    WHISTLE = "whistle"
    WIDEN = "widen"
    CLAIM = "claim"
    RETURN = "return"
    UPHOLD = "uphold"
    REJECT = "reject"
    ASK_SUSPEND = "ask_suspend"
    SUSPEND = "suspend"
    RESUME = "resume"
    ASK_EXTEND = "ask_extend"
    EXTEND = "extend"
    DECLINE = "decline"
    UPLIFT = "uplift"
    SPLIT = "split"
    ASSIST_DONE = "assist_done"
    ASSIST_WAIVED = "assist_waived"
    REMIND = "remind"
    SUPERVISE = "supervise"
    FEEDBACK = "feedback"
    REPLY = "reply"
    CALL_MISSED = "call_missed"
    CALLBACK = "callback"
    TIME_OUT = "time_out"
    REDO = "redo"
    CLOSE_OFF = "close_off"
    RECOUNT = "recount"


EVENT_LABELS: dict[str, str] = {
    Event.SUBMIT: _("提交"),
    Event.ACCEPT: _("受理"),
    Event.NOT_ACCEPT: _("不予受理"),
    Event.MERGE: _("并件"),
    Event.REDIRECT: _("转送"),
    Event.DISPATCH: _("派单"),
    Event.WHISTLE: _("吹哨"),
    Event.WIDEN: _("扩大吹哨范围"),
    Event.CLAIM: _("接单"),
    Event.RETURN: _("退单"),
    Event.UPHOLD: _("同意退单"),
    Event.REJECT: _("驳回退单"),
    Event.ASK_SUSPEND: _("申请挂起"),
    Event.SUSPEND: _("批准挂起"),
    Event.RESUME: _("解挂"),
    Event.ASK_EXTEND: _("申请延期"),
    Event.EXTEND: _("批准延期"),
    Event.DECLINE: _("不批准申请"),
    Event.UPLIFT: _("上报"),
    Event.SPLIT: _("拆分子单"),
    Event.ASSIST_DONE: _("协办完成"),
    Event.ASSIST_WAIVED: _("免除协办"),
    Event.REMIND: _("催办"),
    Event.SUPERVISE: _("督办"),
    Event.FEEDBACK: _("督办反馈"),
    Event.REPLY: _("答复"),
    Event.CALL_MISSED: _("回访未接通"),
    Event.CALLBACK: _("回访"),
    Event.TIME_OUT: _("回访期满"),
    Event.REDO: _("重办"),
    Event.CLOSE_OFF: _("销号"),
    Event.RECOUNT: _("工作日历变动，重算期限"),
    UNDO: _("撤销"),
}
