"""The guards of the transition table: pure checks that name the field and the remedy."""

from collections.abc import Callable
from datetime import datetime, timedelta
from types import MappingProxyType

from qimen_core.clock import local
from qimen_core.i18n import translations
from qimen_orders.situation import Situation
from qimen_orders.states import LEVEL_LABELS, Result, Satisfaction

__all__ = ["GUARDS", "check"]

_ = translations("qimen_orders")


Errors = dict[str, str]
Guard = Callable[[Situation], Errors]


def _unless(holds: bool, name: str, sentence: str) -> Errors:
    return {} if holds else {name: sentence}


def _required_fields(now: Situation) -> Errors:
    return _unless(bool(now.title.strip()), "title", _("请填写标题：用一句话说明诉求"))


def _category_set(now: Situation) -> Errors:
    return _unless(bool(now.category), "category", _("请先选择类别，再受理"))


def _reason_given(now: Situation) -> Errors:
    return _unless(bool(now.inputs.reason), "reason", _("请选择理由"))


def _text_given(now: Situation) -> Errors:
    return _unless(bool(now.inputs.note.strip()), "note", _("请写明意见"))


def _resident_told(now: Situation) -> Errors:
    told = bool(now.inputs.public_text.strip())
    return _unless(told, "public_text", _("请写给诉求人看的说明，诉求人凭查询码能看到"))


def _target_open(now: Situation) -> Errors:
    if not now.inputs.target.strip():
        return {"target": _("请填写并入哪一件的编号")}
    return _unless(
        now.target_found, "target", _("没有找到这个编号的在办事项，请核对编号；不能并入自己")
    )


def _body_named(now: Situation) -> Errors:
    return _unless(bool(now.inputs.body.strip()), "body", _("请写明转送给哪个单位"))


def _lead_named(now: Situation) -> Errors:
    if now.inputs.lead_id is None and not now.inputs.taker:
        return {"taker": _("请选择主办单位")}
    return _unless(now.lead_open, "taker", _("该单位不能承办此事项，请另选主办单位"))


def _assists_fit(now: Situation) -> Errors:
    if now.unknown_takers:
        return {"assists": _("所选协办单位中有的不能承办此事项，请重新选择")}
    same = bool(now.inputs.taker) and now.inputs.taker in now.inputs.assists
    return _unless(not same, "assists", _("主办单位不必再选为协办"))


def _candidates_named(now: Situation) -> Errors:
    if not now.inputs.takers:
        return {"takers": _("请至少选择一个吹哨对象")}
    return _unless(not now.unknown_takers, "takers", _("所选对象中有的不能接单，请重新选择"))


def _by_system(now: Situation) -> Errors:
    return _unless(now.by_system, "", _("此步骤由系统按期限自动办理"))


def _rung_is_over(now: Situation) -> Errors:
    return _unless(now.rung_is_over, "", _("本级接单时限未到，或已没有更大的范围"))


def _is_candidate(now: Situation) -> Errors:
    return _unless(now.is_candidate, "taker", _("您不在主办单位的接单范围内，请由主办单位接单"))


def _is_lead(now: Situation) -> Errors:
    return _unless(now.is_candidate, "", _("此事项由主办单位办理，您不在主办单位的范围内"))


def _one_level_up(now: Situation) -> Errors:
    return _unless(now.above, "", _("须由主办单位的上一级决定"))


def _return_in_time(now: Situation) -> Errors:
    if now.return_until is None or now.at <= now.return_until:
        return {}
    text = _("退单时限已过（{until}），请接单后申请延期，或上报")
    return {"": text.format(until=_moment(now.return_until))}


def _nothing_asked(now: Situation) -> Errors:
    return _unless(not now.asked, "", _("还有一项申请没有批复，请等批复后再办"))


def _something_asked(now: Situation) -> Errors:
    return _unless(bool(now.asked), "", _("没有待批复的申请"))


def _suspension_asked(now: Situation) -> Errors:
    return _unless(now.asked == "suspend", "", _("没有待批复的挂起申请"))


def _extension_asked(now: Situation) -> Errors:
    return _unless(now.asked == "extend", "", _("没有待批复的延期申请"))


def _another_decides(now: Situation) -> Errors:
    own = now.asked_by is not None and now.asked_by == now.actor_user_id
    return _unless(not own, "", _("申请人不能批复自己的申请，请由负责人批复"))


def _until_named(now: Situation) -> Errors:
    until = now.inputs.until
    if until is None:
        return {"until": _("请填写挂起到哪一天")}
    if until <= now.at:
        return {"until": _("挂起截止日须晚于今天")}
    last = now.at + timedelta(days=now.longest)
    text = _("每次最多挂起 {days} 天，请填 {last} 或更早的日期")
    fits = until <= last
    return _unless(fits, "until", text.format(days=now.longest, last=f"{local(last):%Y-%m-%d}"))


def _lead_or_date_passed(now: Situation) -> Errors:
    passed = now.by_system and now.hold_until is not None and now.at >= now.hold_until
    if now.by_system:
        return _unless(passed, "", _("挂起截止日未到"))
    return _is_lead(now)


def _not_yet_due(now: Situation) -> Errors:
    late = now.due_at is not None and now.at > now.due_at
    return _unless(not late, "", _("办理时限已过，不能再申请延期，请尽快答复"))


def _extensions_left(now: Situation) -> Errors:
    return _unless(now.extensions_left > 0, "", _("延期次数已用完"))


def _days_named(now: Situation) -> Errors:
    if now.inputs.days is None or now.inputs.days < 1:
        return {"days": _("请填写延期几天")}
    text = _("每次最多延期 {days} 天").format(days=now.longest)
    return _unless(now.inputs.days <= now.longest, "days", text)


def _parent_exists(now: Situation) -> Errors:
    return _unless(now.has_parent, "", _("主办单位没有上一级，不能上报"))


def _is_no_child(now: Situation) -> Errors:
    return _unless(not now.is_child, "", _("子单不能再拆分"))


def _assist_open(now: Situation) -> Errors:
    return _unless(now.assist_named, "taker", _("请选择尚未完成的协办单位"))


def _assists_ended(now: Situation) -> Errors:
    text = _("协办尚未完成：{names}。请等协办完成，或免除协办后再答复")
    return _unless(not now.assists_open, "", text.format(names="、".join(now.assists_open)))


def _children_ended(now: Situation) -> Errors:
    text = _("还有 {count} 件子单没有答复，请等子单答复后再答复").format(count=now.children_open)
    return _unless(not now.children_open, "", text)


def _not_reminded_lately(now: Situation) -> Errors:
    if now.reminded_until is None or now.at >= now.reminded_until:
        return {}
    text = _("不久前已催办，{until} 后可再催")
    return {"": text.format(until=_moment(now.reminded_until))}


def _level_rises(now: Situation) -> Errors:
    level = now.inputs.level
    if level not in LEVEL_LABELS:
        return {"level": _("请选择督办级别")}
    return _unless(level > now.level, "level", _("督办级别只能升高"))


def _feedback_wanted(now: Situation) -> Errors:
    return _unless(now.feedback_runs and now.is_candidate, "", _("没有等您反馈的督办"))


def _outcome_given(now: Situation) -> Errors:
    errors: Errors = {}
    if now.inputs.result not in set(Result):
        errors["result"] = _("请选择是否解决")
    if now.inputs.satisfaction not in set(Satisfaction):
        errors["satisfaction"] = _("请选择是否满意")
    return errors


def _caller_is_not_handler(now: Situation) -> Errors:
    """Whoever handled the matter does not ask whether it went well (DOMAIN.md §4)."""
    caller = _same(now.inputs.caller_name) or _same(now.actor_name)
    if caller == _same(now.handler_name):
        return {
            "caller_name": _("回访人不能是承办人{name}，请由另一人回访，并填写其姓名").format(
                name=now.handler_name
            )
        }
    acts_for_another = caller != _same(now.actor_name)
    handled_it = now.actor_user_id is not None and now.actor_user_id == now.handler_user_id
    if handled_it and not (acts_for_another and now.callback_on_behalf):
        return {"caller_name": _("您是承办人，请由另一人登录后登记回访")}
    return {}


def _handler_named(now: Situation) -> Errors:
    return _unless(bool(now.handler_name.strip()), "handler_name", _("请填写承办人姓名"))


def _waited_and_tried(now: Situation) -> Errors:
    waited = now.wait_until is not None and now.at >= now.wait_until
    tried = now.tries >= now.tries_wanted
    return _unless(waited and tried, "", _("等待天数未满，或回访次数不够"))


def _redo_grounded(now: Situation) -> Errors:
    if now.result == Result.UNSOLVED:
        return {}
    if now.satisfaction != Satisfaction.DISSATISFIED:
        return {"": _("诉求人说未解决，或不满意并有理由的，才能重办")}
    return _unless(bool(now.inputs.note.strip()), "note", _("请写明诉求人不满意的理由"))


def _same(name: str) -> str:
    return "".join(name.split())


def _moment(moment: datetime) -> str:
    return f"{local(moment):%m-%d %H:%M}"


# A guard's name in the table is its function's.
GUARDS: MappingProxyType[str, Guard] = MappingProxyType(
    {
        guard.__name__[1:]: guard
        for guard in (
            _another_decides, _assist_open, _assists_ended, _assists_fit, _body_named,
            _by_system, _caller_is_not_handler, _candidates_named, _category_set,
            _children_ended, _days_named, _extension_asked, _extensions_left, _feedback_wanted,
            _handler_named, _is_candidate, _is_lead, _is_no_child, _lead_named,
            _lead_or_date_passed, _level_rises, _not_reminded_lately, _not_yet_due,
            _nothing_asked, _one_level_up, _outcome_given, _parent_exists, _reason_given,
            _redo_grounded, _required_fields, _resident_told, _return_in_time, _rung_is_over,
            _something_asked, _suspension_asked, _target_open, _text_given, _until_named,
            _waited_and_tried,
        )
    }
)  # fmt: skip


def check(names: tuple[str, ...], situation: Situation) -> Errors:
    """Return what the named guards object to: a sentence per field, empty when all agree.

    Of two objections to one field the first one named stands.
    """
    errors: Errors = {}
    for name in names:
        errors = {**GUARDS[name](situation), **errors}
    return errors
