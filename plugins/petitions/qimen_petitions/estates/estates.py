"""The estates of a community: writing one down, changing it, reading it."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from pydantic import BaseModel, Field, model_validator
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
from qimen_core.org.queries import get_unit
from qimen_petitions.estates.keepers import COMMITTEE, COMPANY, check_keeper
from qimen_petitions.estates.models import Estate
from qimen_petitions.estates.permissions import ESTATE_MANAGE, ESTATE_READ

__all__ = [
    "EstateForm",
    "EstateSeen",
    "add_estate",
    "change_estate",
    "live_estates",
    "new_code",
    "put_estate",
    "read_estate",
    "seen_of",
]

_ = translations("qimen_petitions")

_ALPHABET: Final = "23456789abcdefghjkmnpqrstvwxyz"
_CODE: Final = 6
_MOST: Final = 20_000
_estate: Any = Estate.__table__.c  # type: ignore[attr-defined]


class EstateForm(BaseModel):
    """An estate as it is written down."""

    unit_id: int = Field(title=_("社区"), json_schema_extra={"choose": True})
    name: str = Field(min_length=2, max_length=60, title=_("小区名称"))
    address: str = Field(default="", max_length=120, title=_("地址"))
    households: int = Field(default=0, ge=0, le=_MOST, title=_("户数"))
    company_id: int | None = Field(default=None, title=_("物业公司"))
    committee_id: int | None = Field(default=None, title=_("业委会"))
    valid_from: date = Field(title=_("从哪天起"))
    valid_to: date | None = Field(default=None, title=_("到哪天止"))
    version: int = 1

    @model_validator(mode="after")
    def _in_order(self) -> "EstateForm":
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError(_("起止日期颠倒了，请调换"))
        return self


@dataclass(frozen=True, slots=True)
class EstateSeen:
    """An estate as its pages show it; ``unit`` is its community's name."""

    id: int
    code: str
    name: str
    address: str
    households: int
    company_id: int | None
    committee_id: int | None
    company: str
    committee: str
    valid_from: date
    valid_to: date | None
    unit_id: int
    unit: str
    path: str
    version: int

    def lives_on(self, day: date) -> bool:
        """Say whether it is there on a day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


def new_code(choose: Callable[[str], str] = secrets.choice) -> str:
    """Return a code that is easy to type: 6 characters, none of them mistaken for another.

    Args:
        choose: Draws one character of several.
    """
    return "".join(choose(_ALPHABET) for _each in range(_CODE))


def add_estate(ctx: Context, typed: EstateForm) -> int:
    """Write an estate down and return its id.

    Raises:
        NotFound: The community is out of reach.
        InvalidInput: A field cannot be taken, or the name is there already.
    """
    try:
        with unit_of_work(ctx, "petitions.estate.add", permission=ESTATE_MANAGE) as uow:
            row = put_estate(uow, typed, new_code())
            uow.session.flush()
            uow.subject = f"petitions_estate:{row.id}"
            uow.unit = row.org_path
            return row.id or 0
    except IntegrityError as error:
        raise _taken(typed.name) from error


def put_estate(uow: UnitOfWork, typed: EstateForm, code: str) -> Estate:
    """Add an estate to an open unit of work; it has its id after the next flush.

    Raises:
        NotFound: The community is out of reach.
        InvalidInput: A field cannot be taken.
    """
    unit = get_unit(uow.ctx, typed.unit_id)
    if unit.kind != "community":
        raise InvalidInput({"unit_id": _("请选择社区")})
    check_keeper(uow.ctx, typed.company_id, COMPANY, unit.path)
    check_keeper(uow.ctx, typed.committee_id, COMMITTEE, unit.path)
    facts = typed.model_dump(exclude={"unit_id", "version"})
    row = Estate(code=code, org_id=unit.id, org_path=unit.path, **facts)
    uow.session.add(row)
    return row


def change_estate(ctx: Context, estate_id: int, typed: EstateForm) -> None:
    """Change an estate; rounds keep who looked after it when they were opened.

    Raises:
        NotFound: It is out of reach.
        InvalidInput: A field cannot be taken, or the name is there already.
        Conflict: Somebody else changed it since the form was opened.
    """
    seen = read_estate(ctx, estate_id, ESTATE_MANAGE)
    check_keeper(ctx, typed.company_id, COMPANY, seen.path)
    check_keeper(ctx, typed.committee_id, COMMITTEE, seen.path)
    values = typed.model_dump(exclude={"unit_id", "version"})
    subject = f"petitions_estate:{estate_id}"
    try:
        with unit_of_work(ctx, ESTATE_MANAGE, subject=subject, unit=seen.path) as uow:
            mine = update(Estate).where(_estate.id == estate_id, _estate.version == typed.version)
            if not uow.claim(mine.values(**values, version=typed.version + 1)):
                raise Conflict(_("小区“{name}”刚被他人修改，请刷新后再改").format(name=seen.name))
    except IntegrityError as error:
        raise _taken(typed.name) from error


def read_estate(ctx: Context, estate_id: int, permission: str = ESTATE_READ) -> EstateSeen:
    """Return an estate.

    Raises:
        NotFound: There is none in reach.
    """
    with scope(ctx.session, ctx, permission):
        row = ctx.session.get(Estate, estate_id)
        if row is None:
            raise NotFound(_("没有这个小区，或不在您的管辖范围内"))
        return seen_of(ctx, row)


def seen_of(ctx: Context, row: Estate) -> EstateSeen:
    """Return what pages show of a row, within the session's scope."""
    facts = row.model_dump(exclude={"org_id", "org_path"})
    company, committee = (_name(ctx, unit_id) for unit_id in (row.company_id, row.committee_id))
    unit = get_unit(ctx, row.org_id)
    return EstateSeen(
        **facts,
        company=company,
        committee=committee,
        unit_id=unit.id,
        unit=unit.name,
        path=row.org_path,
    )


def live_estates(ctx: Context, permission: str, day: date | None = None) -> list[Estate]:
    """Return the estates in reach that are there on a day, by their names."""
    day = day or local(ctx.now).date()
    wanted = select(Estate).where(_estate.valid_from <= day)
    wanted = wanted.where(_estate.valid_to.is_(None) | (_estate.valid_to >= day))
    with scope(ctx.session, ctx, permission):
        return list(ctx.session.scalars(wanted.order_by(_estate.name, _estate.id)))


def _name(ctx: Context, unit_id: int | None) -> str:
    return get_unit(ctx, unit_id).name if unit_id is not None else ""


def _taken(name: str) -> InvalidInput:
    return InvalidInput({"name": _("该社区已有小区“{name}”").format(name=name)})
