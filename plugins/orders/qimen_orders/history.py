"""The history of an order: one line a move, append-only, and the event that tells of it."""

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from qimen_core import UnitOfWork
from qimen_core.i18n import translations
from qimen_orders.dossier import Dossier
from qimen_orders.effects import Deed, extension_asked
from qimen_orders.events import Event
from qimen_orders.foretelling import deadline_text
from qimen_orders.gathering import next_rung, parties_of
from qimen_orders.models import Order, OrderHistory
from qimen_orders.states import LEVEL_LABELS
from qimen_orders.takers import RUNG_LABELS

__all__ = ["CLOCKS", "TRANSITIONED", "detail_of", "last_line", "tell", "write_line"]

_ = translations("qimen_orders")

TRANSITIONED = "orders.order.transitioned"
CLOCKS = "clocks"
"""Where a line's ``before`` keeps which clocks there were, and when each had stopped."""

_LONGEST = 400


def last_line(session: Session, order_id: int) -> OrderHistory | None:
    """Return the newest line of an order's history."""
    lines = select(OrderHistory).where(OrderHistory.order_id == order_id)  # type: ignore[arg-type]
    return session.scalars(lines.order_by(OrderHistory.id.desc()).limit(1)).first()  # type: ignore[union-attr]


def write_line(
    deed: Deed, source: str, detail: str, before: Mapping[str, object] | None = None
) -> None:
    """Write the line of a move and tell those who listen.

    Args:
        deed: The move; its order stands as it does afterwards.
        source: The state it left.
        detail: What the event did, in a sentence.
        before: The order's columns as they were, where the move may be taken back.
    """
    order, inputs, actor = deed.now.order, deed.inputs, deed.uow.ctx.actor
    assert order.id is not None
    deed.uow.session.add(
        OrderHistory(
            order_id=order.id,
            org_id=order.org_id,
            org_path=order.org_path,
            at=deed.at,
            event=deed.row.event.value,
            source=source,
            target=order.state,
            round=order.round,
            actor_id=actor.user_id,
            actor_name=actor.name,
            subject_name=inputs.caller_name.strip() or inputs.handler_name.strip(),
            lead_id=order.lead_id if deed.row.event in _NAMES_LEAD else None,
            lead_name=order.lead_name if deed.row.event in _NAMES_LEAD else "",
            reason=inputs.reason,
            note=inputs.note.strip(),
            public_text=inputs.public_text.strip(),
            detail=detail[:_LONGEST],
            key=inputs.key,
            before=_storable(deed, before) if before is not None else None,
        )
    )
    tell(deed.uow, order, deed.row.event, source)
    deed.uow.session.flush()


def tell(uow: UnitOfWork, order: Order, event: str, source: str) -> None:
    """Put into the outbox that an order was moved."""
    payload = {
        "order_id": order.id,
        "owner": order.owner,
        "event": str(event),
        "source": source,
        "target": order.state,
    }
    uow.emit(TRANSITIONED, payload, order.org_path)


def detail_of(deed: Deed) -> str:
    """Return what the event does, in a sentence for the timeline; asked before it is done."""
    say = _DETAILS.get(deed.row.event)
    done = say(deed) if say is not None else ""
    return "；".join(part for part in (done, deed.inputs.remark.strip()) if part)


_NAMES_LEAD = {Event.DISPATCH, Event.CLAIM, Event.UPLIFT}


def _storable(deed: Deed, before: Mapping[str, object]) -> dict[str, object]:
    clocks = {str(clock.id): clock.stopped_at for clock in deed.now.clocks}
    return {
        **{name: _plain(value) for name, value in before.items()},
        CLOCKS: {name: _plain(value) for name, value in clocks.items()},
    }


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value


def _names(deed: Deed) -> str:
    return "、".join(taker.label for taker in parties_of(deed.now, deed.inputs).several)


def _assists(deed: Deed) -> str:
    names = _names(deed)
    return _("协办单位：{names}").format(names=names) if names else ""


def _day(moment: datetime | None) -> str:
    return deadline_text(moment) if moment is not None else ""


def _asked_until(deed: Deed) -> str:
    return _("申请挂起到 {until}").format(until=_day(deed.inputs.until))


def _suspended(deed: Deed) -> str:
    asked = deed.now.asked
    if asked is None:
        return ""
    text = _("{name}申请，挂起到 {until}")
    return text.format(name=asked.asked_name, until=_day(asked.until))


def _extended(deed: Deed) -> str:
    asked, limit, clock = deed.now.asked, extension_asked(deed.now), deed.now.handling
    if asked is None or limit is None or clock is None:
        return ""
    text = _("{name}申请，延期 {limit}，原期限 {old}")
    return text.format(name=asked.asked_name, limit=limit.label, old=_day(clock.due_at))


def _assist(deed: Deed) -> str:
    named = [row.label for row in deed.now.parts if row.taker == deed.inputs.taker]
    return named[-1] if named else ""


def _claimed(deed: Deed) -> str:
    late = _late_claim(deed.now)
    return str(_("接单已超时")) if late else ""


def _late_claim(now: Dossier) -> bool:
    due = [clock.due_at for clock in now.clocks if clock.kind == "claim" and clock.runs]
    return any(moment is not None and now.at > moment for moment in due)


_DETAILS: Mapping[Event, Callable[[Deed], str]] = {
    Event.MERGE: lambda deed: _("并入 {number}").format(number=deed.inputs.target.strip()),
    Event.REDIRECT: lambda deed: _("转送：{body}").format(body=deed.inputs.body.strip()),
    Event.DISPATCH: _assists,
    Event.WHISTLE: lambda deed: _("吹哨对象：{names}").format(names=_names(deed)),
    Event.WIDEN: lambda deed: _("扩大到：{rung}").format(rung=RUNG_LABELS[next_rung(deed.now)]),
    Event.CLAIM: _claimed,
    Event.ASK_SUSPEND: _asked_until,
    Event.SUSPEND: _suspended,
    Event.ASK_EXTEND: lambda deed: _("申请延期 {days} 天").format(days=deed.inputs.days),
    Event.EXTEND: _extended,
    Event.ASSIST_DONE: _assist,
    Event.ASSIST_WAIVED: _assist,
    Event.SUPERVISE: lambda deed: str(LEVEL_LABELS[deed.inputs.level or 1]),
}
