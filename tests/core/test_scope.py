"""The scope: whose rows a query may see, and whose a write may touch."""

from datetime import date

import pytest
from sqlalchemy import exists, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from qimen_core import Forbidden, NotFound, Person, Qimen, scope, scoped, unit_of_work
from qimen_core.db.session import QimenSession, UnscopedQuery, WriteOutsideUnitOfWork, unscoped
from qimen_core.models import PluginToggle, Workday
from qimen_core.testing.fixtures import MakeAccount, Toggle
from qimen_core.testing.units import OrgTree

READ = "core.person.read"


@pytest.fixture
def people(qimen: Qimen, org_tree: OrgTree) -> dict[str, int]:
    """One person in each of four units, by the unit's attribute."""
    ids: dict[str, int] = {}
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        with unit_of_work(ctx, "core.person.manage"):
            for name in ("community", "sibling", "township", "other_community"):
                unit = getattr(org_tree, name)
                person = Person(name=name, org_id=unit.id, org_path=unit.path)
                session.add(person)
                session.flush()
                ids[name] = person.id or 0
    return ids


def names(session: QimenSession) -> set[str]:
    return set(session.scalars(select(Person.name)))  # type: ignore[call-overload]


def test_a_query_on_scoped_rows_without_a_scope_raises(session: QimenSession) -> None:
    with pytest.raises(UnscopedQuery, match="Person"):
        session.scalars(select(Person))


def test_a_core_statement_on_a_scoped_table_must_say_its_scope(
    qimen: Qimen, session: QimenSession, org_tree: OrgTree, people: dict[str, int]
) -> None:
    table = Person.__table__  # type: ignore[attr-defined]
    ctx = qimen.system_context(session)
    with scope(session, ctx, READ):
        with pytest.raises(UnscopedQuery, match="scoped"):
            session.execute(select(table.c.name))
        marked = scoped(select(table.c.name), ctx, READ, table.c.org_path)
        assert len(session.execute(marked).all()) == 4


def test_each_actor_sees_the_subtree_of_its_grant_and_nothing_beside_it(
    qimen: Qimen,
    session: QimenSession,
    org_tree: OrgTree,
    people: dict[str, int],
    as_user: MakeAccount,
) -> None:
    accounts = [
        as_user("community_clerk", org_tree.community),
        as_user("township_office", org_tree.township),
        as_user("county_office", org_tree.county),
    ]
    clerk, office, county = (account.context(session) for account in accounts)
    with scope(session, clerk, READ):
        assert names(session) == {"community"}
        assert session.get(Person, people["sibling"]) is None
        assert session.scalar(select(func.count()).select_from(Person)) == 1
        foreign = exists().where(Person.name == "sibling")  # type: ignore[arg-type]
        assert session.scalars(select(Person).where(foreign)).all() == []
    with scope(session, office, READ):
        assert names(session) == {"community", "sibling", "township"}
    with scope(session, county, READ):
        assert names(session) == set(people)
    # The control: the rows that were not seen are there.
    with unscoped(session):
        assert names(session) == set(people)


def test_a_row_loaded_under_one_scope_does_not_slip_into_a_narrower_one(
    qimen: Qimen,
    session: QimenSession,
    org_tree: OrgTree,
    people: dict[str, int],
    as_user: MakeAccount,
) -> None:
    clerk = as_user("community_clerk", org_tree.community).context(session)
    with scope(session, qimen.system_context(session), READ):
        assert session.get(Person, people["sibling"]) is not None
        with scope(session, clerk, READ):
            assert session.get(Person, people["sibling"]) is None


def test_a_role_without_the_permission_sees_nothing(
    session: QimenSession, org_tree: OrgTree, people: dict[str, int], as_user: MakeAccount
) -> None:
    member = as_user("member", org_tree.county).context(session)
    with scope(session, member, READ):
        assert names(session) == set()


def test_a_grant_that_ended_or_begins_tomorrow_gives_nothing(
    qimen: Qimen, session: QimenSession, org_tree: OrgTree, as_user: MakeAccount
) -> None:
    from qimen_core.models import Grant

    account = as_user("community_clerk", org_tree.community)
    assert account.context(session).can(READ, org_tree.community)
    today = qimen.clock.today()
    for values in (
        {"valid_to": today},
        {"valid_from": date(today.year + 1, 1, 1), "valid_to": None},
    ):
        with unit_of_work(qimen.system_context(session), "core.grant.manage") as uow:
            where = Grant.user_id == account.id
            assert uow.claim(update(Grant).where(where).values(**values))  # type: ignore[arg-type]
        assert not account.context(session).can(READ, org_tree.community)


def test_a_write_outside_a_unit_of_work_raises(
    qimen: Qimen, session: QimenSession, org_tree: OrgTree
) -> None:
    unit = org_tree.community
    with scope(session, qimen.system_context(session), READ):
        session.add(Person(name="甲", org_id=unit.id, org_path=unit.path))
        with pytest.raises(WriteOutsideUnitOfWork, match="Person"):
            session.flush()
        session.rollback()
        with pytest.raises(WriteOutsideUnitOfWork):
            session.execute(update(Person).values(name="乙"))
        with pytest.raises(WriteOutsideUnitOfWork):
            session.execute(insert(Workday).values(day=date(2026, 1, 1), is_workday=True))


def test_a_write_out_of_reach_is_refused_and_leaves_nothing(
    qimen: Qimen,
    session: QimenSession,
    org_tree: OrgTree,
    people: dict[str, int],
    as_user: MakeAccount,
) -> None:
    ctx = as_user("community_clerk", org_tree.community).context(session)
    manage = "core.person.manage"
    foreign = org_tree.other_community

    with pytest.raises(Forbidden), unit_of_work(ctx, manage):
        session.add(Person(name="外", org_id=foreign.id, org_path=foreign.path))
    with pytest.raises(Forbidden), unit_of_work(ctx, manage) as uow:
        uow.insert(Person, [{"name": "外", "org_id": foreign.id, "org_path": foreign.path}])
    with unit_of_work(ctx, manage) as uow:
        target = Person.id == people["other_community"]
        assert uow.claim(update(Person).where(target).values(name="改")) == 0  # type: ignore[arg-type]
        own = Person.id == people["community"]
        assert uow.claim(update(Person).where(own).values(name="改")) == 1  # type: ignore[arg-type]
    with unscoped(session):
        assert names(session) == {"改", "sibling", "township", "other_community"}


def test_core_itself_cannot_be_switched_off(
    qimen: Qimen, session: QimenSession, org_tree: OrgTree, toggle: Toggle
) -> None:
    with pytest.raises(NotFound):
        toggle("core", org_tree.township, on=False)
    # Not even by a mark that somebody wrote into the table.
    unit = org_tree.township
    with unit_of_work(qimen.system_context(session), "core.plugin.toggle"):
        mark = PluginToggle(
            plugin="core", org_id=unit.id, org_path=unit.path, changed_at=qimen.clock.now()
        )
        session.add(mark)
    assert qimen.system_context(session).can(READ, org_tree.community)


def test_the_database_refuses_what_is_no_unit(
    qimen: Qimen, session: QimenSession, org_tree: OrgTree
) -> None:
    ctx = qimen.system_context(session)
    with pytest.raises(IntegrityError), unit_of_work(ctx, "core.person.manage"):
        session.add(Person(name="丙", org_id=999_999, org_path=org_tree.community.path))
