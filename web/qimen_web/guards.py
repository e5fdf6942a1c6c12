"""Who comes in: plugin on, logged in, account in order, permission; objects are the scope's.

The order is fixed (SECURITY 2). What is off or out of reach does not exist: 404. What is in
reach but not allowed: 403.
"""

from datetime import datetime, timedelta

from sqlalchemy import select

from qimen_core.access.policy import Policy
from qimen_core.access.sessions import SignIn
from qimen_core.context import Context
from qimen_core.db.session import unscoped
from qimen_core.errors import Forbidden, NotFound
from qimen_core.i18n import translations
from qimen_core.org.models import OrgUnit
from qimen_web.handlers import SELF, Route
from qimen_web.refusals import AccountBlocked

__all__ = ["check_account", "check_permission", "check_public_unit", "password_due"]

_ = translations("qimen_web")

PASSWORD_PATH = "/me/password"  # noqa: S105
TOTP_PATH = "/me/totp"


def check_account(route: Route, sign_in: SignIn, policy: Policy, ctx: Context) -> None:
    """Let an account in that is in order.

    Raises:
        AccountBlocked: Its password must be changed, or its second factor set up, first.
    """
    if route.unfinished:
        return
    if password_due(sign_in, policy, ctx.now):
        raise AccountBlocked(PASSWORD_PATH)
    if policy.totp == "required" and not sign_in.totp_enabled:
        raise AccountBlocked(TOTP_PATH)


def password_due(sign_in: SignIn, policy: Policy, now: datetime) -> bool:
    """Return whether the password must be changed before anything else."""
    if sign_in.must_change_password:
        return True
    if not policy.max_age_days or sign_in.password_changed_at is None:
        return False
    return now - sign_in.password_changed_at >= timedelta(days=policy.max_age_days)


def check_permission(route: Route, ctx: Context) -> None:
    """Let an actor in who holds the route's permission somewhere.

    Raises:
        Forbidden: Nowhere.
        NotFound: Only where the plugin is off.
    """
    permission = route.permission
    if permission is None:
        raise Forbidden
    if permission == SELF:
        return
    # The plugin before the permission: where it is off, nothing of it exists.
    if ctx.grants and not any(ctx.plugin_on(route.plugin, path) for _role, path in ctx.grants):
        raise NotFound
    if not ctx.reach(permission):
        raise Forbidden(_("您没有这项操作的权限"))
    if not ctx.can_anywhere(permission):
        raise NotFound


def check_public_unit(route: Route, ctx: Context, code: str | None) -> OrgUnit | None:
    """Return the unit that a public route names, if the plugin is on there.

    Raises:
        NotFound: There is no such unit, or the plugin is off at it. A route that names no unit
            is there while the plugin is on in any county.
    """
    if code is None:
        if not ctx.plugin_on(route.plugin, "") or _off_everywhere(route, ctx):
            raise NotFound
        return None
    with unscoped(ctx.session):
        unit = ctx.session.scalars(select(OrgUnit).where(OrgUnit.code == code)).first()  # type: ignore[arg-type]
    if unit is None or not ctx.plugin_on(route.plugin, unit):
        raise NotFound
    return unit


def _off_everywhere(route: Route, ctx: Context) -> bool:
    """Return whether the plugin is off at every root of the tree, so at every unit."""
    if not ctx.off.get(route.plugin):
        return False
    with unscoped(ctx.session):
        roots = ctx.session.scalars(select(OrgUnit.path).where(OrgUnit.parent_id.is_(None))).all()  # type: ignore[call-overload,union-attr]
    return bool(roots) and not any(ctx.plugin_on(route.plugin, path) for path in roots)
