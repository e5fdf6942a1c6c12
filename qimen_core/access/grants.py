"""Grants: a role at a unit from one day to another, given under four rules.

1. The security administrator hands out roles inside their own reach, never to themselves.
2. Anybody else who may grant hands out only what they hold there themselves, and no duty.
3. ``sysadmin``, ``secadmin`` and ``auditor`` exclude each other and every business role.
4. The last security administrator stays.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select

from qimen_core.access.models import Grant, UserAccount
from qimen_core.context import Context
from qimen_core.db.session import QimenSession, unscoped
from qimen_core.db.work import UnitOfWork, unit_of_work
from qimen_core.errors import Conflict, Forbidden, InvalidInput, NotFound
from qimen_core.i18n import translations
from qimen_core.org.models import OrgUnit
from qimen_core.org.queries import Unit

__all__ = [
    "GrantLine",
    "give",
    "grantable_roles",
    "grants_of",
    "keep_a_secadmin",
    "refuse_own",
    "require_all_grants_in_reach",
    "revoke",
]

_ = translations("qimen_core")

MANAGE = "core.grant.manage"
SECADMIN = "secadmin"
_grant = Grant.__table__.c  # type: ignore[attr-defined]
_user = UserAccount.__table__.c  # type: ignore[attr-defined]
_unit = OrgUnit.__table__.c  # type: ignore[attr-defined]


@dataclass(frozen=True)
class GrantLine:
    """One grant as the accounts page shows it; ``live`` says whether it holds today."""

    id: int
    role: str
    role_label: str
    unit: str
    valid_from: date
    valid_to: date | None
    revoked: bool
    live: bool


def grantable_roles(ctx: Context, path: str) -> tuple[str, ...]:
    """Return the codes of the roles that the actor may hand out at a unit, given its path."""
    if not ctx.can(MANAGE, path):
        return ()
    registry = ctx.qimen.registry
    if ctx.actor.kind == "system" or _is_secadmin(ctx, path):
        return tuple(registry.roles)
    return tuple(
        code
        for code, role in registry.roles.items()
        if role.group == "business"
        and all(
            ctx.can(name, path)
            for name in registry.permissions
            if code in registry.roles_with(name)
        )
    )


def _is_secadmin(ctx: Context, path: str) -> bool:
    return any(role == SECADMIN and path.startswith(held) for role, held in ctx.grants)


def give(
    ctx: Context,
    *,
    user_id: int,
    role: str,
    unit: Unit,
    valid_from: date,
    valid_to: date | None = None,
) -> int:
    """Grant a role and return the grant's id; it counts from the person's next request on.

    Raises:
        NotFound: The account is out of reach.
        Forbidden: To oneself, or a role that the actor may not hand out there.
        InvalidInput: No such role, or it ends before it starts.
        Conflict: It does not go together with a role the account holds.
    """
    if role not in ctx.qimen.registry.roles:
        raise InvalidInput({"role": str(_("没有这个角色"))})
    if valid_to is not None and valid_to <= valid_from:
        raise InvalidInput({"valid_to": str(_("结束日期要晚于开始日期"))})
    refuse_own(ctx, user_id)
    with unit_of_work(
        ctx, "core.grant.give", permission=MANAGE, subject=f"core_user:{user_id}", unit=unit.path
    ) as uow:
        if role not in grantable_roles(ctx, unit.path):
            raise Forbidden(_("您不能在这个单位授予这个角色"))
        account = uow.session.get(UserAccount, user_id, with_for_update=True)
        if account is None:
            raise NotFound
        _check_together(uow.session, ctx, user_id, role)
        grant = Grant(
            user_id=user_id,
            role=role,
            org_id=unit.id,
            org_path=unit.path,
            valid_from=valid_from,
            valid_to=valid_to,
            granted_by=ctx.actor.user_id,
        )
        uow.session.add(grant)
        account.rights_version += 1
        uow.session.flush()
        made = grant.id
    if made is None:
        raise RuntimeError("the database gave no id")
    return made


def refuse_own(ctx: Context, user_id: int) -> None:
    """Refuse to give oneself a right.

    Raises:
        Forbidden: The account is the actor's own.
    """
    if ctx.actor.user_id == user_id and ctx.actor.kind == "user":
        raise Forbidden(_("不能给自己授权"))


def _check_together(session: QimenSession, ctx: Context, user_id: int, role: str) -> None:
    registry = ctx.qimen.registry
    today = ctx.qimen.clock.today()
    with unscoped(session):
        held = session.execute(
            select(_grant.role).where(
                _grant.user_id == user_id,
                _grant.revoked_at.is_(None),
                or_(_grant.valid_to.is_(None), _grant.valid_to > today),
            )
        ).scalars()
        groups = {registry.roles[code].group for code in held if code in registry.roles}
    wanted = registry.roles[role].group
    if groups - {wanted}:
        raise Conflict(_("系统管理员、安全管理员、审计员互斥，也不能兼任业务角色"))


def revoke(ctx: Context, grant_id: int) -> int:
    """Take a grant back, which holds from the next request on; return the account's id.

    Raises:
        NotFound: The grant is out of reach or was taken back before.
        Forbidden: It is the actor's own, or a role that they may not hand out.
        Conflict: It is the last security administrator's there.
    """
    with unit_of_work(
        ctx, "core.grant.revoke", permission=MANAGE, subject=f"core_grant:{grant_id}"
    ) as uow:
        grant = uow.session.get(Grant, grant_id)
        if grant is None:
            raise NotFound
        if grant.user_id == ctx.actor.user_id and ctx.actor.kind == "user":
            raise Forbidden(_("不能收回自己的授权"))
        if grant.role not in grantable_roles(ctx, grant.org_path):
            raise Forbidden(_("您不能收回这个角色"))
        uow.unit = grant.org_path
        if grant.role == SECADMIN:
            keep_a_secadmin(uow, without_grant=grant_id)
        # Looked at again under its lock: somebody may have taken it back meanwhile.
        uow.session.refresh(grant, with_for_update=True)
        if grant.revoked_at is not None:
            raise NotFound
        grant.revoked_at = ctx.now
        account = uow.session.get(UserAccount, grant.user_id)
        if account is None:
            # The grant lies in reach, the account's home does not: another one has to do it.
            raise NotFound
        account.rights_version += 1
        return grant.user_id


def keep_a_secadmin(
    uow: UnitOfWork, *, without_grant: int | None = None, without_user: int | None = None
) -> None:
    """Refuse to take away the last security administrator of a unit.

    Somebody must be left whose reach covers the unit: one of a township does not stand in for
    that of the county. The grants are locked in the order of their numbers, so that of two who
    take each other's right away at the same time one comes too late.

    Raises:
        Conflict: Nobody would be left.
    """
    today = uow.ctx.qimen.clock.today()
    statement = (
        select(_grant.id, _grant.user_id, _grant.org_path)
        .join(UserAccount.__table__, _user.id == _grant.user_id)  # type: ignore[attr-defined]
        .where(
            _grant.role == SECADMIN,
            _grant.revoked_at.is_(None),
            _grant.valid_from <= today,
            or_(_grant.valid_to.is_(None), _grant.valid_to > today),
            _user.state == "active",
        )
        .order_by(_grant.id)
        .with_for_update()
    )
    with unscoped(uow.session):
        rows = uow.session.execute(statement).all()
    lost = [row for row in rows if row[0] == without_grant or row[1] == without_user]
    left = [row[2] for row in rows if row not in lost]
    if any(not any(row[2].startswith(path) for path in left) for row in lost):
        raise Conflict(_("这是最后一位安全管理员，不能停用或收回"))


def require_all_grants_in_reach(uow: UnitOfWork, user_id: int) -> None:
    """Refuse to take an account over that reaches further than the actor.

    Whoever gives an account a new password can use it: without this, the security administrator
    of a township would get at the county by an account whose home is in the township.

    Raises:
        Forbidden: A grant of the account lies out of the actor's reach.
    """
    today = uow.ctx.qimen.clock.today()
    with unscoped(uow.session):
        paths = uow.session.execute(
            select(_grant.org_path).where(
                _grant.user_id == user_id,
                _grant.revoked_at.is_(None),
                or_(_grant.valid_to.is_(None), _grant.valid_to > today),
            )
        ).scalars()
        beyond = [path for path in paths if not uow.ctx.can(uow.permission, path)]
    if beyond:
        raise Forbidden(_("这个账号的权限超出您的管辖范围，请上级安全管理员办理"))


def grants_of(ctx: Context, user_id: int) -> Sequence[GrantLine]:
    """Return an account's grants that the actor may see, the latest first."""
    from qimen_core.db.session import scoped

    roles = ctx.qimen.registry.roles
    today = ctx.qimen.clock.today()
    statement = (
        select(
            _grant.id,
            _grant.role,
            _unit.name,
            _grant.valid_from,
            _grant.valid_to,
            _grant.revoked_at,
        )
        .join(OrgUnit.__table__, _unit.id == _grant.org_id)  # type: ignore[attr-defined]
        .where(_grant.user_id == user_id)
        .order_by(_grant.id.desc())
    )
    rows = ctx.session.execute(scoped(statement, ctx, "core.user.read", _grant.org_path))
    return [
        GrantLine(
            id=row[0],
            role=row[1],
            role_label=str(roles[row[1]].label) if row[1] in roles else row[1],
            unit=row[2],
            valid_from=row[3],
            valid_to=row[4],
            revoked=row[5] is not None,
            live=row[5] is None and row[3] <= today and (row[4] is None or row[4] > today),
        )
        for row in rows
    ]
