"""A low score may open an order for improvement, and the next round asks what became of it."""

from typing import Any

from sqlalchemy import update

from qimen_core import Conflict, Context, InvalidInput, scope, translations, unit_of_work
from qimen_orders import STATE_LABELS, Order, State
from qimen_petitions.estates.forms import KeptForm
from qimen_petitions.estates.models import RatedEstate
from qimen_petitions.estates.permissions import MANAGE
from qimen_petitions.estates.results import Result, result_of
from qimen_petitions.permissions import PUBLISHED
from qimen_petitions.reading import READ as READ_ORDERS
from qimen_petitions.registering import CREATE, NewPetition, Registered, create_petition
from qimen_petitions.rules import public_word
from qimen_petitions.settings import PetitionSettings

__all__ = ["improve", "is_low", "judge_promise", "proposal", "public_state_of", "state_of"]

_ = translations("qimen_petitions")

_rated: Any = RatedEstate.__table__.c  # type: ignore[attr-defined]
_WORST = 2


def is_low(ctx: Context, result: Result) -> bool:
    """Say whether a result is low enough to propose an improvement; a person decides."""
    low = ctx.setting(PetitionSettings, result.path).rating_low
    return result.score is not None and result.score < low


def proposal(result: Result) -> str:
    """Return the words an improvement begins with: the worst items, for the clerk to change.

    Empty where too few scored any item for it to be told.
    """
    told = [each for each in result.figures if each.shown and each.tally.mean is not None]
    worst = sorted(told, key=lambda each: each.tally.mean or 0)[:_WORST]
    items = "、".join(
        _("{item}（{mean:.1f} 分，n = {n}）").format(
            item=each.item.label, mean=each.tally.mean, n=each.tally.n
        )
        for each in worst
    )
    if not items:
        return ""
    said = _("{round}：{estate}的物业服务得分较低的是{items}。请物业公司整改并答复居民。")
    return said.format(round=result.round.name, estate=result.estate, items=items)


def improve(ctx: Context, rated_id: int, words: str) -> Registered:
    """Open an order for improvement at the community, once for an estate in a round.

    Raises:
        NotFound: The estate is out of reach.
        InvalidInput: Nothing is said.
        Conflict: There is one already, or the round still takes answers.
    """
    result = result_of(ctx, rated_id)
    if result.round.state not in ("closed", "confirmed"):
        raise Conflict(_("评价截止以后才能立项改进"))
    if not words.strip():
        raise InvalidInput({"words": _("请写明要改进什么")})
    title = _("{estate}物业服务整改（{round}）").format(
        estate=result.estate, round=result.round.name
    )
    new = NewPetition(
        unit_id=result.unit_id,
        title=title[:200],
        content=words.strip(),
        place=result.estate,
        category=_category(ctx, result),
        channel="rating",
    )
    subject = f"petitions_rating_estate:{rated_id}"
    with unit_of_work(
        ctx, "petitions.rating.improve", permission=CREATE, subject=subject, unit=result.path
    ) as uow:
        made = create_petition(uow, new)
        mine = update(RatedEstate).where(_rated.id == rated_id, _rated.order_id.is_(None))
        if not uow.claim(mine.values(order_id=made.order_id)):
            raise Conflict(_("这个小区本轮已经立项改进"))
        return made


def judge_promise(ctx: Context, rated_id: int, typed: KeptForm) -> None:
    """Write down whether what was promised after the last round was kept.

    Raises:
        NotFound: The estate is out of reach.
        Conflict: The round is published, or somebody else changed it.
    """
    result = result_of(ctx, rated_id)
    ctx.require(MANAGE, result.path)
    if result.round.state not in ("open", "closed"):
        raise Conflict(_("本轮评价已公示或取消，不能再改"))
    subject = f"petitions_rating_estate:{rated_id}"
    with unit_of_work(
        ctx, "petitions.rating.follow", permission=MANAGE, subject=subject, unit=result.path
    ) as uow:
        mine = update(RatedEstate).where(_rated.id == rated_id, _rated.version == typed.version)
        if not uow.claim(mine.values(kept=typed.kept, version=typed.version + 1)):
            raise Conflict(_("刚被他人修改，请刷新后再改"))


def state_of(ctx: Context, result: Result) -> str:
    """Return where the improvement of a result stands, as staff say it; ``""`` without one."""
    state = _state(ctx, result, READ_ORDERS)
    return str(STATE_LABELS[State(state)]) if state else ""


def public_state_of(ctx: Context, result: Result) -> str:
    """Return the same as residents are told it."""
    state = _state(ctx, result, PUBLISHED)
    return str(public_word(State(state))) if state else ""


def _state(ctx: Context, result: Result, permission: str) -> str:
    if result.order_id is None:
        return ""
    with scope(ctx.session, ctx, permission):
        order = ctx.session.get(Order, result.order_id)
        return str(order.state) if order is not None else ""


def _category(ctx: Context, result: Result) -> str:
    """Return the leaf an improvement is filed under, none where the setting names a heading."""
    named = ctx.setting(PetitionSettings, result.path).rating_category
    return named if "." in named else "estate.service" if named == "estate" else ""
