"""The fields of each move's form, as the page draws them."""

from collections.abc import Mapping
from dataclasses import dataclass

from qimen_core import translations
from qimen_orders import Event

__all__ = ["FIELDS", "FieldSpec"]

_ = translations("qimen_petitions")


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One field.

    Args:
        name: The model's field.
        label: Its words.
        kind: A kind of the form component.
        required: It must be filled in.
        width: ``half`` or ``full``.
        options: Which of the page's lists it is chosen from.
        hint: Words below it.
        rows: Lines of a text area.
    """

    name: str
    label: str
    kind: str = "text"
    required: bool = False
    width: str = "full"
    options: str = ""
    hint: str = ""
    rows: int = 3


def _note(label: str, *, required: bool = False, width: str = "full", hint: str = "") -> FieldSpec:
    return FieldSpec("note", label, required=required, width=width, hint=hint)


def _choice(name: str, label: str, options: str, kind: str = "select") -> FieldSpec:
    return FieldSpec(name, label, kind, required=True, width="half", options=options)


_OPINION = (_note(_("意见"), required=True),)
_SAID = (_note(_("说明")),)
_VISIBLE = _("诉求人凭查询码能看到")
_KEY = FieldSpec("key", "", "hidden")

FIELDS: Mapping[Event, tuple[FieldSpec, ...]] = {
    Event.SUBMIT: (),
    Event.ACCEPT: (
        _choice("category", _("类别"), "categories"),
        _note(_("受理意见"), width="half"),
    ),
    Event.NOT_ACCEPT: (
        FieldSpec("reason", _("不予受理的理由"), "select", required=True, options="reasons"),
        FieldSpec("public_text", _("给诉求人的说明"), "textarea", required=True, hint=_VISIBLE),
    ),
    Event.MERGE: (
        FieldSpec(
            "target",
            _("并入哪一件"),
            required=True,
            width="half",
            hint=_("填那一件的编号；本件此后随它办理"),
        ),
        _note(_("说明"), width="half"),
    ),
    Event.REDIRECT: (
        FieldSpec(
            "body", _("转送单位"), required=True, width="half", hint=_("如县信访局、12345 热线")
        ),
        FieldSpec("public_text", _("给诉求人的说明"), width="half", hint=_VISIBLE),
    ),
    Event.DISPATCH: (
        _choice("taker", _("主办单位"), "takers"),
        FieldSpec("handler_name", _("承办人"), width="half"),
        FieldSpec("assists", _("协办单位"), "checks", options="takers"),
        _note(_("办理要求")),
    ),
    Event.WHISTLE: (
        FieldSpec(
            "takers",
            _("吹哨对象"),
            "checks",
            required=True,
            options="takers",
            hint=_("先接单的为主办；到时无人接单，自动扩大范围"),
        ),
        _note(_("办理要求")),
    ),
    Event.CLAIM: (
        FieldSpec(
            "handler_name",
            _("承办人"),
            required=True,
            width="half",
            hint=_("实际去办的人；回访须由另一人进行"),
        ),
        _KEY,
    ),
    Event.RETURN: (
        _choice("reason", _("退单理由"), "return_reasons"),
        _note(_("说明"), width="half"),
    ),
    Event.UPHOLD: _OPINION,
    Event.REJECT: _OPINION,
    Event.ASK_SUSPEND: (
        _choice("reason", _("挂起理由"), "suspend_reasons"),
        FieldSpec("until", _("挂起到"), "date", required=True, width="half"),
        _note(_("说明")),
    ),
    Event.SUSPEND: _SAID,
    Event.RESUME: _SAID,
    Event.ASK_EXTEND: (
        _choice("reason", _("延期理由"), "extend_reasons"),
        FieldSpec(
            "days",
            _("延期天数"),
            "number",
            required=True,
            width="half",
            hint=_("与原时限同一种天数：工作日或自然日"),
        ),
        _note(_("说明")),
    ),
    Event.EXTEND: _SAID,
    Event.DECLINE: _OPINION,
    Event.UPLIFT: (_note(_("上报理由"), required=True),),
    Event.SPLIT: (
        FieldSpec("title", _("子单事项"), required=True, width="half"),
        _choice("taker", _("主办单位"), "takers"),
    ),
    Event.ASSIST_DONE: (
        _choice("taker", _("协办单位"), "assists"),
        _note(_("完成情况"), required=True, width="half"),
    ),
    Event.ASSIST_WAIVED: (
        _choice("taker", _("协办单位"), "assists"),
        _note(_("免除理由"), required=True, width="half"),
    ),
    Event.REMIND: _SAID,
    Event.SUPERVISE: (
        _choice("level", _("督办级别"), "levels", "radio"),
        _note(_("督办意见"), required=True),
    ),
    Event.FEEDBACK: (_note(_("反馈内容"), required=True),),
    Event.REPLY: (
        FieldSpec(
            "public_text",
            _("给诉求人的答复"),
            "textarea",
            required=True,
            rows=5,
            hint=_("面向群众，请用通俗的话；诉求人凭查询码能看到"),
        ),
        FieldSpec(
            "template",
            _("答复模板"),
            "select",
            width="half",
            options="reply_templates",
            hint=_("可不选；选后先看预览，再填入"),
        ),
        _note(_("内部说明"), width="half", hint=_("只有工作人员能看到")),
        FieldSpec(
            "private",
            _("不公开：只有诉求人本人能看到这份答复"),
            "checkbox",
            hint=_("不勾选的，办结后可能登上公示页"),
        ),
    ),
    Event.CALL_MISSED: _SAID,
    Event.CALLBACK: (
        _choice("result", _("是否解决"), "results", "radio"),
        _choice("satisfaction", _("是否满意"), "satisfactions", "radio"),
        FieldSpec("caller_name", _("回访人"), required=True, width="half"),
        _note(_("回访记录"), width="half"),
    ),
    Event.REDO: (_note(_("重办理由"), hint=_("诉求人不满意的，须写明理由")),),
    Event.CLOSE_OFF: (_note(_("销号意见")),),
}
