"""Notices: telling the people at a unit that something came to them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, func, or_, select

from qimen_core.access.models import Grant, UserAccount
from qimen_core.clock import local
from qimen_core.db.session import unscoped
from qimen_core.db.work import UnitOfWork, unit_of_work
from qimen_core.errors import NotFound
from qimen_core.files import Place
from qimen_core.org.models import OrgUnit
from qimen_web.models import Notice

if TYPE_CHECKING:
    from qimen_core.context import Context

__all__ = [
    "ShownNotice",
    "latest",
    "notify",
    "notify_account",
    "read_all",
    "read_one",
    "unread",
    "unread_again",
]

LATEST = 100

_notice: Any = Notice.__table__.c  # type: ignore[attr-defined]
_unit: Any = OrgUnit.__table__.c  # type: ignore[attr-defined]
_grant: Any = Grant.__table__.c  # type: ignore[attr-defined]
_user: Any = UserAccount.__table__.c  # type: ignore[attr-defined]

_WITH_UNIT = Notice.__table__.join(  # type: ignore[attr-defined]
    OrgUnit.__table__,  # type: ignore[attr-defined]
    _notice.org_id == _unit.id,
)
_LATEST = (
    select(
        _notice.id, _notice.text, _unit.name, _notice.created_at, _notice.read_at,
        _notice.permission, _unit.path,
    )
    .select_from(_WITH_UNIT)
    .where(_notice.user_id == bindparam("user"))
    .order_by(_notice.id.desc())
    .limit(LATEST)
)  # fmt: skip
_UNREAD = (
    select(_notice.permission, _unit.path, func.count())
    .select_from(_WITH_UNIT)
    .where(_notice.user_id == bindparam("user"), _notice.read_at.is_(None))
    .group_by(_notice.permission, _unit.path)
)


@dataclass(frozen=True, slots=True)
class ShownNotice:
    """A notice as its reader sees it."""

    id: int
    text: str
    unit: str
    created_at: datetime
    read: bool


def notify(
    uow: UnitOfWork,
    unit_id: int,
    *,
    permission: str,
    text: str,
    url: str,
    key: str,
    by: int | None = None,
) -> int:
    """Tell everybody who works at a unit, in the transaction of what happened.

    Those are the active accounts with a grant at this very unit whose role holds ``permission``;
    whoever acts is not told what they just did.

    Args:
        uow: The open unit of work.
        unit_id: The unit it came to.
        permission: The right to see the thing; the notice is shown only while it is held.
        text: One line without personal data.
        url: Where the thing is, a path of this site.
        key: What happened, e.g. ``petitions.order:17:dispatched:1``; told once.
        by: The account that did it, where it is told later and by the system.

    Returns:
        How many were told.
    """
    acting = {uow.ctx.actor.user_id, by}
    users = [user for user in _working_at(uow.ctx, unit_id, permission) if user not in acting]
    notice = {"org_id": unit_id, "permission": permission, "key": key, "text": text, "url": url}
    return sum(_tell(uow, user, notice) for user in users)


def notify_account(
    uow: UnitOfWork, user_id: int, unit: Place, *, permission: str, text: str, url: str, key: str
) -> bool | None:
    """Tell one account of a thing at a unit that it has to do with.

    Args:
        uow: The open unit of work.
        user_id: The account.
        unit: Where the thing is.
        permission, text, url, key: As for :func:`notify`.

    Returns:
        Whether it was told now; None where the account is closed or no longer reaches the thing.
    """
    ctx = uow.ctx
    with unscoped(ctx.session):
        state = ctx.session.scalar(select(_user.state).where(_user.id == user_id))
    if state != "active" or not ctx.qimen.user_context(ctx.session, user_id).can(
        permission, unit.path
    ):
        return None
    notice = {"org_id": unit.id, "permission": permission, "key": key, "text": text, "url": url}
    return _tell(uow, user_id, notice)


def _tell(uow: UnitOfWork, user_id: int, notice: Mapping[str, Any]) -> bool:
    if _has(uow, user_id, notice["key"]):
        return False
    uow.session.add(Notice(user_id=user_id, created_at=uow.ctx.now, **notice))
    return True


def _working_at(ctx: "Context", unit_id: int, permission: str) -> Iterable[int]:
    today = local(ctx.now).date()
    statement = (
        select(_grant.user_id)
        .join(UserAccount.__table__, _user.id == _grant.user_id)  # type: ignore[attr-defined]
        .where(
            _grant.org_id == unit_id,
            _grant.role.in_(ctx.qimen.registry.roles_with(permission)),
            _grant.revoked_at.is_(None),
            _grant.valid_from <= today,
            or_(_grant.valid_to.is_(None), _grant.valid_to > today),
            _user.state == "active",
        )
        .distinct()
        .order_by(_grant.user_id)
    )
    with unscoped(ctx.session):
        return list(ctx.session.scalars(statement))


def _has(uow: UnitOfWork, user_id: int, key: str) -> bool:
    statement = select(_notice.id).where(_notice.user_id == user_id, _notice.key == key)
    return uow.session.execute(statement).first() is not None


def unread(ctx: "Context") -> int:
    """Return how many notices the actor has not read; those of plugins that are off don't count."""
    with unscoped(ctx.session):
        found = ctx.session.execute(_UNREAD, {"user": ctx.actor.user_id}).all()
    return sum(count for permission, path, count in found if ctx.can(permission, path))


def latest(ctx: "Context") -> list[ShownNotice]:
    """Return the actor's newest notices, at most 100."""
    with unscoped(ctx.session):
        found = ctx.session.execute(_LATEST, {"user": ctx.actor.user_id}).all()
    return [
        ShownNotice(row[0], row[1], row[2], row[3], row[4] is not None)
        for row in found
        if ctx.can(row.permission, row.path)
    ]


def read_one(ctx: "Context", notice_id: int) -> str:
    """Mark a notice as read and return the address it speaks of.

    Raises:
        NotFound: There is none, or it is somebody else's.
    """
    subject = f"web_notice:{notice_id}"
    with unit_of_work(ctx, "web.notice.read", permission="core.self", subject=subject) as uow:
        notice = uow.session.get(Notice, notice_id)
        if notice is None or notice.user_id != ctx.actor.user_id:
            raise NotFound
        notice.read_at = notice.read_at or ctx.now
        return notice.url


def read_all(ctx: "Context") -> datetime:
    """Mark all as read and return the moment, by which it can be taken back."""
    with unit_of_work(ctx, "web.notice.read_all", permission="core.self") as uow:
        for notice in uow.session.scalars(_mine(ctx).where(_notice.read_at.is_(None))):
            notice.read_at = ctx.now
    return ctx.now


def unread_again(ctx: "Context", moment: datetime) -> None:
    """Take back what was marked as read at ``moment``."""
    with unit_of_work(ctx, "web.notice.unread", permission="core.self") as uow:
        for notice in uow.session.scalars(_mine(ctx).where(_notice.read_at == moment)):
            notice.read_at = None


def _mine(ctx: "Context") -> Any:
    return select(Notice).where(_notice.user_id == ctx.actor.user_id)
