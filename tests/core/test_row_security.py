"""The second fence, in PostgreSQL itself."""

import pytest
from sqlalchemy import select

from qimen_core import Person, Qimen, scope, unit_of_work
from qimen_core.db.row_security import bypassed, declare
from qimen_core.db.scoped import scoped_classes
from qimen_core.testing.fixtures import MakeAccount
from qimen_core.testing.units import OrgTree

pytestmark = pytest.mark.database("postgresql")


@pytest.fixture
def two_people(qimen: Qimen, org_tree: OrgTree) -> None:
    with qimen.db.session() as session:
        with unit_of_work(qimen.system_context(session), "core.person.manage"):
            for unit in (org_tree.community, org_tree.other_community):
                session.add(Person(name=unit.name, org_id=unit.id, org_path=unit.path))


def seen(qimen: Qimen, reach: str | None) -> int:
    """Count by a statement that has forgotten its scope, as a bug would."""
    with qimen.db.engine.connect() as connection, connection.begin():
        if reach is not None:
            declare(connection, reach)
        return len(connection.execute(select(Person.__table__)).all())  # type: ignore[attr-defined]


def test_a_statement_without_any_condition_sees_only_the_declared_reach(
    qimen: Qimen, org_tree: OrgTree, two_people: None
) -> None:
    assert seen(qimen, None) == 0
    assert seen(qimen, "") == 0
    assert seen(qimen, org_tree.community.path) == 1
    assert seen(qimen, f"{org_tree.community.path},{org_tree.other_township.path}") == 2
    # The control: without the fence the same statement sees everything.
    with qimen.db.connect(write=True) as connection:
        connection.exec_driver_sql("ALTER TABLE core_person DISABLE ROW LEVEL SECURITY")
    assert seen(qimen, None) == 2


def test_the_reach_follows_the_scope_of_the_session(
    qimen: Qimen, org_tree: OrgTree, two_people: None, as_user: MakeAccount
) -> None:
    account = as_user("community_clerk", org_tree.community)
    setting = "SELECT current_setting('qimen.reach', true)"
    with qimen.db.session() as session:
        ctx = account.context(session)
        with scope(session, ctx, "core.person.read"):
            read = session.connection().exec_driver_sql(setting).scalar_one
            assert read() == org_tree.community.path
            with scope(session, qimen.system_context(session), "core.person.read"):
                assert session.connection().exec_driver_sql(setting).scalar_one() == "*"
            assert session.connection().exec_driver_sql(setting).scalar_one() != "*"


def test_every_scoped_table_is_fenced_and_the_tests_role_is_bound(qimen: Qimen) -> None:
    tables = {table.name for table in scoped_classes() if table.name.startswith("core_")}
    with qimen.db.connect() as connection:
        assert not bypassed(connection)
        found = connection.exec_driver_sql(
            "SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity"
        )
        assert tables <= set(found.scalars())
