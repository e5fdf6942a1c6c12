"""The facts that guards look at."""

from dataclasses import dataclass
from datetime import datetime

from qimen_orders.inputs import Inputs

__all__ = ["Situation"]


@dataclass(frozen=True, slots=True)
class Situation:
    """The facts that guards look at, as they will stand after the inputs are taken.

    Only the facts that the row's guards need are gathered; the others keep their defaults.

    Args:
        inputs: What was typed.
        at: When it happens.
        title: The order's title.
        category: Its category code.
        level: The level of supervision that it stands at.
        handler_name: Who handles it.
        handler_user_id: That person's account, if known.
        actor_user_id: The account that acts; None for the public.
        actor_name: The name shown for that account.
        by_system: The system acts.
        is_candidate: The actor may act for the lead, or for one of the candidates.
        above: The actor's right reaches the unit above the lead.
        lead_open: The lead named is among the takers offered.
        unknown_takers: Keys typed that are not among the takers offered.
        callback_on_behalf: A handler may write down the call another person made.
        target_found: The order named to merge into is open, another one, and in reach.
        return_until: Until when it may be returned.
        asked: Kind of the request that waits: ``suspend``, ``extend`` or none.
        asked_by: Whose request it is.
        longest: Days that an extension or a suspension may take.
        extensions_left: How many more extensions may be granted.
        due_at: When the handling clock is due.
        hold_until: Until when it is suspended.
        has_parent: There is a unit above the lead.
        is_child: It is part of a joint order.
        assists_open: Assists that are neither done nor waived.
        assist_named: The assist named is open, and the actor may act for it.
        children_open: Parts of a joint order that are not answered yet.
        reminded_until: Until when it may not be reminded of again.
        feedback_runs: A feedback is awaited.
        rung_is_over: The claim clock of the rung has run out and there is another rung.
        tries: Calls that were not answered.
        tries_wanted: How many there must be.
        wait_until: Until when the resident may still be reached.
        result: The outcome as evaluated.
        satisfaction: The mood as evaluated.
    """

    inputs: Inputs
    at: datetime
    title: str = ""
    category: str = ""
    level: int = 0
    handler_name: str = ""
    handler_user_id: int | None = None
    actor_user_id: int | None = None
    actor_name: str = ""
    by_system: bool = False
    is_candidate: bool = False
    above: bool = False
    lead_open: bool = False
    unknown_takers: tuple[str, ...] = ()
    callback_on_behalf: bool = False
    target_found: bool = False
    return_until: datetime | None = None
    asked: str = ""
    asked_by: int | None = None
    longest: int = 0
    extensions_left: int = 0
    due_at: datetime | None = None
    hold_until: datetime | None = None
    has_parent: bool = False
    is_child: bool = False
    assists_open: tuple[str, ...] = ()
    assist_named: bool = False
    children_open: int = 0
    reminded_until: datetime | None = None
    feedback_runs: bool = False
    rung_is_over: bool = False
    tries: int = 0
    tries_wanted: int = 0
    wait_until: datetime | None = None
    result: str = ""
    satisfaction: str = ""
