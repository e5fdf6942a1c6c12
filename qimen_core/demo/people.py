"""The cast on the stage: people, positions and memberships written, and read back by plugins."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import select

from qimen_core.context import Context
from qimen_core.db.encrypted import Secret
from qimen_core.db.session import scope
from qimen_core.db.work import UnitOfWork
from qimen_core.demo.sets import RESIDENT, DemoPerson
from qimen_core.errors import QimenError
from qimen_core.i18n import translations
from qimen_core.org.queries import Unit
from qimen_core.people.models import PartyMembership, Person, Position
from qimen_core.pinyin import name_initials

__all__ = ["Played", "enter", "played_by_unit"]

_ = translations("qimen_core")
P: Any = Person
D: Any = Position


class Played(NamedTuple):
    """A demo person as a plugin's demo needs it; ``role`` is ``居民`` for a resident."""

    org_path: str
    role: str
    name: str
    phone: str
    address: str


def enter(
    uow: UnitOfWork, parts: Sequence[DemoPerson], units: Mapping[str, Unit], since: date
) -> list[Person]:
    """Write the people with their duties and return the rows in the order of ``parts``.

    Raises:
        QimenError: Somebody lives in a unit that the demo set does not have.
    """
    if astray := next((part for part in parts if part.unit not in units), None):
        message = _("演示集：{name} 所在的单位 {unit} 不在单位表里")
        raise QimenError(message.format(name=astray.name, unit=astray.unit))
    keys = uow.ctx.qimen.keys
    people = [_person(part, units[part.unit]) for part in parts]
    for part, person in zip(parts, people, strict=True):
        person.phone_index = keys.blind_index("core_person.phone", part.phone)
        person.id_number_index = keys.blind_index("core_person.id_number", part.id_number)
    uow.session.add_all(people)
    uow.session.flush()
    for part, person in zip(parts, people, strict=True):
        assert person.id is not None
        where = (person.org_id, person.org_path, person.id)
        if part.role != RESIDENT:
            uow.session.add(_position(*where, part.role, since))
        if part.party:
            uow.session.add(_membership(*where, since))
    uow.session.flush()
    return people


def played_by_unit(ctx: Context) -> dict[str, list[Played]]:
    """Return the demo's people by their unit's path, in the order in which they were written."""
    played: dict[str, list[Played]] = {}
    wanted = (
        select(P.org_path, D.role, P.name, P.phone, P.address)
        .outerjoin(D, D.person_id == P.id)
        .order_by(P.id)
    )
    with scope(ctx.session, ctx, "core.person.read"):
        rows = ctx.session.execute(wanted).all()
    for path, role, name, phone, address in rows:
        found = Played(path, role or RESIDENT, name, phone.reveal() if phone else "", address)
        played.setdefault(path, []).append(found)
    return played


def _person(part: DemoPerson, unit: Unit) -> Person:
    return Person(
        org_id=unit.id,
        org_path=unit.path,
        name=part.name,
        initials=name_initials(part.name),
        gender=part.gender,
        birth_date=part.birth,
        phone=Secret(part.phone),
        id_number=Secret(part.id_number),
        address=part.address,
    )


def _position(org_id: int, org_path: str, person_id: int, role: str, since: date) -> Position:
    return Position(
        org_id=org_id, org_path=org_path, person_id=person_id, role=role, valid_from=since
    )


def _membership(org_id: int, org_path: str, person_id: int, since: date) -> PartyMembership:
    return PartyMembership(org_id=org_id, org_path=org_path, person_id=person_id, valid_from=since)
