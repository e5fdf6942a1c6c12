"""The test kit gives what it promises, to us as to a third party."""

import pytest
from sqlalchemy import column, func, table
from sqlmodel import select

from qimen_core import OrgUnit, scope
from qimen_core.db.session import QimenSession
from qimen_core.runtime import Qimen
from qimen_core.testing.deployments import Deployments
from qimen_core.testing.fixtures import MakeAccount, MakeApp
from qimen_core.testing.units import OrgTree


def test_a_deployment_is_migrated_and_empty(qimen: Qimen, session: QimenSession) -> None:
    with scope(session, qimen.system_context(session), "core.org.read"):
        assert session.exec(select(OrgUnit)).all() == []


def test_the_database_is_the_one_asked_for(database: Deployments, qimen: Qimen) -> None:
    assert qimen.db.dialect == database.dialect
    assert (qimen.config.data / "qimen.db").exists() == (database.dialect == "sqlite")


def test_the_tree_is_there_when_asked_for(qimen: Qimen, org_tree: OrgTree) -> None:
    assert org_tree.community.path.startswith(org_tree.township.path)
    assert not org_tree.other_community.path.startswith(org_tree.township.path)
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        with scope(session, ctx, "core.org.read"):
            assert len(session.exec(select(OrgUnit)).all()) == 9


def test_an_account_reaches_its_unit_and_no_other(
    session: QimenSession, as_user: MakeAccount, org_tree: OrgTree
) -> None:
    ctx = as_user("township_admin", org_tree.township).context(session)
    assert ctx.can("core.org.manage", org_tree.community)
    assert not ctx.can("core.org.manage", org_tree.other_community)
    assert not ctx.can("core.user.manage", org_tree.community)


def test_two_deployments_of_one_test_are_strangers(
    qimen: Qimen, qimen_app: MakeApp, org_tree: OrgTree, as_user: MakeAccount
) -> None:
    other = qimen_app()
    account = as_user("auditor", org_tree.county, app=other)
    assert account.qimen is other
    assert other.config.url != qimen.config.url
    assert other.config.data != qimen.config.data


@pytest.mark.database("postgresql")
def test_the_tests_role_is_held_by_row_level_security(qimen: Qimen) -> None:
    with qimen.db.connect() as connection:
        roles = table("pg_roles", *map(column, ("rolname", "rolsuper", "rolbypassrls")))
        mine = select(roles.c.rolsuper, roles.c.rolbypassrls).where(
            roles.c.rolname == func.current_user()
        )
        assert connection.execute(mine).one() == (False, False)
