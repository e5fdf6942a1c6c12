"""Moving a county of 20 000 units with their rows is one transaction."""

from datetime import date

from sqlalchemy import func, select

from qimen_core.audit.models import AuditRow
from qimen_core.db.session import unscoped
from qimen_core.db.work import unit_of_work
from qimen_core.org.models import OrgUnit
from qimen_core.org.moving import move
from qimen_core.org.paths import child, under
from qimen_core.org.tree import NewUnit, create
from qimen_core.people.models import Person
from qimen_core.runtime import Qimen

TOWNS, VILLAGES = 20, 1000
SINCE = date(2021, 1, 1)


def grow(qimen: Qimen) -> tuple[int, int, str]:
    """A county of 20 021 units with a person in each village, and a city to move it to."""
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        with unit_of_work(ctx, "core.org.manage") as uow:
            county = create(uow, NewUnit("county", "祁门县"))
            city = create(uow, NewUnit("city", "黄山市"))
            towns = [create(uow, NewUnit("township", f"镇{n}", county.id)) for n in range(TOWNS)]
            villages = [
                {"kind": "community", "name": f"村{n}", "parent_id": town.id, "initials": "c",
                 "path": child(town.path, n), "sort": 0, "valid_from": SINCE, "version": 1}
                for town in towns
                for n in range(VILLAGES)
            ]  # fmt: skip
            uow.insert(OrgUnit, villages)
        with unit_of_work(ctx, "core.person.manage") as uow:
            with unscoped(session):
                places = session.execute(
                    select(OrgUnit.id, OrgUnit.path).where(OrgUnit.kind == "community")  # type: ignore[call-overload, arg-type]
                ).all()
            people = [
                {"name": "人", "initials": "r", "gender": "", "address": "", "note": "",
                 "version": 1, "org_id": place.id, "org_path": place.path}
                for place in places
            ]  # fmt: skip
            uow.insert(Person, people)
    return county.id, city.id, county.path


def below(qimen: Qimen, path: str) -> tuple[int, int]:
    with qimen.db.session() as session, unscoped(session):
        units = select(func.count()).select_from(OrgUnit).where(under(OrgUnit.path, path))  # type: ignore[arg-type]
        people = select(func.count()).select_from(Person).where(under(Person.org_path, path))  # type: ignore[arg-type]
        return session.execute(units).scalar_one(), session.execute(people).scalar_one()


def test_nobody_sees_a_half_moved_county(qimen: Qimen) -> None:
    county, city, old = grow(qimen)
    whole = (1 + TOWNS + TOWNS * VILLAGES, TOWNS * VILLAGES)
    assert below(qimen, old) == whole
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        audited = select(func.count()).select_from(AuditRow)
        before = session.execute(audited).scalar_one()
        with unit_of_work(ctx, "core.org.manage", moving=True) as uow:
            new = move(uow, county, city).path
            # Another session, while the transaction is open.
            assert below(qimen, old) == whole
            assert below(qimen, new) == (0, 0)
        assert session.execute(audited).scalar_one() == before + 1
    assert below(qimen, new) == whole
    assert below(qimen, old) == (0, 0)
