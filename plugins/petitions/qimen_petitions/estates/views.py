"""What the 三驾马车 say: each its own word, at the one who says it, or typed in for them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update

from qimen_core import Conflict, Context, NotFound, scope, scoped, translations, unit_of_work
from qimen_core.org.queries import get_unit
from qimen_petitions.estates.everybody import as_everybody
from qimen_petitions.estates.forms import ViewForm
from qimen_petitions.estates.models import Estate, HorseView, RatedEstate, Round
from qimen_petitions.estates.permissions import READ, WRITE_VIEW
from qimen_petitions.estates.rules import HORSES

__all__ = ["Due", "View", "read_view", "views_due", "views_of", "write_view"]

_ = translations("qimen_petitions")

_WRITTEN_IN = ("open", "closed")
_MOST = 200
_view: Any = HorseView.__table__.c  # type: ignore[attr-defined]
_rated: Any = RatedEstate.__table__.c  # type: ignore[attr-defined]
_estate: Any = Estate.__table__.c  # type: ignore[attr-defined]
_round: Any = Round.__table__.c  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class View:
    """One of the three's words; ``for_them`` says that staff typed them in from paper."""

    id: int
    rated_id: int
    horse: str
    score: int | None
    words: str
    due_on: date | None
    written_at: datetime | None
    for_them: bool
    org_id: int
    path: str
    version: int


@dataclass(frozen=True, slots=True)
class Due:
    """A word that may still be written: whose, on which estate, in which round."""

    id: int
    horse: str
    estate: str
    round: str
    state: str
    closes_on: date
    written: bool


def views_of(ctx: Context, rated_id: int, permission: str = READ) -> dict[str, View]:
    """Return the three's words on a rated estate, by horse, as far as they are in reach."""
    with scope(ctx.session, ctx, permission):
        rows = ctx.session.scalars(select(HorseView).where(_view.rated_id == rated_id)).all()
        found = {row.horse: _seen(row) for row in rows}
    return {horse: found[horse] for horse in HORSES if horse in found}


def read_view(ctx: Context, view_id: int) -> View:
    """Return one view that the actor may write.

    Raises:
        NotFound: There is none in reach.
    """
    with scope(ctx.session, ctx, WRITE_VIEW):
        row = ctx.session.get(HorseView, view_id)
        if row is None:
            raise NotFound(_("没有这份意见，或不在您的管辖范围内"))
        return _seen(row)


def write_view(ctx: Context, view: View, state: str, typed: ViewForm) -> None:
    """Write a view down; whoever reaches more than the unit itself types it in for them.

    Raises:
        Conflict: The round is published or cancelled, or somebody else changed it.
    """
    if state not in _WRITTEN_IN:
        raise Conflict(_("本轮评价已公示或取消，三方意见不能再改"))
    subject = f"petitions_rating_view:{view.id}"
    with scope(ctx.session, ctx, WRITE_VIEW):
        at_home = get_unit(ctx, view.org_id).kind != "community"
    own = at_home and view.path in ctx.reach(WRITE_VIEW)
    values = {
        "score": int(typed.score) if typed.score and view.horse != "company" else None,
        "words": typed.words,
        "due_on": typed.due_on if view.horse == "company" else None,
        "written_at": ctx.now,
        "for_them": view.horse != "community" and not own,
        "version": typed.version + 1,
    }
    with unit_of_work(ctx, WRITE_VIEW, subject=subject, unit=view.path) as uow:
        mine = update(HorseView).where(_view.id == view.id, _view.version == typed.version)
        if not uow.claim(mine.values(**values)):
            raise Conflict(_("这份意见刚被他人修改，请刷新后再改"))


def views_due(ctx: Context) -> list[Due]:
    """Return the views that the actor may write in rounds that are not published yet."""
    wanted = (
        select(
            _view.id, _view.horse, _estate.name, _round.name.label("round"), _round.state,
            _round.closes_on, _view.written_at.is_not(None).label("written"),
        )
        .select_from(
            HorseView.__table__.join(RatedEstate.__table__, _rated.id == _view.rated_id)  # type: ignore[attr-defined]
            .join(Estate.__table__, _estate.id == _rated.estate_id)  # type: ignore[attr-defined]
            .join(Round.__table__, _round.id == _rated.round_id)  # type: ignore[attr-defined]
        )
        .where(_round.state.in_(_WRITTEN_IN))
        .order_by(_view.written_at.is_not(None), _round.closes_on, _estate.name, _view.id)
        .limit(_MOST)
    )  # fmt: skip
    # A company reaches its word, not the round: the fence is the public's, the rows are its own.
    with as_everybody(ctx):
        rows = ctx.session.execute(scoped(wanted, ctx, WRITE_VIEW, _view.org_path)).all()
    return [Due(*row) for row in rows]


def _seen(row: HorseView) -> View:
    return View(path=row.org_path, **row.model_dump(exclude={"org_path"}))
