"""Canaries: seeded names, numbers and addresses show up only where the field table allows.

Every GET route of the router is asked by every role for records that hold them; answers (workbooks
unpacked), log lines, notices, audit rows and file names are searched (SECURITY 22). What may be
seen in full is what the privacy registry calls ``plain``; all else has to be masked or absent.
"""

# lint-ok-file: chinese -- the seeded names and addresses

import io
import re
import zipfile
from collections.abc import Mapping
from datetime import date

import pytest
from litestar.testing import TestClient
from sqlalchemy import select

from qimen_core import OrgUnit, Person, Secret, unit_of_work
from qimen_core.audit.models import AuditRow
from qimen_core.outbox import deliver
from qimen_core.testing.accounts import create_account
from qimen_core.testing.clients import application, sign_in
from qimen_core.testing.fixtures import MakeApp
from qimen_core.testing.units import read_tree
from qimen_petitions.services import NewPetition, register
from qimen_web.app import routes_of
from qimen_web.models import Notice
from tests.web.permissions.planting import plant_beside
from tests.web.permissions.world import FIXED, World

pytestmark = pytest.mark.database("sqlite")

# By column of the privacy registry: what was written into it.
CANARIES: Mapping[str, str] = {
    "core_person.phone": "13711110001",
    "core_person.id_number": "341024197003070018",
    "core_person.address": "雀舌巷 9 栋 302 室",
    "petitions_petition.name": "阚雀明",
    "petitions_petition.phone": "13711110002",
    "petitions_sealed.name": "逄雀英",
    "petitions_sealed.phone": "13711110003",
    "petitions_sealed.place": "雀尾弄 4 号",
    "petitions_sealed.accused": "亓雀山",
}
_PARAMETER = re.compile(r"\{(\w+)(?::\w+)?\}")
Records = list[dict[str, object]]


@pytest.fixture
def world(qimen_app: MakeApp, org_tree: object) -> World:
    qimen = qimen_app(["web", "orders", "petitions"])
    with qimen.db.session() as session:
        tree = read_tree(qimen.system_context(session))
    made = World(qimen, tree)
    for role in qimen.registry.roles:
        made.accounts[role] = create_account(qimen, role, tree.township)
    return made


def plant(world: World) -> Records:
    """Make one record of each kind that holds the canaries; return their path parameters."""
    about = CANARIES
    unit: OrgUnit = world.tree.community
    assert unit.id is not None
    with world.qimen.db.session() as session:
        ctx = world.qimen.system_context(session)
        with unit_of_work(ctx, "core.person.manage", unit=unit.path) as uow:
            person = Person(
                name="乙",
                phone=Secret(about["core_person.phone"]),
                id_number=Secret(about["core_person.id_number"]),
                address=about["core_person.address"],
                birth_date=date(1970, 3, 7),
                org_id=unit.id,
                org_path=unit.path,
            )
            uow.session.add(person)
        name, phone = about["petitions_petition.name"], about["petitions_petition.phone"]
        plain = NewPetition(unit_id=unit.id, content="路灯不亮", name=name, phone=phone)
        orders = [register(ctx, plain)]
        for named in (world.tree.township, world.tree.community):
            sealed = NewPetition(
                unit_id=unit.id,
                content=f"收费不公开，我是{about['petitions_sealed.name']}",
                name=about["petitions_sealed.name"],
                phone=about["petitions_sealed.phone"],
                place=about["petitions_sealed.place"],
                named_unit=named.id,
                named_person=about["petitions_sealed.accused"],
            )
            orders.append(register(ctx, sealed))
        shared: dict[str, object] = {
            "person_id": person.id,
            "unit_id": unit.id,
            "unit": unit.code,
            "position_id": 1,
        }
        shared |= {"account_id": world.accounts["member"].id, "grant_id": 1, "file_id": 1}
        for fixed in (*FIXED.values(), *plant_beside(ctx, unit, orders[0].order_id).values()):
            shared |= fixed
        return [{**shared, "order_id": made.order_id, "seq": 1} for made in orders]


def told(body: bytes) -> str:
    """Return what an answer says; a workbook is unpacked."""
    if not body.startswith(b"PK"):
        return body.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(body)) as book:
        return "".join(book.read(part).decode("utf-8", "replace") for part in book.namelist())


def leaks(world: World, where: Mapping[str, str]) -> set[str]:
    """Return "what (where)" for each canary that stands in full in a text."""
    fields = world.qimen.registry.personal_data
    return {
        f"{column} ({place})"
        for place, text in where.items()
        for column, canary in CANARIES.items()
        if canary in text and fields[column].mask != "plain"
    }


def walk(world: World, records: Records) -> tuple[set[str], int]:
    """Ask every GET route as every role, and nobody; return the leaks and the answers read."""
    found: set[str] = set()
    read = 0
    with TestClient(application(world.qimen)) as client:
        client.follow_redirects = False
        for role in ("", *world.accounts):
            client.cookies.clear()
            if role:
                signed_in = sign_in(world.accounts[role])
                client.cookies.set(signed_in.cookie, signed_in.token)
            for route in routes_of(world.qimen):
                if "GET" not in route.methods:
                    continue
                takes = set(_PARAMETER.findall(route.path))
                for values in records if "order_id" in takes else records[:1]:
                    missing = takes - values.keys() - {"field"}
                    assert not missing, f"{route.name}: no sample for {missing}; add one"
                    path = _PARAMETER.sub(
                        lambda hit: str({"field": "phone", **values}[hit[1]]),  # noqa: B023
                        route.path,
                    )
                    answer = client.get(path)
                    read += answer.status_code == 200
                    text = told(answer.content) + str(answer.headers)
                    found |= leaks(world, {f"{role or 'nobody'} {route.name}": text})
    return found, read


def test_no_canary_is_seen_in_full_by_any_role_on_any_page_export_or_log(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    records = plant(world)
    deliver(world.qimen)
    found, read = walk(world, records)
    assert read > 150
    with world.qimen.db.session() as session:
        audit = session.scalars(select(AuditRow)).all()
        notices = session.scalars(select(Notice)).all()
    written = capsys.readouterr()
    names = [path.name for path in world.qimen.config.data.rglob("*")]
    found |= leaks(
        world,
        {
            "log": written.out + written.err,
            "audit": "".join(f"{row.subject}{row.reason}{row.fields}" for row in audit),
            "notices": "".join(f"{row.text}{row.url}{row.key}" for row in notices),
            "file names": "".join(names),
        },
    )
    assert audit
    assert notices
    assert found == set()


@pytest.mark.parametrize(
    ("mask", "column"),
    [
        ("qimen_petitions.reading.mask_phone", "petitions_petition.phone"),
        ("qimen_petitions.reading.mask_name", "petitions_petition.name"),
        ("qimen_petitions.standing.mask_name", "petitions_sealed.name"),
    ],
)
def test_a_mask_that_hides_nothing_is_noticed(
    world: World, monkeypatch: pytest.MonkeyPatch, mask: str, column: str
) -> None:
    records = plant(world)
    world.accounts = {
        "county_office": create_account(world.qimen, "county_office", world.tree.county)
    }
    monkeypatch.setattr(mask, str)
    found, _read = walk(world, records)
    assert f"{column} (county_office petitions:show_petition)" in found
