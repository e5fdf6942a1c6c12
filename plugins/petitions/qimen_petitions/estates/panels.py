"""What ratings put on other pages: lines of the menu, and what waits on 今日."""

from typing import Any

from sqlalchemy import func, select

from qimen_core import Context, NavItem, TodoItem, local, scoped, translations
from qimen_petitions.estates.everybody import as_everybody
from qimen_petitions.estates.models import HorseView, RatedEstate, Round
from qimen_petitions.estates.permissions import (
    CONFIRM,
    ESTATE_READ,
    MANAGE,
    READ,
    WRITE_VIEW,
)

__all__ = ["rating_menu", "rating_todos"]

_ = translations("qimen_petitions")

_round: Any = Round.__table__.c  # type: ignore[attr-defined]
_rated: Any = RatedEstate.__table__.c  # type: ignore[attr-defined]
_view: Any = HorseView.__table__.c  # type: ignore[attr-defined]
_ROUNDS = "/petitions/ratings"


def rating_menu() -> list[NavItem]:
    """Return the lines of the menu."""
    return [
        NavItem("estates", _("小区"), "building", "/petitions/estates", ESTATE_READ, order=23),
        NavItem("ratings", _("物业评价"), "star", _ROUNDS, READ, order=24),
        NavItem("views", _("三方意见"), "pencil", f"{_ROUNDS}/views", WRITE_VIEW, order=25),
    ]


def rating_todos(ctx: Context) -> list[TodoItem]:
    """Return the rounds to close and to publish, and the views to write."""
    found = []
    if ctx.can_anywhere(MANAGE):
        today = local(ctx.now).date()
        over = (_round.state == "open", _round.closes_on < today)
        found.append(
            TodoItem(
                "rating-close", _("物业评价到期待截止"), _rounds(ctx, MANAGE, *over),
                f"{_ROUNDS}?state=open", MANAGE, icon="star", order=60,
            )
        )  # fmt: skip
    if ctx.can_anywhere(CONFIRM):
        found.append(
            TodoItem(
                "rating-confirm", _("物业评价待确认公示"),
                _rounds(ctx, CONFIRM, _round.state == "closed"),
                f"{_ROUNDS}?state=closed", CONFIRM, icon="star", order=61,
            )
        )  # fmt: skip
    if ctx.can_anywhere(WRITE_VIEW):
        found.append(
            TodoItem(
                "rating-view", _("三方意见待填写"), _views(ctx), f"{_ROUNDS}/views", WRITE_VIEW,
                icon="pencil", order=62,
            )
        )  # fmt: skip
    return found


def _rounds(ctx: Context, permission: str, *conditions: Any) -> int:
    wanted = select(func.count(_round.id)).where(*conditions)
    return int(ctx.session.execute(scoped(wanted, ctx, permission, _round.org_path)).scalar_one())


def _views(ctx: Context) -> int:
    wanted = (
        select(func.count(_view.id))
        .join(RatedEstate.__table__, _rated.id == _view.rated_id)  # type: ignore[attr-defined]
        .join(Round.__table__, _round.id == _rated.round_id)  # type: ignore[attr-defined]
        .where(_round.state == "closed", _view.written_at.is_(None))
    )
    marked = scoped(wanted, ctx, WRITE_VIEW, _view.org_path)
    with as_everybody(ctx):
        return int(ctx.session.execute(marked).scalar_one())
