"""One account per role of DOMAIN.md §7, and a few more where two people are needed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from qimen_core.access.models import Grant, UserAccount
from qimen_core.access.passwords import Passwords
from qimen_core.db.work import UnitOfWork
from qimen_core.demo.cast import RESIDENT, Part
from qimen_core.demo.divisions import FOUNDED
from qimen_core.descriptors import DemoAccount
from qimen_core.people.models import Person

__all__ = ["ACCOUNTS", "PASSWORD", "DemoUser", "open_accounts", "password_hash", "printed"]

PASSWORD: Final = "Qimen@2021demo"  # noqa: S105 (printed on purpose, refused outside the demo)
"""Every demo account's password: long and mixed enough for every policy profile, and public."""

_DONGJIE = "341024100001"
_NEIHEJIE = "341024100002"
_QISHAN = "341024100000"
_PINGLI = "341024103000"
_COUNTY = "341024000000"


@dataclass(frozen=True, slots=True)
class DemoUser:
    """An account: who plays it (the ``nth`` person of ``part`` in ``unit``) and its role."""

    username: str
    role: str
    unit: str
    part: str
    nth: int = 0


ACCOUNTS: Final = (
    DemoUser("dongjie", "community_clerk", _DONGJIE, "社区工作者"),
    # Who handled a matter does not call back, so the community has two clerks.
    DemoUser("dongjie2", "community_clerk", _DONGJIE, "社区工作者", 1),
    DemoUser("neihejie", "community_clerk", _NEIHEJIE, "社区工作者"),
    DemoUser("wanggeyuan", "grid_worker", _DONGJIE, "网格员"),
    DemoUser("wanggezhang", "grid_leader", _DONGJIE, "网格长"),
    DemoUser("dangjianban", "township_office", _QISHAN, "镇党建办工作人员"),
    DemoUser("qishanzhen", "township_admin", _QISHAN, "乡镇管理员"),
    DemoUser("pinglizhen", "township_admin", _PINGLI, "乡镇管理员"),
    DemoUser("xianji", "county_office", _COUNTY, "县委组织部工作人员"),
    DemoUser("zhudidanwei", "unit_contact", _DONGJIE, "驻地单位联系人"),
    DemoUser("dangyuan", "member", _DONGJIE, RESIDENT),
    DemoUser("sysadmin", "sysadmin", _COUNTY, "系统管理员"),
    DemoUser("secadmin", "secadmin", _COUNTY, "安全管理员"),
    DemoUser("auditor", "auditor", _COUNTY, "审计员"),
)


def password_hash() -> str:
    """Return the hash of the one password; slow, so it is made outside the unit of work."""
    return Passwords().hash(PASSWORD)


def open_accounts(
    uow: UnitOfWork, parts: Sequence[Part], people: Sequence[Person], hashed: str
) -> None:
    """Write the accounts with their one grant each; they share one password and so its hash."""
    now = uow.ctx.qimen.clock.now()
    players = _players(parts, people)
    for user in ACCOUNTS:
        person = players[user.unit, user.part][user.nth]
        account = UserAccount(
            org_id=person.org_id,
            org_path=person.org_path,
            username=user.username,
            name=person.name,
            person_id=person.id,
            password_hash=hashed,
            password_changed_at=now,
            must_change_password=False,
            created_at=now,
        )
        uow.session.add(account)
        uow.session.flush()
        assert account.id is not None
        uow.session.add(
            Grant(
                org_id=person.org_id,
                org_path=person.org_path,
                user_id=account.id,
                role=user.role,
                valid_from=FOUNDED,
            )
        )
    uow.session.flush()


def printed(names: Mapping[str, str]) -> list[DemoAccount]:
    """Return the accounts as ``qimen demo`` prints them.

    Args:
        names: The units' names by code.
    """
    return [
        DemoAccount(user.username, PASSWORD, user.role, user.unit, names.get(user.unit, ""))
        for user in ACCOUNTS
    ]


def _players(
    parts: Sequence[Part], people: Sequence[Person]
) -> dict[tuple[str, str], list[Person]]:
    """Return the people by unit and part; the member among the residents is a Party member."""
    players: dict[tuple[str, str], list[Person]] = {}
    for part, person in zip(parts, people, strict=True):
        if part.role != RESIDENT or part.party:
            players.setdefault((part.unit, part.role), []).append(person)
    return players
