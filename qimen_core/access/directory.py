"""Reading accounts for the accounts pages, within the reader's reach."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, false, func, or_, select

from qimen_core.access.models import Grant, UserAccount
from qimen_core.access.models import Throttle as Tries
from qimen_core.access.throttle import account_key
from qimen_core.context import Context
from qimen_core.db.session import scoped
from qimen_core.errors import NotFound
from qimen_core.org.models import OrgUnit

__all__ = ["AccountLine", "account", "account_rows", "holders", "locked", "locked_until"]

READ = "core.user.read"
_user = UserAccount.__table__.c  # type: ignore[attr-defined]
_unit = OrgUnit.__table__.c  # type: ignore[attr-defined]
_grant = Grant.__table__.c  # type: ignore[attr-defined]
_throttle = Tries.__table__.c  # type: ignore[attr-defined]


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


def account_rows(ctx: Context) -> Select[Any]:
    """Return the select of the accounts in reach, one row each, for the list.

    Columns: id, user name, name, unit, codes of the roles held today joined by commas (or None),
    state, last sign-in, whether a second factor is on, the day it was made, path of the unit.
    """
    statement = select(
        _user.id,
        _user.username,
        _user.name,
        _unit.name,
        _roles_today(ctx).label("roles"),
        _user.state,
        _user.last_login_at,
        _user.totp_enabled,
        _user.created_at,
        _user.org_path,
    ).join(OrgUnit.__table__, _unit.id == _user.org_id)  # type: ignore[attr-defined]
    return scoped(statement, ctx, READ, _user.org_path)


def holders(ctx: Context, role: str) -> ColumnElement[bool]:
    """Return the condition on an account that it holds a role today."""
    held = select(_grant.user_id).where(_grant.role == role, _held_today(ctx))
    holds: ColumnElement[bool] = _user.id.in_(held)
    return holds


def _roles_today(ctx: Context) -> ScalarSelect[str]:
    one_each = select(_grant.role).where(_grant.user_id == _user.id, _held_today(ctx)).distinct()
    each = one_each.order_by(_grant.role).correlate(UserAccount.__table__).subquery()  # type: ignore[attr-defined]
    return select(func.aggregate_strings(each.c.role, ",")).scalar_subquery()


def _held_today(ctx: Context) -> ColumnElement[bool]:
    today = ctx.qimen.clock.today()
    return and_(
        ctx.visible(READ, _grant.org_path),
        _grant.revoked_at.is_(None),
        _grant.valid_from <= today,
        or_(_grant.valid_to.is_(None), _grant.valid_to > today),
    )


def locked_until(ctx: Context, usernames: Sequence[str]) -> dict[str, datetime]:
    """Return until when accounts take no login after too many wrong passwords, by user name."""
    names = {account_key(name): name for name in usernames}
    found = select(_throttle.key, _throttle.locked_until).where(
        _throttle.key.in_(names), _throttle.locked_until > ctx.now
    )
    return {names[key]: until for key, until in ctx.session.execute(found)}


def locked(ctx: Context) -> ColumnElement[bool]:
    """Return the condition on an account that it takes no login for the moment.

    Failures are counted under a hash of the user name, which no database can work out for us: the
    few that are paused are told apart here.
    """
    keys = select(_throttle.key).where(
        _throttle.key.startswith("account:"), _throttle.locked_until > ctx.now
    )
    wanted = set(ctx.session.scalars(keys))
    if not wanted:
        return false()
    known = scoped(select(_user.id, _user.username), ctx, READ, _user.org_path)
    rows = ctx.session.execute(known)
    ids = [user_id for user_id, name in rows if account_key(name) in wanted]
    found: ColumnElement[bool] = _user.id.in_(ids)
    return found


def account(ctx: Context, user_id: int) -> AccountLine:
    """Return one account.

    Raises:
        NotFound: There is none, or it is out of reach.
    """
    row = ctx.session.execute(_columns(ctx).where(_user.id == user_id)).first()
    if row is None:
        raise NotFound
    return AccountLine(*row)
