"""The tree against a naive model: a dictionary of today, copied at the end of every day."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from qimen_core.clock import FixedClock
from qimen_core.db.session import scope, unscoped
from qimen_core.db.work import unit_of_work
from qimen_core.org import history, moving, tree
from qimen_core.org.models import OrgUnit
from qimen_core.org.paths import SEGMENT
from qimen_core.org.tree import NewUnit
from qimen_core.people.models import Person
from qimen_core.runtime import Qimen

KINDS = ("province", "city", "county", "township", "community")
PARENTS = {"city": ("province",), "county": ("city", "province"),
           "township": ("county", "city"), "community": ("township",)}  # fmt: skip


@dataclass(frozen=True)
class Node:
    name: str
    kind: str
    parent: int | None


class TreeMachine(RuleBasedStateMachine):
    """Does everything twice: in the database, and in `self.live`, a dictionary."""

    qimen: Qimen
    clock: FixedClock

    def __init__(self) -> None:
        super().__init__()
        self.live: dict[int, Node] = {}
        self.people: dict[str, int] = {}
        self.days: dict[date, dict[int, Node]] = {}

    def teardown(self) -> None:
        # One deployment serves all examples: each one's units are archived at its end.
        self.next_day()
        while self.live:
            self.archive_leaf(sorted(self._leaves())[0])

    def _leaves(self) -> set[int]:
        return self.live.keys() - {node.parent for node in self.live.values()}

    def _work(self, permission: str = "core.org.manage"):  # type: ignore[no-untyped-def]
        session = self.session
        ctx = self.qimen.system_context(session)
        return unit_of_work(ctx, permission, moving=True)

    @rule(data=st.data(), kind=st.sampled_from(KINDS))
    def create(self, data: st.DataObject, kind: str) -> None:
        above = [i for i, node in self.live.items() if node.kind in PARENTS.get(kind, ())]
        parent = data.draw(st.sampled_from([None, *above]))
        with self._work() as uow:
            unit = tree.create(uow, NewUnit(kind, f"单位{kind}", parent))
        self.live[unit.id] = Node(unit.name, kind, parent)

    @precondition(lambda self: self.live)
    @rule(data=st.data(), name=st.sampled_from("甲乙丙丁"))
    def rename(self, data: st.DataObject, name: str) -> None:
        unit_id = data.draw(st.sampled_from(sorted(self.live)))
        with self._work() as uow:
            version = uow.session.get_one(OrgUnit, unit_id).version
            tree.revise(uow, unit_id, version, name=name, code=None)
        self.live[unit_id] = replace(self.live[unit_id], name=name)

    @precondition(lambda self: self.live)
    @rule(data=st.data())
    def move(self, data: st.DataObject) -> None:
        unit_id = data.draw(st.sampled_from(sorted(self.live)))
        node = self.live[unit_id]
        goals = [i for i, goal in self.live.items() if goal.kind in PARENTS.get(node.kind, ())]
        goal = data.draw(st.sampled_from([None, *goals]))
        with self._work() as uow:
            moving.move(uow, unit_id, goal)
        self.live[unit_id] = replace(node, parent=goal)

    @precondition(lambda self: self.live)
    @rule(data=st.data())
    def settle(self, data: st.DataObject) -> None:
        unit_id = data.draw(st.sampled_from(sorted(self.live)))
        with self._work("core.person.manage") as uow:
            with unscoped(uow.session):
                path = uow.session.get_one(OrgUnit, unit_id).path
            person = Person(name=f"人{len(self.people)}", org_id=unit_id, org_path=path)
            uow.session.add(person)
        self.people[person.name] = unit_id

    @precondition(lambda self: self._leaves())
    @rule(data=st.data())
    def archive(self, data: st.DataObject) -> None:
        self.archive_leaf(data.draw(st.sampled_from(sorted(self._leaves()))))

    def archive_leaf(self, unit_id: int) -> None:
        with self._work() as uow:
            tree.archive(uow, unit_id)
        del self.live[unit_id]

    @rule()
    def next_day(self) -> None:
        self.days[self.clock.today()] = dict(self.live)
        self.clock.advance(timedelta(days=1))

    @invariant()
    def every_past_day_is_as_it_was(self) -> None:
        with self.qimen.db.session() as session:
            ctx = self.qimen.system_context(session)
            with scope(session, ctx, "core.org.read"):
                for day, expected in {**self.days, self.clock.today(): self.live}.items():
                    found = {
                        past.id: Node(past.name, past.kind, past.parent_id)
                        for past in history.as_of(ctx, day).values()
                        if past.id >= self.first
                    }
                    assert found == expected, day

    @invariant()
    def every_path_says_the_parent_and_every_row_its_unit(self) -> None:
        with self.qimen.db.session() as session, unscoped(session):
            rows = session.execute(select(OrgUnit.id, OrgUnit.parent_id, OrgUnit.path)).all()  # type: ignore[call-overload]
            paths = {row.id: row.path for row in rows}
            assert len(set(paths.values())) == len(paths)
            for row in rows:
                assert row.path[:-SEGMENT] == (paths[row.parent_id] if row.parent_id else "")
            people = session.execute(select(Person.org_id, Person.org_path)).all()  # type: ignore[call-overload]
            assert all(paths[org_id] == path for org_id, path in people)


def test_the_tree_behaves_like_a_dictionary_of_days(qimen: Qimen, clock: FixedClock) -> None:
    with qimen.db.session() as session:

        class Machine(TreeMachine):
            def __init__(self) -> None:
                super().__init__()
                self.qimen, self.clock, self.session = qimen, clock, session
                with self.qimen.db.session() as fresh, unscoped(fresh):
                    ids = fresh.scalars(select(OrgUnit.id)).all()  # type: ignore[call-overload]
                self.first = max(ids, default=0) + 1

        run_state_machine_as_test(
            Machine,
            settings=settings(
                max_examples=12,
                stateful_step_count=20,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
