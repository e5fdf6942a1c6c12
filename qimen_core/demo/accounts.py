"""The accounts of a demo set, each played by one of its people."""

from collections.abc import Mapping, Sequence

from qimen_core.access.models import Grant, UserAccount
from qimen_core.db.work import UnitOfWork
from qimen_core.demo.sets import RESIDENT, DemoPerson, DemoSet, DemoUser
from qimen_core.descriptors import DemoAccount
from qimen_core.errors import QimenError
from qimen_core.i18n import translations
from qimen_core.people.models import Person

__all__ = ["open_accounts", "printed"]

_ = translations("qimen_core")


def open_accounts(
    uow: UnitOfWork,
    chosen: DemoSet,
    parts: Sequence[DemoPerson],
    people: Sequence[Person],
    hashed: str,
) -> None:
    """Write the accounts with their one grant each; they share one password and so its hash.

    Raises:
        QimenError: Nobody plays an account.
    """
    now = uow.ctx.qimen.clock.now()
    players = _players(parts, people)
    for user in chosen.accounts:
        person = _player(players, chosen, user)
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
                valid_from=chosen.since,
            )
        )
    uow.session.flush()


def printed(chosen: DemoSet, names: Mapping[str, str]) -> list[DemoAccount]:
    """Return the accounts as ``qimen demo`` prints them.

    Args:
        chosen: The demo set.
        names: The units' names by code.
    """
    return [
        DemoAccount(user.username, chosen.password, user.role, user.unit, names.get(user.unit, ""))
        for user in chosen.accounts
    ]


def _player(
    players: Mapping[tuple[str, str], Sequence[Person]], chosen: DemoSet, user: DemoUser
) -> Person:
    found = players.get((user.unit, user.part), ())
    if user.nth >= len(found):
        message = _("演示集 {name}：账号 {user} 没有人扮演（{unit} 的第 {nth} 个{part}）")
        where = {"unit": user.unit, "nth": user.nth + 1, "part": user.part}
        raise QimenError(message.format(name=chosen.name, user=user.username, **where))
    return found[user.nth]


def _players(
    parts: Sequence[DemoPerson], people: Sequence[Person]
) -> dict[tuple[str, str], list[Person]]:
    """Return the people by unit and part; the member among the residents is a Party member."""
    players: dict[tuple[str, str], list[Person]] = {}
    for part, person in zip(parts, people, strict=True):
        if part.role != RESIDENT or part.party:
            players.setdefault((part.unit, part.role), []).append(person)
    return players
