"""The demo is loaded once, whole, and the same for the same seed and clock."""

import pytest
from sqlalchemy import func, select

from qimen_core import Qimen, QimenError, unit_of_work
from qimen_core.audit.verify import verify
from qimen_core.db.session import unscoped
from qimen_core.demo import seed_demo
from qimen_core.metrics import compute_all
from qimen_core.models import OrgUnit, Person, UserAccount, Workday
from qimen_core.org.tree import NewUnit, create
from qimen_core.testing.fixtures import MakeApp
from qimen_demo_2021 import DEMO, PASSWORD

from .rows import digest


@pytest.fixture
def plugins() -> tuple[str, ...]:
    return ()


def count(qimen: Qimen, model: type, *conditions: object) -> int:
    with qimen.db.session() as session, unscoped(session):
        found = select(func.count()).select_from(model).where(*conditions)
        return int(session.execute(found).scalar_one())


def test_the_tree_is_the_real_one(qimen: Qimen) -> None:
    seed_demo(qimen, DEMO)
    assert count(qimen, OrgUnit, OrgUnit.kind == "county") == 1
    assert count(qimen, OrgUnit, OrgUnit.kind == "township") == 18
    assert count(qimen, OrgUnit, OrgUnit.kind == "community") == 118
    assert count(qimen, OrgUnit, OrgUnit.name == "东街社区") == 1


def test_the_seven_communities_are_counted_by_their_codes(qimen: Qimen) -> None:
    seed_demo(qimen, DEMO)
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        assert compute_all(ctx)["communities"].machine() == {"count": 7}


def test_loading_it_again_writes_nothing_and_returns_the_same_accounts(qimen: Qimen) -> None:
    first = seed_demo(qimen, DEMO)
    before = count(qimen, Person), digest(qimen)
    assert seed_demo(qimen, DEMO) == first
    assert (count(qimen, Person), digest(qimen)) == before


def test_two_deployments_with_one_seed_hold_the_same_rows(qimen_app: MakeApp) -> None:
    one, other = qimen_app(), qimen_app()
    seed_demo(one, DEMO)
    seed_demo(other, DEMO)
    assert digest(one) == digest(other)


def test_another_seed_gives_other_people(qimen_app: MakeApp) -> None:
    one, other = qimen_app(), qimen_app()
    seed_demo(one, DEMO, 1)
    seed_demo(other, DEMO, 2)
    assert digest(one) != digest(other)


def test_a_database_with_other_units_is_left_alone(qimen: Qimen) -> None:
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        with unit_of_work(ctx, "core.org.create", permission="core.org.manage") as uow:
            create(uow, NewUnit(kind="county", name="别的县", code="340111000000"))
    with pytest.raises(QimenError, match="--reset"):
        seed_demo(qimen, DEMO)
    assert count(qimen, OrgUnit) == 1


def test_the_accounts_can_log_in_without_changing_the_password(qimen: Qimen) -> None:
    from qimen_core.access.passwords import Passwords

    seed_demo(qimen, DEMO)
    with qimen.db.session() as session, unscoped(session):
        users = list(session.scalars(select(UserAccount)))
    assert users
    assert all(user.state == "active" and not user.must_change_password for user in users)
    fits, _new = Passwords().verify(PASSWORD, users[0].password_hash)
    assert fits


def test_the_work_calendar_knows_this_year(qimen: Qimen) -> None:
    seed_demo(qimen, DEMO)
    assert count(qimen, Workday) > 50


def test_the_audit_chain_is_whole_afterwards(qimen: Qimen) -> None:
    seed_demo(qimen, DEMO)
    assert verify(qimen).intact
