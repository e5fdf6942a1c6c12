"""What an event does besides changing the state: columns of the order, and rows beside it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from qimen_core import UnitOfWork
from qimen_core.timers import Limit
from qimen_orders.dossier import ASSIST, CANDIDATE, Dossier
from qimen_orders.events import Event
from qimen_orders.gathering import claimed_for, next_rung, parent_of, parties_of, target_of
from qimen_orders.inputs import Inputs
from qimen_orders.limits import extension_of
from qimen_orders.models import OrderRequest, OrderTaker
from qimen_orders.rules import Transition
from qimen_orders.situation import Situation
from qimen_orders.takers import RUNGS, Taker

__all__ = ["Deed", "columns_of", "extension_asked", "follow_up"]

Columns = dict[str, object]


@dataclass(frozen=True, slots=True)
class Deed:
    """A transition that is about to be made."""

    uow: UnitOfWork
    now: Dossier
    row: Transition
    inputs: Inputs
    situation: Situation

    @property
    def at(self) -> datetime:
        """When it happens."""
        return self.now.at


def columns_of(deed: Deed) -> Columns:
    """Return the order's columns that this transition sets, besides state and due time."""
    changes: Columns = {deed.row.stamp: deed.at} if deed.row.stamp else {}
    find = _COLUMNS.get(deed.row.event)
    return changes | (find(deed) if find else {})


def follow_up(deed: Deed) -> None:
    """Write the rows beside the order that this event asks for."""
    act = _FOLLOW_UPS.get(deed.row.event)
    if act is not None:
        act(deed)


def extension_asked(now: Dossier) -> Limit | None:
    """Return the extension that waits for a decision, if that is what waits."""
    asked = now.asked
    return Limit.parse(asked.allowed) if asked is not None and asked.kind == "extend" else None


def _accepted(deed: Deed) -> Columns:
    typed = {"category": deed.inputs.category, "kind": deed.inputs.kind}
    changes: Columns = {key: value for key, value in typed.items() if value}
    if deed.inputs.urgent is not None:
        changes["urgent"] = deed.inputs.urgent
    return changes


def _dispatched(deed: Deed) -> Columns:
    lead = parties_of(deed.now, deed.inputs).lead
    return {**_led_by(lead), "handler_name": deed.inputs.handler_name.strip(), "rung": ""}


def _led_by(lead: Taker | None) -> Columns:
    if lead is None:
        return {"lead_id": None, "taker": "", "lead_name": ""}
    return {"lead_id": lead.unit_id, "taker": lead.key, "lead_name": lead.label}


def _whistled(deed: Deed) -> Columns:
    rungs = [taker.rung for taker in parties_of(deed.now, deed.inputs).several]
    return {**_led_by(None), "handler_name": "", "rung": max(rungs, key=RUNGS.index)}


def _claimed(deed: Deed) -> Columns:
    changes: Columns = {
        "handler_name": deed.situation.handler_name.strip(),
        "handler_user_id": deed.inputs.handler_user_id or deed.situation.handler_user_id,
    }
    won = claimed_for(deed.now, deed.inputs) if deed.row.source == "whistled" else None
    if won is not None:
        changes |= {"lead_id": won.unit_id, "taker": won.taker, "lead_name": won.label}
    return changes


def _upheld(_deed: Deed) -> Columns:
    return {**_led_by(None), "handler_name": "", "handler_user_id": None}


def _suspended(deed: Deed) -> Columns:
    asked = deed.now.asked
    return {"hold": asked.reason, "hold_until": asked.until} if asked is not None else {}


def _uplifted(deed: Deed) -> Columns:
    return {**_led_by(parent_of(deed.now)), "handler_name": "", "handler_user_id": None}


def _merged(deed: Deed) -> Columns:
    target = target_of(deed.now, deed.inputs)
    return {"merged_into": target.id if target is not None else None}


def _redone(deed: Deed) -> Columns:
    return {
        "round": deed.now.order.round + 1,
        "result": "",
        "satisfaction": "",
        "replied_at": None,
        "evaluated_at": None,
    }


_COLUMNS: Mapping[Event, Callable[[Deed], Columns]] = {
    Event.ACCEPT: _accepted,
    Event.MERGE: _merged,
    Event.REDIRECT: lambda deed: {"sent_to": deed.inputs.body.strip()},
    Event.DISPATCH: _dispatched,
    Event.WHISTLE: _whistled,
    Event.WIDEN: lambda deed: {"rung": next_rung(deed.now)},
    Event.CLAIM: _claimed,
    Event.UPHOLD: _upheld,
    Event.SUSPEND: _suspended,
    Event.RESUME: lambda _deed: {"hold": "", "hold_until": None},
    Event.UPLIFT: _uplifted,
    Event.SUPERVISE: lambda deed: {"level": deed.inputs.level},
    Event.CALLBACK: lambda deed: {
        "result": deed.inputs.result,
        "satisfaction": deed.inputs.satisfaction,
    },
    Event.REDO: _redone,
}


def _add_parts(deed: Deed, part: str, takers: tuple[Taker, ...]) -> None:
    order = deed.now.order
    assert order.id is not None
    for taker in takers:
        deed.uow.session.add(
            OrderTaker(
                order_id=order.id,
                org_id=order.org_id,
                org_path=order.org_path,
                part=part,
                taker=taker.key,
                label=taker.label,
                reason=taker.reason,
                unit_id=taker.unit_id,
                rung=taker.rung,
                since=deed.at,
            )
        )


def _end_parts(deed: Deed, part: str, state: str, *, only: str = "") -> None:
    for row in deed.now.open_parts(part):
        if only in ("", row.taker):
            row.state, row.until = state, deed.at
            deed.uow.session.add(row)


def _call_candidates(deed: Deed) -> None:
    _add_parts(deed, CANDIDATE, parties_of(deed.now, deed.inputs).several)


def _call_more(deed: Deed) -> None:
    rung, asked = next_rung(deed.now), {row.taker for row in deed.now.open_parts(CANDIDATE)}
    more = (t for t in deed.now.takers if t.rung == rung and t.key not in asked)
    _add_parts(deed, CANDIDATE, tuple(more))


def _settle_candidates(deed: Deed) -> None:
    won = claimed_for(deed.now, deed.inputs) if deed.row.source == "whistled" else None
    if won is not None:
        _end_parts(deed, CANDIDATE, "won", only=won.taker)
    for row in deed.now.open_parts(CANDIDATE):
        row.state, row.until = "passed", deed.at
        deed.uow.session.add(row)


def _call_assists(deed: Deed) -> None:
    _end_parts(deed, ASSIST, "waived")
    _add_parts(deed, ASSIST, parties_of(deed.now, deed.inputs).several)


def _ask(kind: str) -> Callable[[Deed], None]:
    def write(deed: Deed) -> None:
        order, clock, actor = deed.now.order, deed.now.handling, deed.uow.ctx.actor
        assert order.id is not None
        assert clock is not None
        assert clock.id is not None
        days = deed.inputs.days if kind == "extend" else None
        deed.uow.session.add(
            OrderRequest(
                order_id=order.id,
                org_id=order.org_id,
                org_path=order.org_path,
                clock_id=clock.id,
                kind=kind,
                reason=deed.inputs.reason,
                until=deed.inputs.until if kind == "suspend" else None,
                allowed=str(extension_of(clock.limit, days)) if days else "",
                asked_at=deed.at,
                asked_by=actor.user_id,
                asked_name=actor.name,
            )
        )

    return write


def _decide(state: str) -> Callable[[Deed], None]:
    def write(deed: Deed) -> None:
        asked, clock = deed.now.asked, deed.now.handling
        assert asked is not None
        asked.state, asked.decided_at = state, deed.at
        asked.old_due_at = clock.due_at if clock is not None else None
        deed.uow.session.add(asked)

    return write


_FOLLOW_UPS: Mapping[Event, Callable[[Deed], None]] = {
    Event.DISPATCH: _call_assists,
    Event.WHISTLE: _call_candidates,
    Event.WIDEN: _call_more,
    Event.CLAIM: _settle_candidates,
    Event.ASK_SUSPEND: _ask("suspend"),
    Event.ASK_EXTEND: _ask("extend"),
    Event.SUSPEND: _decide("granted"),
    Event.EXTEND: _decide("granted"),
    Event.DECLINE: _decide("declined"),
    Event.ASSIST_DONE: lambda deed: _end_parts(deed, ASSIST, "done", only=deed.inputs.taker),
    Event.ASSIST_WAIVED: lambda deed: _end_parts(deed, ASSIST, "waived", only=deed.inputs.taker),
}
