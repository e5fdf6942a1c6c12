"""A callback as its page needs it: the script, the calls so far, and writing down what was said."""

from dataclasses import dataclass
from datetime import datetime

from qimen_core import Context, InvalidInput, translations
from qimen_orders import Event, Inputs
from qimen_petitions.answering.filling import values_of
from qimen_petitions.answering.placeholders import fill
from qimen_petitions.calling.forms import CallForm
from qimen_petitions.calling.waiting import tries_of
from qimen_petitions.reading import PetitionFacts
from qimen_petitions.services import check_may, move
from qimen_petitions.settings import PetitionSettings

__all__ = ["Talk", "record_call", "record_miss", "talk_about"]

_ = translations("qimen_petitions")

_ANEW = frozenset({"unsolved", "dissatisfied"})


@dataclass(frozen=True, slots=True)
class Talk:
    """What the caller has before them.

    Attributes:
        script: What to say, its blanks filled in.
        answer: The words of the reply.
        answered_at: When it was given.
        missed: When nobody took the call, oldest first.
    """

    script: str
    answer: str
    answered_at: datetime | None
    missed: tuple[datetime, ...]


def talk_about(ctx: Context, petition: PetitionFacts) -> Talk:
    """Return what the caller needs for one petition."""
    order = petition.order
    assert order.id is not None
    settings = ctx.setting(PetitionSettings, order.org_path)
    lines = petition.facts.timeline
    reply = next((line for line in lines if line.event == Event.REPLY and not line.undone), None)
    return Talk(
        script=fill(settings.callback_script, values_of(ctx, order.id)),
        answer=reply.public_text if reply is not None else "",
        answered_at=order.replied_at,
        missed=tries_of(ctx, [order.id]).get(order.id, ()),
    )


def record_call(ctx: Context, order_id: int, typed: CallForm) -> bool:
    """Write down what the resident said; where it is wished, have it handled anew at once.

    Returns whether the callback may be taken back for a while; with the new round it may not.

    Raises:
        NotFound, Forbidden, Conflict, InvalidInput: As ``qimen_orders.move``.
    """
    if typed.redo:
        check_may(ctx, order_id, Event.REDO)
        _check_ground(typed)
    inputs = Inputs(
        result=typed.result,
        satisfaction=typed.satisfaction,
        caller_name=typed.caller_name,
        note=typed.note,
    )
    undoable = move(ctx, order_id, Event.CALLBACK, inputs)
    if typed.redo:
        move(ctx, order_id, Event.REDO, Inputs(note=typed.note))
        return False
    return undoable


def record_miss(ctx: Context, order_id: int) -> None:
    """Write down that nobody took the call.

    Raises:
        NotFound, Forbidden, Conflict: As ``qimen_orders.move``.
    """
    move(ctx, order_id, Event.CALL_MISSED, Inputs())


def _check_ground(typed: CallForm) -> None:
    """Refuse a new round before anything is written that the table would refuse after it."""
    if not _ANEW & {typed.result, typed.satisfaction}:
        raise InvalidInput({"redo": _("只有未解决或不满意的才能重办，请取消勾选")})
    if typed.result != "unsolved" and not typed.note.strip():
        raise InvalidInput({"note": _("不满意要重办的，请写明诉求人不满意的理由")})
