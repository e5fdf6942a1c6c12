"""The resident's own 催办 by code: once in so many days, and whoever handles it hears of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import select

from qimen_core import Conflict, Context, InvalidInput, scope, translations, unit_of_work
from qimen_core.org.queries import get_unit
from qimen_orders import (
    OPEN_STATES,
    Event,
    Happening,
    Inputs,
    Order,
    OrderHistory,
    State,
)
from qimen_orders import move as move_order
from qimen_orders.settings import OrderSettings
from qimen_petitions.services import OWNER
from qimen_web.notices import notify, notify_account

__all__ = ["REMIND", "Reminding", "hear_reminder", "remind", "reminding"]

_ = translations("qimen_petitions")

REMIND: Final = "petitions.case.remind"
_MOVE: Final = f"{OWNER}.order.{Event.REMIND}"
_READ: Final = f"{OWNER}.order.read"
_SELF = _("诉求人本人")
# After the answer there is nothing to wait for: the resident evaluates it.
_WAITING: Final = OPEN_STATES - {State.REPLIED, State.EVALUATED}
_line: Any = OrderHistory.__table__.c  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Reminding:
    """What the tracking page says of reminding.

    Attributes:
        days: Calendar days between two of them.
        last: When it was done last, by whom ever; None if never.
        again: From when on it may be done again; None for now.
    """

    days: int
    last: datetime | None
    again: datetime | None


def reminding(ctx: Context, order: Order, timeline: Sequence[Happening]) -> Reminding | None:
    """Return what the resident may do about reminding, None where there is nothing to wait for."""
    if order.state not in {state.value for state in _WAITING}:
        return None
    days = ctx.setting(OrderSettings, order.org_path).remind_days
    last = max((each.at for each in timeline if each.event == Event.REMIND), default=None)
    again = last + timedelta(days=days) if last is not None else None
    return Reminding(days, last, again if again is not None and again > ctx.now else None)


def remind(ctx: Context, order_id: int, key: str) -> bool:
    """Write the resident's reminder down and return whether there is one of this key now.

    Sent twice it is one; too soon after another it is none. Of two at the same moment the database
    lets one through.

    Args:
        ctx: The public's; whose case it is, code and phone have shown.
        order_id: The order.
        key: The form's.
    """
    system = ctx.qimen.system_context(ctx.session, str(_SELF))
    with scope(ctx.session, system, _READ):
        order = ctx.session.get(Order, order_id)
        if order is None or order.state not in {state.value for state in _WAITING}:
            return False
        unit = order.org_path
    inputs = Inputs(note=str(_("诉求人凭查询码催办")), key=key)
    subject = f"orders_order:{order_id}"
    try:
        with unit_of_work(system, REMIND, permission=_MOVE, subject=subject, unit=unit) as uow:
            move_order(uow, order_id, Event.REMIND, inputs)
    except (Conflict, InvalidInput):
        return False
    return True


def hear_reminder(
    ctx: Context, event: str, payload: Mapping[str, object], actor_id: int | None
) -> None:
    """Tell whoever handles a petition that it was reminded of: the handler, else the lead unit.

    Args:
        ctx: The system's.
        event: The event; those of other kinds and other owners are passed over.
        payload: As ``qimen_orders`` documents it.
        actor_id: Who reminded; None for the resident.
    """
    wanted = event == "orders.order.transitioned" and payload.get("owner") == OWNER
    if not wanted or payload["event"] != Event.REMIND:
        return
    with scope(ctx.session, ctx, _READ):
        order = ctx.session.get(Order, payload["order_id"])
        if order is None or order.state != payload["target"]:
            return
        mine = (_line.order_id == order.id, _line.event == Event.REMIND.value)
        last = select(OrderHistory).where(*mine).order_by(_line.id.desc()).limit(1)
        line = ctx.session.scalars(last).one()
        key = f"petitions.order:{order.id}:reminded:{line.id}"
        url, subject, unit = f"/petitions/{order.id}", f"orders_order:{order.id}", order.org_path
        handler, where = order.handler_user_id, order.lead_id or order.org_id
        place, number = get_unit(ctx, order.org_id), order.number
    said = _("催办：{number}") if actor_id else _("诉求人催办：{number}")
    text = said.format(number=number)
    with unit_of_work(ctx, REMIND, permission=_READ, subject=subject, unit=unit) as uow:
        told = None
        if handler is not None and handler != actor_id:
            told = notify_account(
                uow, handler, place, permission=_READ, text=text, url=url, key=key
            )
        if told is None:
            notify(uow, where, permission=_READ, text=text, url=url, key=key, by=actor_id)
