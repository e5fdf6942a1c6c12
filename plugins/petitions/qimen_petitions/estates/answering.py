"""Taking an answer: online by a resident, or from a sheet of paper by staff; once a household."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from qimen_core import (
    Conflict,
    Context,
    InvalidInput,
    NotFound,
    UnitOfWork,
    local,
    scope,
    translations,
    unit_of_work,
)
from qimen_petitions.estates.models import Answer, Estate, RatedEstate, Score
from qimen_petitions.estates.permissions import ANSWER, ENTER
from qimen_petitions.estates.rounds import RoundSeen, round_seen
from qimen_petitions.estates.voters import voter_of

__all__ = ["Asked", "NewAnswer", "asked_at", "asked_of", "hold_open", "put_answer", "take_answer"]

_ = translations("qimen_petitions")

_estate: Any = Estate.__table__.c  # type: ignore[attr-defined]
_rated: Any = RatedEstate.__table__.c  # type: ignore[attr-defined]
_answer: Any = Answer.__table__.c  # type: ignore[attr-defined]
_CLOSED: Final = _("这轮评价已经截止，谢谢您的关心")


@dataclass(frozen=True, slots=True)
class NewAnswer:
    """What a household says; an item that it does not know is left out of ``scores``."""

    proof: str
    overall: str
    scores: Mapping[str, int]
    key: str
    remark: str = ""
    channel: str = "web"


@dataclass(frozen=True, slots=True)
class Asked:
    """An estate that takes answers, and the round it does so in."""

    rated_id: int
    estate_id: int
    estate: str
    code: str
    org_id: int
    org_path: str
    round: RoundSeen


def asked_at(ctx: Context, code: str) -> Asked | None:
    """Return what the estate of a poster's code asks now, None between rounds.

    Raises:
        NotFound: There is no such estate, or petitions are off there.
    """
    with scope(ctx.session, ctx, ANSWER):
        estate = ctx.session.scalars(select(Estate).where(_estate.code == code.lower())).first()
        if estate is None:
            raise NotFound
        live = select(RatedEstate).where(_rated.live_estate_id == estate.id)
        rated = ctx.session.scalars(live).first()
        return _asked(ctx, rated, estate) if rated is not None else None


def asked_of(ctx: Context, rated_id: int, permission: str = ENTER) -> Asked:
    """Return a rated estate in reach, whether it still takes answers or not.

    Raises:
        NotFound: There is none.
    """
    with scope(ctx.session, ctx, permission):
        rated = ctx.session.get(RatedEstate, rated_id)
        if rated is None:
            raise NotFound(_("没有这个小区的评价，或不在您的管辖范围内"))
        return _asked(ctx, rated, ctx.session.get_one(Estate, rated.estate_id))


def take_answer(ctx: Context, asked: Asked, new: NewAnswer, permission: str = ANSWER) -> None:
    """Write an answer down; the same form sent twice counts once and is no error.

    Raises:
        InvalidInput: The proof is wrong, or was used already.
        Conflict: The round was closed meanwhile.
    """
    paper = new.channel == "paper"
    voter = voter_of(ctx, asked.rated_id, asked.round.proof, new.proof, paper=paper)
    if _sent_before(ctx, new.key, permission):
        return
    subject = f"petitions_rating_estate:{asked.rated_id}"
    try:
        with unit_of_work(ctx, permission, subject=subject, unit=asked.org_path) as uow:
            hold_open(uow, asked)
            put_answer(uow, asked, new, voter)
    except IntegrityError as error:
        # The constraint has decided: the same form at the same moment, or the same household.
        if not _sent_before(ctx, new.key, permission):
            raise InvalidInput({"proof": _used(asked.round.proof, paper=paper)}) from error


def hold_open(uow: UnitOfWork, asked: Asked) -> None:
    """Keep an estate from being closed while this unit of work writes.

    Raises:
        Conflict: It takes no answers any more.
    """
    mine = update(RatedEstate).where(
        _rated.id == asked.rated_id, _rated.live_estate_id == asked.estate_id
    )
    if not uow.claim(mine.values(live_estate_id=asked.estate_id)):
        raise Conflict(_CLOSED)


def put_answer(uow: UnitOfWork, asked: Asked, new: NewAnswer, voter: str) -> None:
    """Add an answer to an open unit of work; only what the round asks is kept."""
    place: dict[str, Any] = {"org_id": asked.org_id, "org_path": asked.org_path}
    row = Answer(
        rated_id=asked.rated_id,
        voter=voter,
        form_key=_form_key(uow.ctx, new.key),
        channel=new.channel,
        overall=new.overall,
        remark=new.remark.strip(),
        answered_on=local(uow.ctx.now).date(),
        **place,
    )
    uow.session.add(row)
    uow.session.flush()
    known = {item.code for item in asked.round.items}
    # By Core: the audit says how many scores were written, not which.
    uow.insert(
        Score,
        [
            {"answer_id": row.id, "rated_id": asked.rated_id, "item": item, "score": score, **place}
            for item, score in new.scores.items()
            if item in known
        ],
    )


def _asked(ctx: Context, rated: RatedEstate, estate: Estate) -> Asked:
    facts = (estate.id or 0, estate.name, estate.code, rated.org_id, rated.org_path)
    return Asked(rated.id or 0, *facts, round=round_seen(ctx, rated.round_id))


def _sent_before(ctx: Context, key: str, permission: str) -> bool:
    wanted = select(Answer).where(_answer.form_key == _form_key(ctx, key))
    with scope(ctx.session, ctx, permission):
        return ctx.session.scalars(wanted).first() is not None


def _form_key(ctx: Context, key: str) -> str:
    return ctx.qimen.keys.blind_index("petitions_rating_answer.form_key", key)


def _used(proof: str, *, paper: bool) -> str:
    said = {
        "slip": _("这张评价码已经用过了。不是您家用的，请告诉社区"),
        "phone": _("这个手机号本轮已经评过了。不是您评的，请告诉社区"),
    }
    on_paper = {
        "slip": _("这张评价码已经用过，请核对是否抄错；没抄错的不再录入"),
        "phone": _("这一户本轮已经评过，请核对手机号或编号；没填错的不再录入"),
    }
    return (on_paper if paper else said)[proof]
