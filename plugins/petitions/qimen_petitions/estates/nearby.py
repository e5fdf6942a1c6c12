"""The petitions of an estate in the time of a round: those whose place names the estate."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from qimen_core import LOCAL, Context, scope, scoped
from qimen_orders import Satisfaction, State
from qimen_petitions.estates.results import Result
from qimen_petitions.permissions import PUBLISHED
from qimen_petitions.published import counts, order
from qimen_petitions.settings import PetitionSettings

__all__ = ["Nearby", "nearby"]


@dataclass(frozen=True, slots=True)
class Nearby:
    """Numbers everybody may know, so they are the same for staff and on the published page."""

    received: int
    closed: int
    unhappy: int


def nearby(ctx: Context, result: Result) -> Nearby:
    """Return what came in from an estate in the days that a round rates, by receipt."""
    category = ctx.setting(PetitionSettings, result.path).rating_category
    first = datetime.combine(result.round.start, time(), LOCAL)
    end = datetime.combine(result.round.end + timedelta(days=1), time(), LOCAL)
    closed = order.state == State.CLOSED.value
    unhappy = order.satisfaction == Satisfaction.DISSATISFIED.value
    columns: tuple[Any, ...] = (
        func.count(),
        func.count().filter(closed),
        func.count().filter(unhappy),
    )
    wanted = select(*columns).where(
        counts(),
        _of(category),
        order.org_path == result.path,
        order.place.contains(result.estate, autoescape=True),
        order.submitted_at >= first,
        order.submitted_at < end,
    )
    with scope(ctx.session, ctx, PUBLISHED):
        found = ctx.session.execute(scoped(wanted, ctx, PUBLISHED, order.org_path)).one()
    return Nearby(*found)


def _of(category: str) -> ColumnElement[bool]:
    same: ColumnElement[bool] = order.category == category
    return or_(same, order.category.startswith(f"{category}." if category else ""))
