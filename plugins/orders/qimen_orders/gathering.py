"""Gather the facts that a row's guards look at, and no others."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from qimen_core.org.paths import parent
from qimen_core.timers import Limit, LimitUnit, Timer
from qimen_orders.clocks import running
from qimen_orders.dossier import ASSIST, CANDIDATE, Dossier
from qimen_orders.events import Event
from qimen_orders.inputs import Inputs
from qimen_orders.models import Order, OrderTaker
from qimen_orders.rules import ClockKind, Transition
from qimen_orders.situation import Situation
from qimen_orders.states import ASIDE_STATES, OPEN_STATES, State
from qimen_orders.takers import RUNGS, Taker

__all__ = [
    "Parties",
    "claimed_for",
    "next_rung",
    "parent_of",
    "parties_of",
    "situation_of",
    "target_of",
]

Facts = dict[str, object]

_ANSWERED = {state.value for state in (*ASIDE_STATES, State.REPLIED, State.EVALUATED, State.CLOSED)}


@dataclass(frozen=True, slots=True)
class Parties:
    """Whom the typed keys mean.

    Attributes:
        lead: The taker named as lead (dispatch), or for whom one claims.
        several: The candidates of a whistle, or the assists of a dispatch.
        unknown: Keys that mean nobody here.
    """

    lead: Taker | None
    several: tuple[Taker, ...]
    unknown: tuple[str, ...]


def situation_of(now: Dossier, row: Transition, inputs: Inputs) -> Situation:
    """Return the situation as it will stand once ``inputs`` are taken."""
    order, actor = now.order, now.ctx.actor
    name, user_id = _handler(now, row.event, inputs)
    facts: Facts = {
        "title": order.title,
        "category": inputs.category or order.category,
        "level": order.level,
        "handler_name": name,
        "handler_user_id": user_id,
        "actor_user_id": actor.user_id,
        "actor_name": actor.name,
        # A job acts; a person whose name is written down by the demo's loader does not.
        "by_system": actor.kind == "system",
        "result": order.result,
        "satisfaction": order.satisfaction,
        "hold_until": order.hold_until,
        "is_child": order.parent_id is not None,
    }
    for guard in row.guards:
        if guard in _FACTS:
            facts |= _FACTS[guard](now, inputs, row.event)
    return Situation(inputs=inputs, at=now.at, **facts)  # type: ignore[arg-type]


def parties_of(now: Dossier, inputs: Inputs) -> Parties:
    """Return the takers that the inputs name."""
    known = {taker.key: taker for taker in now.takers}
    key = inputs.taker or (f"unit:{inputs.lead_id}" if inputs.lead_id is not None else "")
    keys = inputs.takers or inputs.assists
    several = tuple(known[each] for each in keys if each in known)
    return Parties(known.get(key), several, tuple(each for each in keys if each not in known))


def next_rung(now: Dossier) -> str:
    """Return the next rung of the ladder that has takers who were not asked yet, else ``""``."""
    asked = {each.taker for each in now.open_parts(CANDIDATE)}
    here = RUNGS.index(now.order.rung) if now.order.rung in RUNGS else -1
    fresh = {taker.rung for taker in now.takers if taker.key not in asked}
    return next((rung for rung in RUNGS[here + 1 :] if rung in fresh), "")


def _handler(now: Dossier, event: Event, inputs: Inputs) -> tuple[str, int | None]:
    """Return who handles the order: whoever is named, else whoever claims it."""
    order, actor = now.order, now.ctx.actor
    if event is Event.DISPATCH:
        return inputs.handler_name.strip(), None
    if event is not Event.CLAIM:
        return order.handler_name, order.handler_user_id
    name = inputs.handler_name.strip() or order.handler_name or actor.name
    return name, actor.user_id if name == actor.name else None


def _leads(now: Dossier, inputs: Inputs, _event: Event) -> Facts:
    parties = parties_of(now, inputs)
    return {"lead_open": parties.lead is not None}


def _several(now: Dossier, inputs: Inputs, _event: Event) -> Facts:
    return {"unknown_takers": parties_of(now, inputs).unknown}


def _acting(now: Dossier, inputs: Inputs, _event: Event) -> Facts:
    """Whoever may claim at the lead's unit acts for the lead; so for each candidate."""
    if now.order.state == State.WHISTLED:
        return {"is_candidate": claimed_for(now, inputs) is not None}
    return {"is_candidate": now.may("claim", now.lead_path)}


def claimed_for(now: Dossier, inputs: Inputs) -> OrderTaker | None:
    """Return the candidate in whose name the actor claims: the one named, else the first."""
    waiting = now.open_parts(CANDIDATE)
    paths = now.unit_paths([each.unit_id for each in waiting])
    mine = [each for each in waiting if now.may("claim", paths.get(each.unit_id, ""))]
    return next((each for each in mine if inputs.taker in ("", each.taker)), None)


def _above(now: Dossier, _inputs: Inputs, event: Event) -> Facts:
    """One level up from the lead; at the root nobody stands higher."""
    up = parent(now.lead_path) or now.lead_path
    return {"above": now.may(event, up)}


def _target(now: Dossier, inputs: Inputs, _event: Event) -> Facts:
    return {"target_found": target_of(now, inputs) is not None}


def target_of(now: Dossier, inputs: Inputs) -> Order | None:
    """Return the open order of the same owner that a number names, never the order itself."""
    found = now.ctx.session.scalars(
        select(Order).where(
            Order.number == inputs.target.strip(),  # type: ignore[arg-type]
            Order.owner == now.order.owner,  # type: ignore[arg-type]
            Order.id != now.order.id,  # type: ignore[arg-type]
        )
    ).first()
    return found if found is not None and found.state in OPEN_STATES else None


def _returning(now: Dossier, _inputs: Inputs, _event: Event) -> Facts:
    order = now.order
    if order.dispatched_at is None:
        return {}
    allowed = Limit(now.settings.return_workdays, LimitUnit.WORKDAYS)
    return {"return_until": Timer(order.dispatched_at, allowed).due(now.calendar)}


def _asked(now: Dossier, _inputs: Inputs, _event: Event) -> Facts:
    if now.asked is None:
        return {}
    return {"asked": now.asked.kind, "asked_by": now.asked.asked_by}


def _suspending(now: Dossier, _inputs: Inputs, _event: Event) -> Facts:
    return {"longest": now.settings.suspension_days}


def _extending(now: Dossier, _inputs: Inputs, _event: Event) -> Facts:
    clock = now.handling
    granted = len(clock.extensions) if clock else 0
    by_days = clock is not None and clock.limit.unit is LimitUnit.DAYS
    longest = now.settings.extension_days if by_days else now.settings.extension_workdays
    left = now.settings.extensions - granted
    return {"longest": longest, "extensions_left": left, "due_at": clock and clock.due_at}


def _parent(now: Dossier, _inputs: Inputs, _event: Event) -> Facts:
    return {"has_parent": parent_of(now) is not None}


def parent_of(now: Dossier) -> Taker | None:
    """Return the unit above the lead, as a taker."""
    above = [
        taker
        for taker in now.takers
        if now.lead_path.startswith(taker.unit_path) and taker.unit_path != now.lead_path
    ]
    return max(above, key=lambda taker: len(taker.unit_path), default=None)


def _assisting(now: Dossier, inputs: Inputs, _event: Event) -> Facts:
    waiting = now.open_parts(ASSIST)
    paths = now.unit_paths([each.unit_id for each in waiting]) if waiting else {}
    lead = now.may("claim", now.lead_path)
    named = any(
        each.taker == inputs.taker and (lead or now.may("claim", paths.get(each.unit_id, "")))
        for each in waiting
    )
    return {"assists_open": tuple(each.label for each in waiting), "assist_named": named}


def _joint(now: Dossier, _inputs: Inputs, _event: Event) -> Facts:
    return {"children_open": now.count_parts(but_in=_ANSWERED)}


def _reminding(now: Dossier, _inputs: Inputs, _event: Event) -> Facts:
    last = now.last(Event.REMIND)
    if last is None:
        return {}
    return {"reminded_until": last.at + timedelta(days=now.settings.remind_days)}


def _feedback(now: Dossier, inputs: Inputs, _event: Event) -> Facts:
    runs = running(now.clocks, ClockKind.FEEDBACK) is not None
    return {"feedback_runs": runs, "is_candidate": now.may("claim", now.lead_path)}


def _ladder(now: Dossier, _inputs: Inputs, _event: Event) -> Facts:
    clock = running(now.clocks, ClockKind.CLAIM)
    over = clock is not None and clock.due_at is not None and now.at >= clock.due_at
    return {"rung_is_over": over and bool(next_rung(now))}


def _calling(now: Dossier, _inputs: Inputs, _event: Event) -> Facts:
    replied, settings = now.order.replied_at, now.settings
    return {
        "tries": now.count_since(Event.CALL_MISSED, replied),
        "tries_wanted": settings.callback_tries,
        "wait_until": replied and replied + timedelta(days=settings.callback_days),
    }


def _on_behalf(now: Dossier, _inputs: Inputs, _event: Event) -> Facts:
    return {"callback_on_behalf": now.settings.callback_on_behalf}


# Which facts a guard looks at, besides those that stand in the order itself.
_FACTS: Mapping[str, Callable[[Dossier, Inputs, Event], Facts]] = {
    "lead_named": _leads,
    "assists_fit": _several,
    "candidates_named": _several,
    "is_candidate": _acting,
    "is_lead": _acting,
    "lead_or_date_passed": _acting,
    "one_level_up": _above,
    "target_open": _target,
    "return_in_time": _returning,
    "nothing_asked": _asked,
    "something_asked": _asked,
    "suspension_asked": _asked,
    "extension_asked": _asked,
    "another_decides": _asked,
    "until_named": _suspending,
    "extensions_left": _extending,
    "not_yet_due": _extending,
    "days_named": _extending,
    "parent_exists": _parent,
    "assist_open": _assisting,
    "assists_ended": _assisting,
    "children_ended": _joint,
    "not_reminded_lately": _reminding,
    "feedback_wanted": _feedback,
    "rung_is_over": _ladder,
    "waited_and_tried": _calling,
    "caller_is_not_handler": _on_behalf,
}
