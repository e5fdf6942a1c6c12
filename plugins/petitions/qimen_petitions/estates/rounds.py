"""Rounds 评价轮次: planning one, and reading it wherever one of its estates may be read."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, Field, model_validator
from sqlalchemy import ColumnElement, select

from qimen_core import (
    Context,
    InvalidInput,
    NotFound,
    scope,
    scoped,
    translations,
    unit_of_work,
)
from qimen_core.org.queries import get_unit, names_of
from qimen_petitions.estates.everybody import as_everybody
from qimen_petitions.estates.items import items_of
from qimen_petitions.estates.models import Estate, RatedEstate, Round
from qimen_petitions.estates.permissions import ANSWER, MANAGE, READ
from qimen_petitions.estates.rules import Item

__all__ = ["RoundForm", "RoundSeen", "plan_round", "read_round", "readable", "round_seen"]

_ = translations("qimen_petitions")

_KINDS = ("community", "township")
_LONGEST = 366
_round: Any = Round.__table__.c  # type: ignore[attr-defined]
_rated: Any = RatedEstate.__table__.c  # type: ignore[attr-defined]


class RoundForm(BaseModel):
    """A round as it is planned."""

    unit_id: int = Field(title=_("范围"), json_schema_extra={"choose": True})
    estate_id: int | None = Field(default=None, title=_("小区"))
    name: str = Field(min_length=2, max_length=60, title=_("名称"))
    start: date = Field(title=_("评价时段从"))
    end: date = Field(title=_("到"))
    opens_on: date = Field(title=_("开始评价"))
    closes_on: date = Field(title=_("截止评价"))
    proof: Literal["phone", "slip"] = Field(
        default="phone", title=_("凭什么一户一份"), json_schema_extra={"choose": True}
    )

    @model_validator(mode="after")
    def _in_order(self) -> "RoundForm":
        if self.end < self.start:
            raise ValueError(_("评价时段的起止颠倒了，请调换"))
        if self.closes_on < self.opens_on:
            raise ValueError(_("截止评价不能早于开始评价"))
        if (self.closes_on - self.opens_on).days > _LONGEST:
            raise ValueError(_("评价最长开放一年，请把截止日期提前"))
        return self


@dataclass(frozen=True, slots=True)
class RoundSeen:
    """A round as pages show it."""

    id: int
    name: str
    unit: str
    path: str
    start: date
    end: date
    opens_on: date
    closes_on: date
    proof: str
    state: str
    items: tuple[Item, ...]
    least: int
    estate_id: int | None
    opened_at: datetime | None
    closed_at: datetime | None
    confirmed_at: datetime | None
    version: int

    def waits(self, today: date) -> bool:
        """Say whether its time is over and nobody has closed it yet."""
        return self.state == "open" and self.closes_on < today


def plan_round(ctx: Context, typed: RoundForm) -> int:
    """Write a round down, not yet open, and return its id.

    Raises:
        NotFound: The unit or the estate is out of reach.
        InvalidInput: The estate lies elsewhere, or the unit takes no rounds.
    """
    with scope(ctx.session, ctx, MANAGE):
        unit = get_unit(ctx, typed.unit_id)
        estate = ctx.session.get(Estate, typed.estate_id) if typed.estate_id else None
        inside = estate is not None and estate.org_path.startswith(unit.path)
    if unit.kind not in _KINDS:
        raise InvalidInput({"unit_id": _("请选择社区或乡镇")})
    if typed.estate_id is not None and not inside:
        raise InvalidInput({"estate_id": _("这个小区不在所选范围内，请重选")})
    with unit_of_work(ctx, "petitions.rating.plan", permission=MANAGE, unit=unit.path) as uow:
        row = Round(
            org_id=unit.id,
            org_path=unit.path,
            created_at=ctx.now,
            **typed.model_dump(exclude={"unit_id"}),
        )
        uow.session.add(row)
        uow.session.flush()
        uow.subject = f"petitions_rating_round:{row.id}"
        return row.id or 0


def read_round(ctx: Context, round_id: int) -> RoundSeen:
    """Return a round that is in reach, or that rates an estate in reach.

    Raises:
        NotFound: There is none.
    """
    found = select(_round.id).where(_round.id == round_id, readable(ctx))
    with as_everybody(ctx):
        row = ctx.session.execute(scoped(found, ctx, ANSWER, _round.org_path)).first()
    if row is None:
        raise NotFound(_("没有这轮评价，或不在您的管辖范围内"))
    return round_seen(ctx, round_id)


def readable(ctx: Context) -> ColumnElement[bool]:
    """Return the condition over rounds: in reach, or one of the estates rated is."""
    mine = select(_rated.round_id).where(ctx.visible(READ, _rated.org_path))
    found: ColumnElement[bool] = ctx.visible(READ, _round.org_path) | _round.id.in_(mine)
    return found


def round_seen(ctx: Context, round_id: int) -> RoundSeen:
    """Return a round's facts, which are no secret; for those who reach what belongs to it.

    Raises:
        NotFound: There is none where petitions are on.
    """
    with as_everybody(ctx):
        row = ctx.session.get(Round, round_id)
        if row is None:
            raise NotFound(_("没有这轮评价，或不在您的管辖范围内"))
        facts = row.model_dump(exclude={"org_id", "org_path", "created_at", "items"})
        path, items = row.org_path, tuple(items_of(row.items))
    return RoundSeen(unit=names_of(ctx, {path}).get(path, ""), path=path, items=items, **facts)
