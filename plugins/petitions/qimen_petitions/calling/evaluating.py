"""The resident's own word by code: once, within the limit; the office hears of an unhappy one."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from qimen_core import Conflict, Context, scope, translations, unit_of_work
from qimen_orders import Event, Inputs, Order, Result, Satisfaction, State
from qimen_orders import move as move_order
from qimen_petitions.calling.forms import EvaluationForm
from qimen_petitions.services import OWNER
from qimen_petitions.settings import PetitionSettings
from qimen_web.notices import notify

__all__ = ["EVALUATE", "evaluate", "hear_unhappy", "may_evaluate"]

_ = translations("qimen_petitions")

EVALUATE: Final = "petitions.case.evaluate"
_CALLBACK: Final = f"{OWNER}.order.{Event.CALLBACK}"
_REDO: Final = f"{OWNER}.order.{Event.REDO}"
_READ: Final = f"{OWNER}.order.read"
_SELF = _("诉求人本人")


def may_evaluate(ctx: Context, order: Order) -> bool:
    """Say whether the resident may say now what they think of the answer."""
    settings = ctx.setting(PetitionSettings, order.org_path)
    if not settings.own_evaluation or order.state != State.REPLIED or order.replied_at is None:
        return False
    return ctx.now < order.replied_at + timedelta(days=settings.evaluation_days)


def evaluate(ctx: Context, order_id: int, typed: EvaluationForm) -> bool:
    """Write down the resident's own evaluation and return whether it counted.

    Sent twice it counts once; it does not count where the office has called meanwhile, or too
    late. Of two at the same moment the database lets one through.

    Args:
        ctx: The public's; whose case it is, code and phone have shown.
        order_id: The order.
        typed: What the resident says.
    """
    system = ctx.qimen.system_context(ctx.session, str(_SELF))
    with scope(ctx.session, system, _READ):
        order = ctx.session.get(Order, order_id)
        if order is None or not may_evaluate(system, order):
            return False
        unit = order.org_path
    inputs = Inputs(
        result=typed.result,
        satisfaction=typed.satisfaction,
        caller_name=str(_SELF),
        note=typed.note,
        key=typed.key,
    )
    subject = f"orders_order:{order_id}"
    try:
        with unit_of_work(
            system, EVALUATE, permission=_CALLBACK, subject=subject, unit=unit
        ) as uow:
            move_order(uow, order_id, Event.CALLBACK, inputs)
    except Conflict:
        return False
    return True


def hear_unhappy(
    ctx: Context, event: str, payload: Mapping[str, object], actor_id: int | None
) -> None:
    """Tell the unit that a resident says by code: not solved, or not content.

    Args:
        ctx: The system's.
        event: The event.
        payload: As ``qimen_orders`` documents it.
        actor_id: None for the resident; what staff wrote down they know.
    """
    wanted = event == "orders.order.transitioned" and payload.get("owner") == OWNER
    if not wanted or payload["event"] != Event.CALLBACK or actor_id is not None:
        return
    with scope(ctx.session, ctx, _READ):
        order = ctx.session.get(Order, payload["order_id"])
        if order is None or order.state != State.EVALUATED:
            return
        unhappy = Result.UNSOLVED, Satisfaction.DISSATISFIED
        if order.result != unhappy[0] and order.satisfaction != unhappy[1]:
            return
        where, unit, number = order.org_id, order.org_path, order.number
        key = f"petitions.order:{order.id}:unhappy:{order.round}"
        url, subject = f"/petitions/{order.id}", f"orders_order:{order.id}"
    text = _("诉求人评价为未解决或不满意：{number}，请看是否重办").format(number=number)
    with unit_of_work(ctx, EVALUATE, permission=_READ, subject=subject, unit=unit) as uow:
        notify(uow, where, permission=_REDO, text=text, url=url, key=key)
