"""Who is to be called back: replied petitions, when each may be called, and by whom not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from qimen_core import Context, OrgUnit, scope
from qimen_orders import Event, Order, OrderHistory, State
from qimen_orders.settings import OrderSettings
from qimen_petitions.services import OWNER
from qimen_petitions.settings import PetitionSettings

__all__ = ["CALLBACK", "WaitingCall", "next_call", "tries_of", "waiting_calls"]

CALLBACK = f"{OWNER}.order.{Event.CALLBACK}"
# Who does not answer leaves by itself after some days, so there are never many.
_MOST = 500
_order: Any = Order.__table__.c  # type: ignore[attr-defined]
_line: Any = OrderHistory.__table__.c  # type: ignore[attr-defined]
_unit: Any = OrgUnit.__table__.c  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class WaitingCall:
    """A replied petition that nobody has been called about yet.

    Attributes:
        order_id: The order.
        number: Its number.
        title: Its title.
        unit: The name of its unit.
        replied_at: When it was answered, aware.
        tries: Calls so far that nobody took.
        tries_wanted: After how many the system gives up once the days have passed.
        ready_at: From when it may be called.
        ready: That moment has come.
        own: The reader handled it, so a colleague calls.
    """

    order_id: int
    number: str
    title: str
    unit: str
    replied_at: datetime
    tries: int
    tries_wanted: int
    ready_at: datetime
    ready: bool
    own: bool

    @property
    def callable(self) -> bool:
        """Whether the reader may call now."""
        return self.ready and not self.own


def waiting_calls(ctx: Context) -> list[WaitingCall]:
    """Return the petitions that wait for a call in the actor's reach, those to call now first."""
    wanted = (
        select(
            Order.id, Order.number, Order.title, OrgUnit.name, Order.org_path, Order.replied_at,  # type: ignore[call-overload]
            Order.handler_user_id, Order.handler_name,
        )
        .join(OrgUnit, _unit.id == _order.org_id)
        .where(_order.owner == OWNER, _order.state == State.REPLIED.value)
        .order_by(_order.replied_at, _order.id)
        .limit(_MOST)
    )  # fmt: skip
    with scope(ctx.session, ctx, CALLBACK):
        rows = ctx.session.execute(wanted).all()
    tries = tries_of(ctx, [row[0] for row in rows])
    habits: dict[str, tuple[PetitionSettings, OrderSettings]] = {}
    found = []
    for order_id, number, title, unit, path, replied_at, user_id, handler in rows:
        if path not in habits:
            habits[path] = (ctx.setting(PetitionSettings, path), ctx.setting(OrderSettings, path))
        petitions, orders = habits[path]
        missed = tries.get(order_id, ())
        ready_at = replied_at + timedelta(hours=petitions.callback_after_hours)
        if missed:
            ready_at = max(ready_at, missed[-1] + timedelta(hours=petitions.callback_again_hours))
        own = (user_id is not None and user_id == ctx.actor.user_id) or handler == ctx.actor.name
        found.append(
            WaitingCall(
                order_id, number, title, unit, replied_at, len(missed), orders.callback_tries,
                ready_at, ctx.now >= ready_at, own,
            )
        )  # fmt: skip
    return sorted(found, key=lambda each: (not each.callable, not each.ready))


def tries_of(ctx: Context, order_ids: Sequence[int]) -> dict[int, tuple[datetime, ...]]:
    """Return when each order was called in vain since its last reply, oldest first."""
    replied = (
        select(_line.order_id, func.max(_line.id).label("id"))
        .where(_line.order_id.in_(list(order_ids)), _line.event == Event.REPLY.value)
        .group_by(_line.order_id)
        .subquery()
    )
    wanted = (
        select(OrderHistory.order_id, OrderHistory.at)  # type: ignore[call-overload]
        .join(replied, replied.c.order_id == _line.order_id)
        .where(_line.event == Event.CALL_MISSED.value, _line.id > replied.c.id)
        .order_by(_line.id)
    )
    found: dict[int, tuple[datetime, ...]] = {}
    with scope(ctx.session, ctx, CALLBACK):
        for order_id, at in ctx.session.execute(wanted):
            found[order_id] = (*found.get(order_id, ()), at)
    return found


def next_call(ctx: Context, after: int = 0) -> int | None:
    """Return the order to call about next, None when nobody is left.

    Args:
        ctx: Who calls.
        after: The order just called about, which is passed over.
    """
    return next(
        (call.order_id for call in waiting_calls(ctx) if call.callable and call.order_id != after),
        None,
    )
