"""What is kept in memory holds until a watched table changes, whoever changed it."""

import pytest
from sqlalchemy import delete, insert, update

from qimen_core import Context, Person, Qimen, unit_of_work
from qimen_core.clock import FixedClock
from qimen_core.db.session import QimenSession
from qimen_core.db.watch import CURRENT
from qimen_core.models import OrgUnit, Workday
from qimen_core.recall import Recall
from qimen_core.testing.accounts import Account
from qimen_core.testing.fixtures import MakeAccount
from qimen_core.testing.units import OrgTree

_day = Workday.__table__.c  # type: ignore[attr-defined]


def epoch(session: QimenSession) -> int:
    session.rollback()
    return int(session.execute(CURRENT).scalar_one())


def reading(qimen: Qimen, session: QimenSession, account: Account) -> Context:
    number = epoch(session)
    actor = account.context(session).actor
    return qimen.context_of(session, actor, number)


def test_every_way_to_change_a_watched_table_is_counted(
    qimen: Qimen, session: QimenSession, org_tree: OrgTree, clock: FixedClock
) -> None:
    new = {"day": clock.today(), "is_workday": True, "updated_at": clock.now()}
    statements = (
        insert(Workday.__table__).values(name="", source="edit", **new),  # type: ignore[attr-defined]
        update(Workday.__table__).values(name="春节"),  # type: ignore[attr-defined]
        delete(Workday.__table__).where(_day.day == new["day"]),  # type: ignore[attr-defined]
    )
    for statement in statements:
        before = epoch(session)
        with qimen.db.connect(write=True) as connection:
            connection.execute(statement)
        assert epoch(session) > before
    # The control: nobody keeps anything made of this table.
    before = epoch(session)
    with unit_of_work(qimen.system_context(session), "core.person.manage"):
        unit = org_tree.community
        session.add(Person(name="张三", org_id=unit.id or 0, org_path=unit.path))
    assert epoch(session) == before


@pytest.mark.database("postgresql")
def test_a_transaction_of_many_changes_leaves_one_version_of_the_number(
    qimen: Qimen, session: QimenSession
) -> None:
    """Each further version in one transaction would make the next change look past it."""
    before = epoch(session)
    with qimen.db.connect(write=True) as connection:
        for name in ("春节", "清明节", "端午节"):
            connection.execute(update(Workday.__table__).values(name=name))  # type: ignore[attr-defined]
    assert epoch(session) == before + 1


def test_a_change_undone_to_a_savepoint_is_counted_when_it_is_made_again(
    qimen: Qimen, session: QimenSession, clock: FixedClock
) -> None:
    before = epoch(session)
    change = insert(Workday.__table__).values(  # type: ignore[attr-defined]
        day=clock.today(), is_workday=True, name="", source="edit", updated_at=clock.now()
    )
    with qimen.db.connect(write=True) as connection:
        undone = connection.begin_nested()
        connection.execute(change)
        undone.rollback()
        connection.execute(change)
    assert epoch(session) > before


def test_a_change_that_is_rolled_back_is_not_counted(qimen: Qimen, session: QimenSession) -> None:
    before = epoch(session)
    with pytest.raises(ZeroDivisionError), qimen.db.connect(write=True) as connection:
        connection.execute(update(Workday.__table__).values(name="春节"))  # type: ignore[attr-defined]
        raise ZeroDivisionError
    assert epoch(session) == before


def test_a_value_is_made_once_for_all_who_hold_the_same_and_anew_after_a_change(
    qimen: Qimen,
    session: QimenSession,
    org_tree: OrgTree,
    as_user: MakeAccount,
) -> None:
    here = [as_user("community_clerk", org_tree.community) for _ in range(2)]
    elsewhere = as_user("community_clerk", org_tree.other_community)

    def ask(account: Account) -> object:
        return reading(qimen, session, account).remember("test.thing", object)

    first = ask(here[0])
    assert ask(here[0]) is first
    assert ask(here[1]) is first
    assert ask(elsewhere) is not first
    with qimen.db.connect(write=True) as connection:
        connection.execute(update(OrgUnit.__table__).values(sort=1))  # type: ignore[attr-defined]
    assert ask(here[0]) is not first


def test_who_writes_remembers_nothing_from_then_on(
    qimen: Qimen, session: QimenSession, org_tree: OrgTree, as_user: MakeAccount
) -> None:
    ctx = reading(qimen, session, as_user("community_clerk", org_tree.community))
    first = ctx.remember("test.thing", object)
    assert ctx.remember("test.thing", object) is first
    with unit_of_work(ctx, "core.saved_view.save", permission="core.self"):
        pass
    assert ctx.remember("test.thing", object) is not first


def test_the_least_recently_used_is_forgotten_first() -> None:
    recall, made = Recall(size=2), []

    def ask(key: str) -> None:
        def make() -> str:
            made.append(key)
            return key

        assert recall.get(key, make) == key

    for key in "abaca":
        ask(key)
    assert made == ["a", "b", "c"]
    ask("b")
    assert made == ["a", "b", "c", "b"]
