"""Following a case by its code: one answer for everything that does not fit (SECURITY 12)."""

import hmac
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from qimen_core import Context, scope, translations
from qimen_orders import (
    RESULT_LABELS,
    SATISFACTION_LABELS,
    Event,
    Happening,
    Order,
    OrderFacts,
    Step,
    read_order,
)
from qimen_petitions.calling.evaluating import may_evaluate
from qimen_petitions.models import Petition, SealedComplainant
from qimen_petitions.reminding import Reminding, reminding
from qimen_petitions.rules import REASONS, public_word
from qimen_petitions.services import code_hash
from qimen_petitions.tracking import normalise_code, phone_tail

__all__ = ["FOLLOW", "Case", "Note", "find_case", "follow"]

_ = translations("qimen_petitions")

FOLLOW = "petitions.case.follow"

# What a resident reads of an event; the others are the office's own business.
_PUBLIC_EVENTS: dict[str, str] = {
    Event.SUBMIT: _("诉求已收到"),
    Event.ACCEPT: _("诉求已受理"),
    Event.NOT_ACCEPT: _("诉求不予受理"),
    Event.MERGE: _("与同一事项合并办理"),
    Event.REDIRECT: _("已转送有权处理的单位"),
    Event.DISPATCH: _("已交办"),
    Event.UPLIFT: _("已上报上一级办理"),
    Event.REPLY: _("已答复"),
    Event.REDO: _("重新办理"),
    Event.CLOSE_OFF: _("已办结"),
}


@dataclass(frozen=True, slots=True)
class Note:
    """One thing that happened, in the resident's words."""

    at: datetime
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Case:
    """A case as its resident sees it: no staff names, no internal notes."""

    number: str
    title: str
    word: str
    submitted_at: datetime | None
    due_at: datetime | None
    steps: tuple[Step, ...]
    notes: tuple[Note, ...]
    evaluable: bool = False
    evaluation: str = ""
    reminding: Reminding | None = None


def follow(ctx: Context, code: str, tail: str) -> Case | None:
    """Return the case of a code and the last four digits of its phone.

    None for an unknown code, a wrong tail, a code that has expired, and where petitions are off;
    the work done is the same for all of them.
    """
    order_id = find_case(ctx, code, tail)
    if order_id is None:
        return None
    with scope(ctx.session, ctx, FOLLOW):
        return _case(ctx, read_order(ctx, order_id))


def find_case(ctx: Context, code: str, tail: str) -> int | None:
    """Return the order of a code and the last four digits of its phone, as :func:`follow` does."""
    known = normalise_code(code)
    with scope(ctx.session, ctx, FOLLOW):
        petition = ctx.session.scalars(
            select(Petition).where(Petition.code_hash == code_hash(ctx, known))  # type: ignore[arg-type]
        ).one_or_none()
        phone = _phone(ctx, petition) if petition else ""
        fits = hmac.compare_digest(phone_tail(phone).encode(), phone_tail(tail).encode())
        alive = petition is not None and ctx.now < petition.followed_until
        if petition is None or not (fits and alive and known and phone_tail(tail)):
            return None
        return petition.order_id


def _phone(ctx: Context, petition: Petition) -> str:
    sealed = ctx.session.get(SealedComplainant, petition.order_id) if petition.sealed else None
    kept = sealed.phone if sealed is not None else petition.phone
    return kept.reveal() if kept is not None else ""


def _case(ctx: Context, facts: OrderFacts) -> Case:
    order = facts.order
    notes = [
        Note(
            line.at,
            str(_PUBLIC_EVENTS[line.event]),
            _public_text(line),
        )
        for line in facts.timeline
        if line.event in _PUBLIC_EVENTS and not line.undone
    ]
    return Case(
        number=order.number,
        title=order.title,
        word=public_word(facts.standing_state, order.hold),
        submitted_at=order.submitted_at,
        due_at=order.due_at,
        steps=facts.steps,
        notes=tuple(notes),
        evaluable=may_evaluate(ctx, order),
        evaluation=_evaluation(order),
        reminding=reminding(ctx, order, facts.timeline),
    )


def _evaluation(order: Order) -> str:
    """Return how the case was evaluated, in the resident's words."""
    words = (RESULT_LABELS.get(order.result, ""), SATISFACTION_LABELS.get(order.satisfaction, ""))
    return "，".join(str(word) for word in words if word)


def _public_text(line: Happening) -> str:
    if line.event in {Event.DISPATCH, Event.UPLIFT}:
        return _("主办单位：{name}").format(name=line.lead)
    if line.event == Event.REDIRECT:
        return "\n".join(part for part in (line.detail, line.public_text) if part)
    if line.event == Event.NOT_ACCEPT:
        reason = REASONS.get(line.reason, "")
        return _("{reason}。{text}").format(reason=reason, text=line.public_text)
    return line.public_text
