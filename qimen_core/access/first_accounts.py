"""The first accounts of a deployment: nobody is there to grant them anything."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from qimen_core.access.models import Grant, UserAccount
from qimen_core.access.own_account import any_account
from qimen_core.db.session import QimenSession
from qimen_core.db.work import UnitOfWork, unit_of_work
from qimen_core.errors import InvalidInput, NotFound
from qimen_core.i18n import translations
from qimen_core.org.queries import Unit, by_code
from qimen_core.org.tree import NewUnit, create
from qimen_core.runtime import Qimen

__all__ = ["FirstAccount", "first_accounts"]

_ = translations("qimen_core")


@dataclass(frozen=True)
class FirstAccount:
    """One of the duties that must be there from the first day."""

    role: Literal["secadmin", "sysadmin"]
    username: str
    password_hash: str


def first_accounts(
    qimen: Qimen, session: QimenSession, county: str, code: str, made: Sequence[FirstAccount]
) -> None:
    """Make the county, where it is not there yet, and its first accounts, all in one.

    Args:
        qimen: The deployment.
        session: The session to write with.
        county: The county's name.
        code: Its division code, 12 digits.
        made: The accounts.

    Raises:
        InvalidInput: There are accounts already, or the code cannot be a county's.
    """
    ctx = qimen.system_context(session)
    with unit_of_work(ctx, "core.setup", permission="core.org.manage") as uow:
        # The writers' queue (SQLite) and the unique names decide if two come at once.
        if any_account(session):
            raise InvalidInput({"": str(_("系统已经有账号了"))})
        unit = _county(uow, county, code)
        uow.unit = unit.path
        for each in made:
            _add(uow, unit, each)


def _county(uow: UnitOfWork, county: str, code: str) -> Unit:
    try:
        return by_code(uow.ctx, code)
    except NotFound:
        return create(uow, NewUnit(kind="county", name=county, code=code))


def _add(uow: UnitOfWork, unit: Unit, each: FirstAccount) -> None:
    ctx = uow.ctx
    account = UserAccount(
        username=each.username.strip().casefold(),
        name=str(ctx.qimen.registry.roles[each.role].label),
        org_id=unit.id,
        org_path=unit.path,
        password_hash=each.password_hash,
        password_changed_at=ctx.now,
        must_change_password=False,
        created_at=ctx.now,
    )
    uow.session.add(account)
    uow.session.flush()
    if account.id is None:
        raise RuntimeError("the database gave no id")
    uow.session.add(
        Grant(
            user_id=account.id,
            role=each.role,
            org_id=unit.id,
            org_path=unit.path,
            valid_from=ctx.qimen.clock.today(),
        )
    )
