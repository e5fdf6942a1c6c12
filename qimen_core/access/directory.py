"""Reading accounts for the accounts pages, within the reader's reach."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select

from qimen_core.access.models import Grant, UserAccount
from qimen_core.context import Context
from qimen_core.db.session import scoped
from qimen_core.errors import NotFound
from qimen_core.org.models import OrgUnit

__all__ = ["AccountLine", "account", "accounts", "roles_held"]

READ = "core.user.read"
_user = UserAccount.__table__.c  # type: ignore[attr-defined]
_unit = OrgUnit.__table__.c  # type: ignore[attr-defined]
_grant = Grant.__table__.c  # type: ignore[attr-defined]


@dataclass(frozen=True)
class AccountLine:
    """An account as the list and its page show it."""

    id: int
    username: str
    name: str
    state: str
    unit: str
    org_path: str
    last_login_at: datetime | None
    totp_enabled: bool
    must_change_password: bool
    created_at: datetime


def _columns(ctx: Context):  # type: ignore[no-untyped-def]
    statement = select(
        _user.id,
        _user.username,
        _user.name,
        _user.state,
        _unit.name,
        _user.org_path,
        _user.last_login_at,
        _user.totp_enabled,
        _user.must_change_password,
        _user.created_at,
    ).join(OrgUnit.__table__, _unit.id == _user.org_id)  # type: ignore[attr-defined]
    return scoped(statement, ctx, READ, _user.org_path)


def accounts(
    ctx: Context,
    *,
    text: str = "",
    state: str = "",
    role: str = "",
    after: int = 0,
    limit: int = 50,
) -> Sequence[AccountLine]:
    """Return accounts by id, from the one after ``after``.

    Args:
        ctx: Who reads.
        text: Part of the user name or the name.
        state: ``active``, ``disabled`` or empty for both.
        role: Only holders of this role today.
        after: The last id of the page before.
        limit: How many at most.
    """
    statement = _columns(ctx).where(_user.id > after).order_by(_user.id).limit(limit)
    if text:
        statement = statement.where(
            or_(
                _user.username.contains(text.casefold(), autoescape=True),
                _user.name.contains(text, autoescape=True),
            )
        )
    if state:
        statement = statement.where(_user.state == state)
    if role:
        today = ctx.qimen.clock.today()
        held = select(_grant.user_id).where(
            _grant.role == role,
            _grant.revoked_at.is_(None),
            _grant.valid_from <= today,
            or_(_grant.valid_to.is_(None), _grant.valid_to > today),
        )
        statement = statement.where(_user.id.in_(held))
    return [AccountLine(*row) for row in ctx.session.execute(statement)]


def account(ctx: Context, user_id: int) -> AccountLine:
    """Return one account.

    Raises:
        NotFound: There is none, or it is out of reach.
    """
    row = ctx.session.execute(_columns(ctx).where(_user.id == user_id)).first()
    if row is None:
        raise NotFound
    return AccountLine(*row)


def roles_held(ctx: Context, user_ids: Sequence[int]) -> dict[int, list[str]]:
    """Return the Chinese names of the roles that accounts hold today, by account id."""
    today = ctx.qimen.clock.today()
    statement = select(_grant.user_id, _grant.role).where(
        _grant.user_id.in_(user_ids),
        _grant.revoked_at.is_(None),
        _grant.valid_from <= today,
        or_(_grant.valid_to.is_(None), _grant.valid_to > today),
    )
    known = ctx.qimen.registry.roles
    found: dict[int, list[str]] = {}
    for user_id, role in ctx.session.execute(scoped(statement, ctx, READ, _grant.org_path)):
        label = str(known[role].label) if role in known else role
        held = found.setdefault(user_id, [])
        if label not in held:
            held.append(label)
    return found
