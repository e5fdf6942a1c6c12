"""Moving a round on: opening it fixes what is rated and by what, closing it ends the answers."""

from datetime import date
from typing import Any, Final

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from qimen_core import (
    Conflict,
    Context,
    InvalidInput,
    UnitOfWork,
    local,
    scoped,
    translations,
    unit_of_work,
)
from qimen_core.org.paths import under
from qimen_core.org.queries import get_unit
from qimen_petitions.estates.forgetting import wiped
from qimen_petitions.estates.items import scheme
from qimen_petitions.estates.models import Estate, HorseView, RatedEstate, Round
from qimen_petitions.estates.permissions import CONFIRM, MANAGE, WRITE_VIEW
from qimen_petitions.estates.rounds import RoundSeen, read_round
from qimen_petitions.estates.rules import EVENT_LABELS, HORSES, STATES, next_state
from qimen_petitions.settings import PetitionSettings
from qimen_web.notices import notify

__all__ = ["CONFIRMING", "step_round"]

_ = translations("qimen_petitions")

CONFIRMING: Final = ("confirm", "withdraw")
"""The events that ask for the right to publish."""

_estate: Any = Estate.__table__.c  # type: ignore[attr-defined]
_round: Any = Round.__table__.c  # type: ignore[attr-defined]
_rated: Any = RatedEstate.__table__.c  # type: ignore[attr-defined]
_view: Any = HorseView.__table__.c  # type: ignore[attr-defined]


def step_round(ctx: Context, round_id: int, event: str, version: int) -> None:
    """Move a round on.

    Args:
        ctx: Who does it.
        round_id: Which round.
        event: A key of ``rules.EVENT_LABELS``.
        version: As the page had it.

    Raises:
        NotFound, Forbidden: The round is not the actor's to move.
        Conflict: It stands elsewhere by now, or an estate is being rated in another round.
        InvalidInput: There is nothing to rate, or nothing to rate by.
    """
    seen = read_round(ctx, round_id)
    permission = CONFIRM if event in CONFIRMING else MANAGE
    ctx.require(permission, seen.path)
    state = next_state(seen.state, event)
    if not state:
        raise Conflict(_("本轮评价已是“{state}”，不能再做这一步").format(state=STATES[seen.state]))
    subject = f"petitions_rating_round:{round_id}"
    action = f"petitions.rating.{event}"
    try:
        with unit_of_work(
            ctx, action, permission=permission, subject=subject, unit=seen.path
        ) as uow:
            mine = update(Round).where(
                _round.id == round_id, _round.state == seen.state, _round.version == version
            )
            changed = mine.values(state=state, version=version + 1, **_stamp(uow, seen, event))
            if not uow.claim(changed):
                raise Conflict(_("本轮评价刚被他人改动，请刷新后再看"))
            _carry_out(uow, seen, event)
            uow.session.flush()
    except IntegrityError as error:
        raise Conflict(_("有小区正在另一轮评价中，请先截止那一轮")) from error


def _stamp(uow: UnitOfWork, seen: RoundSeen, event: str) -> dict[str, Any]:
    now = uow.ctx.now
    if event == "open":
        settings = uow.ctx.setting(PetitionSettings, seen.path)
        asked = [
            {"code": row.code, "label": row.label, "hint": row.hint, "weight": row.weight}
            for row in scheme(uow.session, active=True)
        ]
        if not asked:
            raise InvalidInput({"": _("没有启用的评价事项，请先在“评价事项”里启用")})
        return {"opened_at": now, "items": asked, "least": settings.rating_least}
    if event == "close":
        return {"closed_at": now}
    return {"confirmed_at": now if event == "confirm" else None}


def _carry_out(uow: UnitOfWork, seen: RoundSeen, event: str) -> None:
    assert event in EVENT_LABELS
    mine = update(RatedEstate).where(_rated.round_id == seen.id)
    if event == "open":
        _take_in(uow, seen, local(uow.ctx.now).date())
    elif event == "reopen":
        if wiped(uow.ctx, seen.id):
            raise Conflict(_("“一户一份”的凭据已抹去，不能再收集"))
        uow.claim(mine.values(live_estate_id=_rated.estate_id))
    elif event == "close":
        uow.claim(mine.values(live_estate_id=None))
        _ask_views(uow, seen)


def _take_in(uow: UnitOfWork, seen: RoundSeen, today: date) -> None:
    wanted = select(Estate).where(under(_estate.org_path, seen.path), _estate.valid_from <= today)
    wanted = wanted.where(_estate.valid_to.is_(None) | (_estate.valid_to >= today))
    if seen.estate_id is not None:
        wanted = wanted.where(_estate.id == seen.estate_id)
    estates = list(uow.session.scalars(wanted.order_by(_estate.org_path, _estate.name)))
    if not estates:
        raise InvalidInput({"": _("这个范围里没有小区，请先登记小区")})
    for each in estates:
        rated = RatedEstate(
            round_id=seen.id,
            estate_id=each.id or 0,
            live_estate_id=each.id,
            company_id=each.company_id,
            committee_id=each.committee_id,
            households=each.households,
            org_id=each.org_id,
            org_path=each.org_path,
        )
        uow.session.add(rated)
        uow.session.flush()
        for horse in HORSES:
            uow.session.add(
                HorseView(rated_id=rated.id or 0, horse=horse, **_stable(uow, rated, horse))
            )


def _stable(uow: UnitOfWork, rated: RatedEstate, horse: str) -> dict[str, Any]:
    """Return where a view lies: at the one who writes it, at the community where there is none."""
    unit_id = {"company": rated.company_id, "committee": rated.committee_id}.get(horse)
    unit = get_unit(uow.ctx, unit_id if unit_id is not None else rated.org_id)
    return {"org_id": unit.id, "org_path": unit.path}


def _ask_views(uow: UnitOfWork, seen: RoundSeen) -> None:
    """Tell each of the three once that its word is awaited."""
    wanted = (
        select(_view.org_id)
        .join(RatedEstate.__table__, _rated.id == _view.rated_id)  # type: ignore[attr-defined]
        .where(_rated.round_id == seen.id)
        .distinct()
    )
    marked = scoped(wanted, uow.ctx, MANAGE, _view.org_path)
    text = _("{name}已截止，请填写三方意见").format(name=seen.name)
    for unit_id in uow.session.scalars(marked).all():
        key = f"petitions.rating_view:{seen.id}:{seen.version}"
        notify(
            uow, unit_id, permission=WRITE_VIEW, text=text, url="/petitions/ratings/views", key=key
        )
