"""Deliveries that were given up: to be looked at, and tried again once the cause is mended."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, or_, select, update

from qimen_core.context import Context
from qimen_core.db.work import unit_of_work
from qimen_core.errors import NotFound
from qimen_core.events.models import Outbox, OutboxDelivery

__all__ = ["MANAGE", "DeadDelivery", "dead_deliveries", "try_again"]

MANAGE: Final = "core.system.manage"
_SHOWN: Final = 50
_E: Any = Outbox
_D: Any = OutboxDelivery


@dataclass(frozen=True, slots=True)
class DeadDelivery:
    """An event that a plugin never took; ``event`` and ``plugin`` are names for people."""

    outbox_id: int
    plugin: str
    event_label: str
    plugin_label: str
    created_at: datetime
    attempts: int
    error: str


def dead_deliveries(ctx: Context) -> list[DeadDelivery]:
    """Return the latest 50 deliveries that were given up in the actor's reach, newest first."""
    registry = ctx.qimen.registry
    wanted = (
        select(_E.id, _D.plugin, _E.event, _E.created_at, _D.attempts, _D.error)
        .join_from(OutboxDelivery, Outbox, _E.id == _D.outbox_id)
        .where(_D.state == "dead", _reach(ctx))
        .order_by(_E.id.desc(), _D.plugin)
        .limit(_SHOWN)
    )
    found = []
    for outbox_id, plugin, event, at, attempts, error in ctx.session.execute(wanted):
        kind, owner = registry.events.get(event), registry.plugins.get(plugin)
        event_label = str(kind.label) if kind else event
        plugin_label = str(owner.meta.label) if owner else plugin
        found.append(
            DeadDelivery(outbox_id, plugin, event_label, plugin_label, at, attempts, error)
        )
    return found


def try_again(ctx: Context, outbox_id: int, plugin: str) -> None:
    """Queue a delivery that was given up once more, with all its tries.

    Raises:
        NotFound: There is none in reach, or it is no longer given up.
    """
    subject = f"core_outbox:{outbox_id}:{plugin}"
    event = select(_E.id, _E.org_path).where(_E.id == outbox_id, _reach(ctx))
    row = ctx.session.execute(event).first()
    if row is None:
        raise NotFound
    with unit_of_work(
        ctx, "core.outbox.retry", permission=MANAGE, subject=subject, unit=row.org_path
    ) as uow:
        again = update(OutboxDelivery).where(
            _D.outbox_id == outbox_id, _D.plugin == plugin, _D.state == "dead"
        )
        if not uow.claim(again.values(state="pending", attempts=0, not_before=ctx.now, error="")):
            raise NotFound
        # Open again, or the purge would take it for an event that everybody has.
        uow.claim(update(Outbox).where(_E.id == outbox_id).values(delivered_at=None))


def _reach(ctx: Context) -> ColumnElement[bool]:
    # What belongs to no unit is the business of whoever looks after the system.
    return or_(ctx.visible(MANAGE, _E.org_path), _E.org_path == "")
