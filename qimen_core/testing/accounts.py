"""Accounts for tests."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from secrets import token_hex

from pwdlib.hashers.argon2 import Argon2Hasher

from qimen_core.access.models import Grant, UserAccount
from qimen_core.context import Context
from qimen_core.db.session import QimenSession
from qimen_core.db.work import unit_of_work
from qimen_core.org.models import OrgUnit
from qimen_core.runtime import Qimen

__all__ = ["PASSWORD", "Account", "cheap_hasher", "create_account"]

PASSWORD = "Beitang-2719-qiao"
"""The password of every account that a test creates."""


@dataclass(frozen=True)
class Account:
    """An account with one grant.

    `qimen` is the application it belongs to, `unit` the unit of its grant.
    """

    qimen: Qimen
    id: int
    username: str
    role: str
    unit: OrgUnit

    def context(self, session: QimenSession) -> Context:
        """The context of this user on a session, with the grants of this moment."""
        return self.qimen.user_context(session, self.id)


def create_account(qimen: Qimen, role: str, unit: OrgUnit) -> Account:
    """Creates an account at `unit` that holds `role` there since 2000, password changed today.

    Raises:
        LookupError: no such role.
    """
    assert unit.id is not None
    if role not in qimen.registry.roles:
        raise LookupError(f"no role {role!r}; there are {', '.join(qimen.registry.roles)}")
    now = qimen.clock.now()
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        with unit_of_work(ctx, "core.user.manage", unit=unit.path) as uow:
            user = UserAccount(
                username=f"{role}-{token_hex(4)}",
                name=f"{role} {unit.name}",
                password_hash=_password_hash(),
                password_changed_at=now,
                must_change_password=False,
                created_at=now,
                org_id=unit.id,
                org_path=unit.path,
            )
            uow.session.add(user)
            uow.session.flush()
            assert user.id is not None
            grant = Grant(
                user_id=user.id,
                role=role,
                valid_from=date(2000, 1, 1),
                org_id=unit.id,
                org_path=unit.path,
            )
            uow.session.add(grant)
        return Account(qimen, user.id, user.username, role, unit)


def cheap_hasher() -> Argon2Hasher:
    """A hasher that is as weak as it is quick, for passwords that protect nothing."""
    return Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1)


@cache
def _password_hash() -> str:
    return cheap_hasher().hash(PASSWORD)
