"""Accounts as the security administrator keeps them: made, reset, closed, opened.

Hashes come in ready-made: hashing inside a unit of work would hold every other writer up.
"""

import re

from qimen_core.access.grants import keep_a_secadmin, require_all_grants_in_reach
from qimen_core.access.models import UserAccount
from qimen_core.access.own_account import credentials
from qimen_core.context import Context
from qimen_core.db.session import QimenSession
from qimen_core.db.work import unit_of_work
from qimen_core.errors import Forbidden, InvalidInput, NotFound
from qimen_core.i18n import translations
from qimen_core.org.queries import Unit

__all__ = ["create_account", "reset_password", "set_state", "username_faults"]

_ = translations("qimen_core")

MANAGE = "core.user.manage"
_NAME = re.compile(r"[a-z][a-z0-9._-]{2,39}")


def username_faults(username: str) -> str:
    """Return what is wrong with a new user name, as a sentence, or an empty text."""
    if _NAME.fullmatch(username):
        return ""
    return str(_("用户名为 3–40 位小写字母、数字或 . _ -，以字母开头"))


def create_account(
    ctx: Context, *, username: str, name: str, unit: Unit, password_hash: str
) -> int:
    """Make an account that must change its password at the first login; return its id.

    Raises:
        InvalidInput: The user name is malformed or taken, or the name is empty.
        Forbidden: The unit is out of reach.
    """
    username = username.strip().casefold()
    errors: dict[str, str] = {}
    if fault := username_faults(username):
        errors["username"] = fault
    if not name.strip():
        errors["name"] = str(_("请填写姓名"))
    if errors:
        raise InvalidInput(errors)
    ctx.require(MANAGE, unit.path)
    with unit_of_work(ctx, "core.user.create", permission=MANAGE, unit=unit.path) as uow:
        if credentials(uow.session, username) is not None:
            raise InvalidInput({"username": str(_("这个用户名已经有人用了"))})
        account = UserAccount(
            username=username,
            name=name.strip()[:60],
            org_id=unit.id,
            org_path=unit.path,
            password_hash=password_hash,
            password_changed_at=ctx.now,
            must_change_password=True,
            created_at=ctx.now,
        )
        uow.session.add(account)
        uow.session.flush()
        uow.subject = _subject(account.id)
        made = account.id
    if made is None:
        raise RuntimeError("the database gave no id")
    return made


def reset_password(ctx: Context, user_id: int, password_hash: str) -> None:
    """Give an account a first password again; the second factor is taken off with it.

    Raises:
        NotFound: The account is out of reach.
        Forbidden: It is the actor's own, or it reaches further than the actor.
    """
    _not_own(ctx, user_id)
    with unit_of_work(
        ctx, "core.password.reset", permission=MANAGE, subject=_subject(user_id)
    ) as uow:
        account = _loaded(uow.session, user_id)
        require_all_grants_in_reach(uow, user_id)
        uow.unit = account.org_path
        account.password_hash = password_hash
        account.password_changed_at = ctx.now
        account.must_change_password = True
        account.totp_secret = None
        account.totp_enabled = False
        account.rights_version += 1


def set_state(ctx: Context, user_id: int, *, active: bool) -> None:
    """Open or close an account; closed, its sign-ins are void from the next request on.

    Raises:
        NotFound: The account is out of reach.
        Forbidden: It is the actor's own, or it reaches further than the actor.
        Conflict: It is the last security administrator's.
    """
    _not_own(ctx, user_id)
    action = "core.user.enable" if active else "core.user.disable"
    with unit_of_work(ctx, action, permission=MANAGE, subject=_subject(user_id)) as uow:
        account = _loaded(uow.session, user_id)
        require_all_grants_in_reach(uow, user_id)
        if not active:
            keep_a_secadmin(uow, without_user=user_id)
        uow.unit = account.org_path
        account.state = "active" if active else "disabled"
        if active:
            # Else the rule for unused accounts would close it again at its first login.
            account.last_login_at = ctx.now
        account.rights_version += 1


def _loaded(session: QimenSession, user_id: int) -> UserAccount:
    account = session.get(UserAccount, user_id)
    if account is None:
        raise NotFound
    return account


def _not_own(ctx: Context, user_id: int) -> None:
    if ctx.actor.user_id == user_id:
        raise Forbidden(_("不能对自己的账号做这项操作，请另一位安全管理员办理"))


def _subject(user_id: int | None) -> str:
    return f"core_user:{user_id}"
