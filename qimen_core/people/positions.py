"""Who does what where, and party membership: dated facts about a person."""

from datetime import date
from typing import Annotated, Any, Final, NamedTuple

from pydantic import BaseModel, Field
from sqlalchemy import select

from qimen_core.context import Context
from qimen_core.db.session import scope, unscoped
from qimen_core.db.work import UnitOfWork
from qimen_core.errors import InvalidInput, NotFound
from qimen_core.i18n import LazyText, translations
from qimen_core.org.models import OrgUnit
from qimen_core.people.models import PartyMembership, Person, Position

__all__ = [
    "PARTY_STATES",
    "Membership",
    "Post",
    "PostInput",
    "admit",
    "appoint",
    "dismiss",
    "memberships",
    "posts",
]

_ = translations("qimen_core")
P: Any = Person
D: Any = Position
M: Any = PartyMembership
U: Any = OrgUnit

PARTY_STATES: Final[dict[str, LazyText]] = {
    "full": _("正式党员"),
    "probationary": _("预备党员"),
    "none": _("非党员"),
}


class PostInput(BaseModel):
    """A position as typed; `valid_from` is today unless given."""

    org_id: Annotated[int, Field(title=_("单位"))]
    role: Annotated[str, Field(min_length=1, max_length=60, title=_("职务"))]
    valid_from: Annotated[date | None, Field(title=_("任职日期"))] = None


class Post(NamedTuple):
    """A position as a page shows it; `valid_to` is the first day without it."""

    id: int
    role: str
    org_id: int
    unit: str
    valid_from: date
    valid_to: date | None


class Membership(NamedTuple):
    """A dated state of party membership."""

    id: int
    label: str
    valid_from: date
    valid_to: date | None


def posts(ctx: Context, person_id: int) -> list[Post]:
    """Return a person's positions within the session's scope, the present ones first."""
    rows = ctx.session.execute(
        select(D.id, D.role, D.org_id, D.valid_from, D.valid_to)
        .where(D.person_id == person_id)
        .order_by(D.valid_to.is_not(None), D.valid_from.desc())
    ).all()
    with unscoped(ctx.session):
        wanted = select(U.id, U.name).where(U.id.in_({row.org_id for row in rows}))
        names = dict(ctx.session.execute(wanted).all())
    return [
        Post(row.id, row.role, row.org_id, names[row.org_id], row.valid_from, row.valid_to)
        for row in rows
    ]


def appoint(uow: UnitOfWork, person_id: int, new: PostInput) -> int:
    """Give a person a position and return its id.

    Raises:
        InvalidInput: the unit is not in reach, or the person holds this position there already.
        NotFound: there is no such person in reach.
    """
    person = _person(uow, person_id)
    unit = uow.session.get(OrgUnit, new.org_id)
    if unit is None or unit.valid_to is not None:
        raise InvalidInput({"org_id": _("没有这个单位，或不在您的管辖范围内").format()})
    held = select(D.id).where(
        D.person_id == person.id,
        D.org_id == new.org_id,
        D.role == new.role,
        D.valid_to.is_(None),
    )
    if uow.session.execute(held).first() is not None:
        raise InvalidInput({"role": _("此人已在该单位担任“{role}”").format(role=new.role)})
    post = Position(
        person_id=person_id,
        role=new.role,
        org_id=new.org_id,
        org_path=unit.path,
        valid_from=new.valid_from or uow.ctx.qimen.clock.today(),
    )
    uow.session.add(post)
    uow.session.flush()
    assert post.id is not None
    return post.id


def dismiss(uow: UnitOfWork, person_id: int, position_id: int, day: date | None = None) -> None:
    """End a position from a day on; ended twice is ended once.

    Raises:
        NotFound: there is no such position of this person in reach.
        InvalidInput: the day lies before the position began.
    """
    post = uow.session.get(Position, position_id)
    if post is None or post.person_id != person_id:
        raise NotFound(_("没有这个职务，或不在您的管辖范围内"))
    day = day or uow.ctx.qimen.clock.today()
    if day < post.valid_from:
        raise InvalidInput({"valid_to": _("离任日期不能早于任职日期").format()})
    if post.valid_to is None:
        post.valid_to = day
        uow.session.flush()


def memberships(ctx: Context, person_id: int) -> list[Membership]:
    """Return a person's states of party membership, newest first; asks `core.party.read`."""
    with scope(ctx.session, ctx, "core.party.read"):
        rows = ctx.session.execute(
            select(M.id, M.status, M.valid_from, M.valid_to)
            .where(M.person_id == person_id)
            .order_by(M.valid_from.desc(), M.id.desc())
        ).all()
    return [
        Membership(row.id, str(PARTY_STATES.get(row.status, row.status)), row[2], row[3])
        for row in rows
    ]


def admit(uow: UnitOfWork, person_id: int, status: str, day: date | None = None) -> None:
    """Write down a person's party membership from a day on (`none`: it has ended).

    Raises:
        Forbidden: the actor may not know about party membership there.
        InvalidInput: the state is unknown, or the day lies before the last change.
        NotFound: there is no such person in reach.
    """
    person = _person(uow, person_id)
    uow.ctx.require("core.party.read", person.org_path)
    if status not in PARTY_STATES:
        raise InvalidInput({"status": _("请选择党员身份").format()})
    day = day or uow.ctx.qimen.clock.today()
    open_one = uow.session.scalars(
        select(PartyMembership).where(M.person_id == person_id, M.valid_to.is_(None))
    ).one_or_none()
    if open_one is not None:
        if day < open_one.valid_from:
            raise InvalidInput({"valid_from": _("日期不能早于上一次变更").format()})
        if open_one.status == status:
            return
        open_one.valid_to = day
    if status != "none":
        uow.session.add(
            PartyMembership(
                person_id=person_id,
                status=status,
                valid_from=day,
                org_id=person.org_id,
                org_path=person.org_path,
            )
        )
    uow.session.flush()


def _person(uow: UnitOfWork, person_id: int) -> Person:
    person = uow.session.get(Person, person_id)
    if person is None:
        raise NotFound(_("没有这个人员，或不在您的管辖范围内"))
    return person
