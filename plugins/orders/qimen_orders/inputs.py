"""What a person adds when moving an order."""

from dataclasses import dataclass
from datetime import datetime

__all__ = ["Inputs"]


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a person adds when moving an order. Fields a transition does not need stay empty.

    Args:
        note: The reason or opinion, seen by staff.
        public_text: The words the resident reads.
        reason: Code of the owner's table of reasons (not_accept, return, suspend, extend, redo).
        category: The owner's category code; ``accept`` may correct it.
        kind: Key of the limits; likewise.
        urgent: Whether it cannot wait; None leaves it as it is.
        lead_id: The unit that takes the lead (dispatch), for callers that know only units.
        taker: Key of a taker: the lead (dispatch), for whom one claims (claim), the assist.
        takers: Keys of the candidates (whistle).
        assists: Keys of the takers that assist (dispatch).
        handler_name: The person who handles it 承办人 (claim; may be named at dispatch).
        handler_user_id: That person's account; set by the engine when the handler claims.
        result: A ``Result`` value (callback).
        satisfaction: A ``Satisfaction`` value (callback).
        caller_name: The person who called back; empty is the acting user.
        target: Number of the order that this one is merged into (merge).
        body: The body that it is sent to (redirect).
        until: The last moment of a suspension, aware.
        days: Days of an extension, of the kind that the clock counts.
        level: Level of supervision, 1 to 3.
        remark: The owner's sentence for the timeline, e.g. the rule that spoke.
        key: Random text of the form; a move sent twice with one key is one move.
    """

    note: str = ""
    public_text: str = ""
    reason: str = ""
    category: str = ""
    kind: str = ""
    urgent: bool | None = None
    lead_id: int | None = None
    taker: str = ""
    takers: tuple[str, ...] = ()
    assists: tuple[str, ...] = ()
    handler_name: str = ""
    handler_user_id: int | None = None
    result: str = ""
    satisfaction: str = ""
    caller_name: str = ""
    target: str = ""
    body: str = ""
    until: datetime | None = None
    days: int | None = None
    level: int | None = None
    remark: str = ""
    key: str = ""
