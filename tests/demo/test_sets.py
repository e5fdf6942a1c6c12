"""Another county's demo is a distribution of a third party, and uses public names only."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select

from qimen_core import OrgUnit, Person, Qimen, QimenError, UserAccount
from qimen_core.db.session import unscoped
from qimen_core.demo import (
    RESIDENT,
    DemoPerson,
    DemoSet,
    DemoUnit,
    DemoUser,
    choose_set,
    id_number,
    installed_sets,
    phone_number,
    seed_demo,
)
from qimen_core.testing.fixtures import MakeApp
from qimen_demo_2021 import DEMO
from qimen_orders import Order

COUNTY, TOWN, HOME = "110191000000", "110191001000", "110191001001"
UNITS = (
    DemoUnit(COUNTY, "county", "甲县"),
    DemoUnit(TOWN, "township", "乙镇", COUNTY),
    DemoUnit(HOME, "community", "丙社区", TOWN),
)
PARTS = ((TOWN, "主任"), (HOME, "社区工作者"), (HOME, "网格员"), (HOME, RESIDENT))


def invented(units: Sequence[DemoUnit], seed: int) -> list[DemoPerson]:
    born = date(1980, 1, 1)
    return [
        DemoPerson(
            unit=unit,
            role=role,
            name=f"甲{nth}",
            gender="f",
            birth=born,
            phone=phone_number(nth),
            id_number=id_number("110000", born, "f", nth),
            address="一号" if role == RESIDENT else "",
            party=False,
        )
        for nth, (unit, role) in enumerate(PARTS)
    ]


TINY = DemoSet(
    name="tiny",
    label="甲县",
    seed=1,
    since=date(2026, 1, 1),
    password="Tiny@2026demo-set",
    units=lambda: UNITS,
    people=invented,
    accounts=(DemoUser("clerk", "community_clerk", HOME, "社区工作者"),),
)


@pytest.fixture
def publish(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """Puts a distribution with an entry point in `qimen.demos` on the path."""

    def write(name: str, target: str) -> None:
        folder = tmp_path / f"demo_of_{name}-1.0.dist-info"
        folder.mkdir()
        (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: demo-of-{name}\nVersion: 1")
        (folder / "entry_points.txt").write_text(f"[qimen.demos]\n{name} = {target}\n")
        monkeypatch.syspath_prepend(str(tmp_path))

    return write


def count(qimen: Qimen, model: type) -> int:
    with qimen.db.session() as session, unscoped(session):
        return int(session.execute(select(func.count()).select_from(model)).scalar_one())


def test_the_set_of_the_workspace_is_the_only_one_and_so_needs_no_name() -> None:
    assert choose_set() is DEMO


def test_of_two_sets_one_has_to_be_named(publish: Callable[[str, str], None]) -> None:
    publish("tiny", f"{__name__}:TINY")
    with pytest.raises(QimenError, match=r"--set.*qimen-2021.*tiny"):
        choose_set()
    assert choose_set("tiny").units() == UNITS
    with pytest.raises(QimenError, match=r"huge.*tiny"):
        choose_set("huge")


def test_an_entry_point_that_leads_elsewhere_is_named(publish: Callable[[str, str], None]) -> None:
    publish("wrong", f"{__name__}:TINY")
    with pytest.raises(QimenError, match=r"wrong = .*:TINY"):
        installed_sets()


def test_without_any_set_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qimen_core.demo.sets.GROUP", "qimen.nothing")
    with pytest.raises(QimenError, match="演示集"):
        choose_set()


def test_another_county_is_seeded_with_the_petitions_that_its_people_can_play(
    qimen_app: MakeApp,
) -> None:
    qimen = qimen_app(["petitions"])
    (account,) = seed_demo(qimen, TINY)
    assert (account.username, account.unit, account.unit_name) == ("clerk", HOME, "丙社区")
    assert [count(qimen, model) for model in (OrgUnit, Person, UserAccount)] == [3, 4, 1]
    with qimen.db.session() as session, unscoped(session):
        path = session.scalars(select(OrgUnit.path).where(OrgUnit.code == HOME)).one()
        assert set(session.scalars(select(Order.org_path))) == {path}
    assert count(qimen, Order) == 300


def test_a_loaded_demo_is_not_taken_for_another_one(qimen_app: MakeApp) -> None:
    qimen = qimen_app([])
    seed_demo(qimen, TINY)
    with pytest.raises(QimenError, match=r"tiny.*--reset.*qimen-2021"):
        seed_demo(qimen, DEMO)
    assert count(qimen, OrgUnit) == 3


@pytest.mark.parametrize(
    ("broken", "complaint"),
    [
        (replace(TINY, units=lambda: UNITS[1:]), r"乙镇.*110191000000"),
        (replace(TINY, units=lambda: UNITS[:2]), r"甲1.*110191001001"),
        (replace(TINY, accounts=(DemoUser("x", "member", HOME, RESIDENT),)), r"x.*居民"),
    ],
    ids=["parent", "home", "player"],
)
def test_a_fault_of_a_set_is_named(qimen_app: MakeApp, broken: DemoSet, complaint: str) -> None:
    with pytest.raises(QimenError, match=complaint):
        seed_demo(qimen_app([]), broken)


@pytest.mark.parametrize(("province", "serial"), [("341024", 0), ("34000", 0), ("340000", 499)])
def test_an_id_number_that_somebody_could_have_is_refused(province: str, serial: int) -> None:
    with pytest.raises(ValueError, match=r"province|serial"):
        id_number(province, date(1980, 1, 1), "f", serial)
