"""Gather the facts that the guards look at."""

from qimen_core import Context
from qimen_core.org.queries import Unit, ancestors
from qimen_orders.guards import Inputs, Situation
from qimen_orders.models import Order
from qimen_orders.settings import OrderSettings
from qimen_orders.states import Event

__all__ = ["lead_candidates", "situation_of"]

# Whoever may be asked to take the lead: the unit where the matter lies and those above it.
_LEAD_KINDS = ("community", "township", "county")


def lead_candidates(ctx: Context, path: str) -> list[Unit]:
    """Return the units that may take the lead for a matter at ``path``, nearest first."""
    way_up = ancestors(ctx, path, itself=True)
    open_units = [unit for unit in way_up if unit.valid_to is None]
    return [unit for unit in reversed(open_units) if unit.kind in _LEAD_KINDS or unit.path == path]


def situation_of(ctx: Context, order: Order, event: Event, inputs: Inputs) -> Situation:
    """Return the situation as it will stand once ``inputs`` are taken."""
    candidates = lead_candidates(ctx, order.org_path)
    lead_id = inputs.lead_id if event is Event.DISPATCH else order.lead_id
    lead = next((unit for unit in candidates if unit.id == lead_id), None)
    name, user_id = _handler(ctx, order, event, inputs)
    settings = ctx.setting(OrderSettings, order.org_path)
    return Situation(
        title=order.title,
        category=inputs.category or order.category,
        handler_name=name,
        handler_user_id=user_id,
        actor_user_id=ctx.actor.user_id,
        actor_name=ctx.actor.name,
        is_candidate=lead is not None and ctx.can(f"{order.owner}.order.claim", lead.path),
        lead_open=lead is not None,
        callback_on_behalf=settings.callback_on_behalf,
        inputs=inputs,
    )


def _handler(ctx: Context, order: Order, event: Event, inputs: Inputs) -> tuple[str, int | None]:
    """Return who handles the order: whoever is named, else whoever claims it."""
    if event is Event.DISPATCH:
        return inputs.handler_name.strip(), None
    if event is not Event.CLAIM:
        return order.handler_name, order.handler_user_id
    name = inputs.handler_name.strip() or order.handler_name or ctx.actor.name
    return name, ctx.actor.user_id if name == ctx.actor.name else None
