"""What an account does to itself: logging in and out, its password, its second factor.

Hashes come in ready-made: hashing inside a unit of work would hold every other writer up.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import select, update

from qimen_core.access.models import UserAccount, WebSession
from qimen_core.access.policy import Policy
from qimen_core.clock import Clock
from qimen_core.context import Actor, Context
from qimen_core.db.encrypted import Secret
from qimen_core.db.session import _SCOPED, QimenSession
from qimen_core.db.work import unit_of_work
from qimen_core.errors import Conflict, NotFound
from qimen_core.i18n import translations
from qimen_core.runtime import Qimen

__all__ = [
    "Credentials",
    "any_account",
    "begin_totp",
    "change_own_password",
    "confirm_totp",
    "credentials",
    "disable_dormant",
    "dormant",
    "end_devices",
    "note_login",
    "note_logout",
    "note_refusal",
    "use_totp_step",
]

_ = translations("qimen_core")

MANAGE = "core.user.manage"
_user = UserAccount.__table__.c  # type: ignore[attr-defined]
_sign_in = WebSession.__table__.c  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Credentials:
    """What a login is checked against."""

    id: int
    username: str
    name: str
    org_path: str
    password_hash: str
    state: str
    created_at: datetime
    last_login_at: datetime | None
    totp_enabled: bool
    totp_last_step: int
    totp_secret: Secret | None
    rights_version: int


def any_account(session: QimenSession) -> bool:
    """Return whether there is an account at all; without one the set-up page is open."""
    statement = select(_user.id).limit(1).execution_options(**{_SCOPED: "core.login"})
    return session.execute(statement).first() is not None


def credentials(
    session: QimenSession, username: str = "", user_id: int | None = None
) -> Credentials | None:
    """Return the credentials of an account by its name or id, None when there is none.

    Nobody is known yet at a login, so this is not scoped; it answers only the login itself.
    """
    statement = select(*(_user[name] for name in Credentials.__dataclass_fields__))
    if user_id is None:
        statement = statement.where(_user.username == username.strip().casefold())
    else:
        statement = statement.where(_user.id == user_id)
    row = session.execute(statement.execution_options(**{_SCOPED: "core.login"})).first()
    return Credentials(*row) if row is not None else None


def dormant(found: Credentials, policy: Policy, clock: Clock) -> bool:
    """Return whether an account was left unused for too long."""
    last = found.last_login_at or found.created_at
    return bool(policy.dormant_days) and clock.now() - last >= timedelta(days=policy.dormant_days)


def _own(qimen: Qimen, session: QimenSession, found: Credentials) -> Context:
    """Return a context in which an account changes itself; the audit names the account.

    Its own grants may not reach its own row (a new account has none), and must not have to.
    """
    actor = Actor("system", found.name, found.id, org_path=found.org_path)
    return replace(qimen.system_context(session), actor=actor)


def note_login(
    qimen: Qimen, session: QimenSession, found: Credentials, new_hash: str | None = None
) -> None:
    """Write a login into the audit; store the hash anew where its cost is out of date."""
    ctx = _own(qimen, session, found)
    with unit_of_work(
        ctx,
        "core.session.start",
        permission=MANAGE,
        subject=_subject(found.id),
        unit=found.org_path,
    ) as uow:
        account = uow.session.get(UserAccount, found.id)
        if account is None:
            raise NotFound
        account.last_login_at = ctx.now
        if new_hash:
            account.password_hash = new_hash


def note_logout(qimen: Qimen, session: QimenSession, found: Credentials) -> None:
    """Write a logout into the audit."""
    ctx = _own(qimen, session, found)
    with unit_of_work(
        ctx, "core.session.end", permission=MANAGE, subject=_subject(found.id), unit=found.org_path
    ):
        pass


def end_devices(
    qimen: Qimen,
    session: QimenSession,
    found: Credentials,
    device_id: int | None = None,
    keep: int | None = None,
) -> int:
    """Log an account's own devices out and return how many; the audit says that it did so itself.

    Args:
        qimen: The application.
        session: Of the request.
        found: The account; no other's device is ever touched.
        device_id: This one alone; all of them when left out.
        keep: The device in use.
    """
    live = update(WebSession).where(_sign_in.user_id == found.id, _sign_in.revoked_at.is_(None))
    if device_id is not None:
        live = live.where(_sign_in.id == device_id)
    if keep is not None:
        live = live.where(_sign_in.id != keep)
    ctx = _own(qimen, session, found)
    with unit_of_work(
        ctx, "core.session.revoke", permission=MANAGE, subject=_subject(found.id),
        unit=found.org_path,
    ) as uow:  # fmt: skip
        count = uow.claim(live.values(revoked_at=ctx.now))
        if not count and device_id is not None:
            raise NotFound
        uow.changes["core_session"] = {"revoked": str(count)}
    return count


def note_refusal(
    qimen: Qimen, session: QimenSession, found: Credentials | None, reason: str, address: str
) -> None:
    """Write a refused login into the audit, with the network address it came from.

    Of an unknown name nothing is kept: people type their password into the wrong field.
    """
    ctx = qimen.system_context(session, found.name if found else "—")
    with unit_of_work(
        ctx,
        "core.session.refuse",
        permission=MANAGE,
        subject=_subject(found.id) if found else "",
        unit=found.org_path if found else "",
        reason=f"{reason} {address}",
    ):
        pass


def change_own_password(
    qimen: Qimen, session: QimenSession, found: Credentials, new_hash: str
) -> None:
    """Store an account's own new password; whoever else used the account is out.

    Raising ``rights_version`` makes every sign-in take a new id; the caller ends the others.
    """
    ctx = _own(qimen, session, found)
    with unit_of_work(
        ctx, "core.password.change", permission=MANAGE, subject=_subject(found.id),
        unit=found.org_path,
    ) as uow:  # fmt: skip
        account = _loaded(uow.session, found.id)
        account.password_hash = new_hash
        account.password_changed_at = ctx.now
        account.must_change_password = False
        account.rights_version += 1


def begin_totp(qimen: Qimen, session: QimenSession, found: Credentials, secret: str) -> None:
    """Store a secret that is not in force until a code proves that the phone has it.

    Raises:
        Conflict: The second factor is in force already.
    """
    ctx = _own(qimen, session, found)
    with unit_of_work(
        ctx, "core.totp.begin", permission=MANAGE, subject=_subject(found.id), unit=found.org_path
    ) as uow:
        account = _loaded(uow.session, found.id)
        if account.totp_enabled:
            raise Conflict(_("动态口令已经启用"))
        account.totp_secret = Secret(secret)
        account.totp_last_step = 0


def confirm_totp(qimen: Qimen, session: QimenSession, found: Credentials, step: int) -> None:
    """Put the second factor into force; the code's step is used up."""
    ctx = _own(qimen, session, found)
    with unit_of_work(
        ctx, "core.totp.confirm", permission=MANAGE, subject=_subject(found.id),
        unit=found.org_path,
    ) as uow:  # fmt: skip
        account = _loaded(uow.session, found.id)
        account.totp_enabled = True
        account.totp_last_step = step
        account.rights_version += 1


def use_totp_step(qimen: Qimen, session: QimenSession, found: Credentials, step: int) -> bool:
    """Use a code up; return False when another login was first with it."""
    ctx = _own(qimen, session, found)
    with unit_of_work(
        ctx, "core.totp.use", permission=MANAGE, subject=_subject(found.id), unit=found.org_path
    ) as uow:
        statement = (
            update(UserAccount)
            .where(_user.id == found.id, _user.totp_last_step < step)
            .values(totp_last_step=step)
        )
        return uow.claim(statement) == 1


def disable_dormant(qimen: Qimen, session: QimenSession, found: Credentials) -> None:
    """Close an account that was left unused for too long."""
    ctx = _own(qimen, session, found)
    with unit_of_work(
        ctx, "core.user.expire", permission=MANAGE, subject=_subject(found.id), unit=found.org_path
    ) as uow:
        _loaded(uow.session, found.id).state = "disabled"


def _loaded(session: QimenSession, user_id: int) -> UserAccount:
    account = session.get(UserAccount, user_id)
    if account is None:
        raise NotFound
    return account


def _subject(user_id: int | None) -> str:
    return f"core_user:{user_id}"
