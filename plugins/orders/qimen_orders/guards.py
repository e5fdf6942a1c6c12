"""The guards of the transition table: pure checks that name the field and the remedy."""

from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType

from qimen_core.i18n import translations
from qimen_orders.states import Result, Satisfaction

__all__ = ["GUARDS", "Inputs", "Situation", "check"]

_ = translations("qimen_orders")


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a person adds when moving an order. Fields a transition does not need stay empty.

    Args:
        note: The reason or opinion, seen by staff.
        public_text: The words the resident reads.
        reason: Code of the owner's table of reasons (not_accept).
        category: The owner's category code; ``accept`` may correct it.
        kind: Key of the limits (consult, help, complaint, suggestion); likewise.
        urgent: Whether it cannot wait; None leaves it as it is.
        lead_id: The unit that takes the lead (dispatch).
        handler_name: The person who handles it 承办人 (claim; may be named at dispatch).
        handler_user_id: That person's account; set by the engine when the handler claims.
        result: A ``Result`` value (callback).
        satisfaction: A ``Satisfaction`` value (callback).
        caller_name: The person who called back; empty is the acting user.
    """

    note: str = ""
    public_text: str = ""
    reason: str = ""
    category: str = ""
    kind: str = ""
    urgent: bool | None = None
    lead_id: int | None = None
    handler_name: str = ""
    handler_user_id: int | None = None
    result: str = ""
    satisfaction: str = ""
    caller_name: str = ""


@dataclass(frozen=True, slots=True)
class Situation:
    """The facts that guards look at, as they will stand after the inputs are taken.

    Args:
        title: The order's title.
        category: Its category code.
        handler_name: Who handles it.
        handler_user_id: That person's account, if known.
        actor_user_id: The account that acts; None for the public.
        actor_name: The name shown for that account.
        is_candidate: The actor may take orders of the lead unit.
        lead_open: The lead unit exists, is not archived and may be asked from here.
        callback_on_behalf: A handler may write down the call another person made.
        inputs: What was typed.
    """

    title: str
    category: str
    handler_name: str
    handler_user_id: int | None
    actor_user_id: int | None
    actor_name: str
    is_candidate: bool
    lead_open: bool
    callback_on_behalf: bool
    inputs: Inputs


Errors = dict[str, str]
Guard = Callable[[Situation], Errors]


def _required_fields(now: Situation) -> Errors:
    return {} if now.title.strip() else {"title": _("请填写标题：用一句话说明诉求")}


def _category_set(now: Situation) -> Errors:
    return {} if now.category else {"category": _("请先选择类别，再受理")}


def _reason_given(now: Situation) -> Errors:
    return {} if now.inputs.reason else {"reason": _("请选择不予受理的理由")}


def _resident_told(now: Situation) -> Errors:
    if now.inputs.public_text.strip():
        return {}
    return {"public_text": _("请写给诉求人看的说明，诉求人凭查询码能看到")}


def _lead_named(now: Situation) -> Errors:
    if now.inputs.lead_id is None:
        return {"lead_id": _("请选择主办单位")}
    return {} if now.lead_open else {"lead_id": _("该单位不能承办此事项，请另选主办单位")}


def _is_candidate(now: Situation) -> Errors:
    if now.is_candidate:
        return {}
    return {"lead_id": _("您不在主办单位的接单范围内，请由主办单位接单")}


def _handler_named(now: Situation) -> Errors:
    return {} if now.handler_name.strip() else {"handler_name": _("请填写承办人姓名")}


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


def _same(name: str) -> str:
    return "".join(name.split())


GUARDS: MappingProxyType[str, Guard] = MappingProxyType(
    {
        "required_fields": _required_fields,
        "category_set": _category_set,
        "reason_given": _reason_given,
        "resident_told": _resident_told,
        "lead_named": _lead_named,
        "is_candidate": _is_candidate,
        "handler_named": _handler_named,
        "outcome_given": _outcome_given,
        "caller_is_not_handler": _caller_is_not_handler,
    }
)


def check(names: tuple[str, ...], situation: Situation) -> Errors:
    """Return what the named guards object to: a sentence per field, empty when all agree."""
    errors: Errors = {}
    for name in names:
        errors.update(GUARDS[name](situation))
    return errors
