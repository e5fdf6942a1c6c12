"""Applying the rules once, when an order is accepted: a proposal, or a dispatch at once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select

from qimen_core import Context, UnitOfWork, scope, translations
from qimen_orders import Event, Inputs, Order, find_takers, move
from qimen_petitions.categories import category_labels
from qimen_petitions.models import NamedParty
from qimen_petitions.reading import READ
from qimen_petitions.routing.models import Routing
from qimen_petitions.routing.reading import rules_at
from qimen_petitions.routing.rules import Match, Matter, first_match
from qimen_petitions.settings import PetitionSettings

__all__ = ["Proposal", "accept_by_rule", "barred_units", "proposal_of"]

_ = translations("qimen_petitions")

_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a rule proposed for an order.

    Attributes:
        words: The rule and whom it names, for people.
        taker: Key of the lead.
        assists: Keys of those who assist.
    """

    words: str
    taker: str
    assists: tuple[str, ...]


def accept_by_rule(
    uow: UnitOfWork, order_id: int, inputs: Inputs, at: datetime | None = None
) -> tuple[Order, Inputs | None]:
    """Accept an order and keep what the first rule that fits proposes; each once.

    The rule stands in the history, and its limit and urgency hold from the first moment of the
    handling clock.

    Args:
        uow: The open unit of work.
        order_id: The order, about to be accepted.
        inputs: What was typed.
        at: When it happens; now when left out.

    Returns:
        The order, and what to dispatch it with where the rule, the unit's setting and the actor's
        rights send it on at once; else None.
    """
    found = _find(uow, order_id, inputs.category)
    if found is None:
        return move(uow, order_id, Event.ACCEPT, inputs, at), None
    words = _say(uow.ctx, found)
    inputs = replace(
        inputs,
        kind=found.rule.kind or inputs.kind,
        urgent=True if found.rule.urgent else inputs.urgent,
        remark=words,
    )
    order = move(uow, order_id, Event.ACCEPT, inputs, at)
    _keep(uow, order, found, words)
    if not _sends_at_once(uow.ctx, found, order.org_path):
        return order, None
    assists = tuple(taker.key for taker in found.assists)
    return order, Inputs(taker=found.lead.key, assists=assists, remark=words)


def _find(uow: UnitOfWork, order_id: int, category: str) -> Match | None:
    order = uow.session.get(Order, order_id)
    rules = rules_at(uow.ctx, order.org_path) if order is not None else ()
    if order is None or not rules:
        return None
    matter = Matter(category or order.category, order.org_path, order.place)
    barred = barred_units(uow.ctx, order_id)
    return first_match(rules, matter, find_takers(uow.ctx, order), barred)


def _keep(uow: UnitOfWork, order: Order, found: Match, words: str) -> None:
    """Keep what was proposed; accepted again after a step back, the last word counts."""
    assert order.id is not None
    kept = uow.session.get(Routing, order.id)
    if kept is None:
        kept = Routing(
            order_id=order.id, org_id=order.org_id, org_path=order.org_path, rule_id=0, taker=""
        )
    kept.rule_id, kept.words, kept.taker = found.rule.id, words, found.lead.key
    kept.assists = [taker.key for taker in found.assists]
    uow.session.add(kept)


def _sends_at_once(ctx: Context, found: Match, path: str) -> bool:
    return (
        found.rule.at_once
        and ctx.setting(PetitionSettings, path).route_at_once
        and ctx.can("petitions.order.dispatch", path)
    )


def proposal_of(ctx: Context, order: Order) -> Proposal | None:
    """Return what was proposed for an order that was never dispatched yet.

    Once it was, somebody has decided; and what came back must not be sent the same way again.
    """
    if order.dispatched_at is not None:
        return None
    with scope(ctx.session, ctx, READ):
        kept = ctx.session.get(Routing, order.id)
        return Proposal(kept.words, kept.taker, tuple(kept.assists)) if kept is not None else None


def barred_units(ctx: Context, order_id: int) -> frozenset[int]:
    """Return the units that an order complains about: no rule hands it to them."""
    named: Sequence[int | None] = ctx.session.scalars(
        select(NamedParty.unit_id).where(NamedParty.order_id == order_id)  # type: ignore[call-overload]
    ).all()
    return frozenset(each for each in named if each is not None)


def _say(ctx: Context, found: Match) -> str:
    what = category_labels(ctx.session).get(found.rule.category, "") or _("所有类别")
    text = _("分派规则 {number}（{what}）：{lead}主办")
    if found.rule.words:
        what = f"{what} · {found.rule.words}"
    said = text.format(number=found.rule.id, what=what, lead=found.lead.label)
    if found.assists:
        said += _("，{names}协办").format(names="、".join(t.label for t in found.assists))
    return said[:_LONGEST]
