"""A row written while its unit moves goes along, whoever comes first."""

from collections.abc import Callable
from threading import Event, Thread

import pytest

from qimen_core.db import work
from qimen_core.db.session import scope
from qimen_core.db.work import unit_of_work
from qimen_core.org.models import OrgUnit
from qimen_core.org.moving import move
from qimen_core.org.soundness import wrong_paths
from qimen_core.people.models import Person
from qimen_core.runtime import Qimen
from qimen_core.testing.units import OrgTree

PATIENCE = 0.5
"""Seconds that a move is given to overtake the writer, if nothing holds it."""


def write_while_moving(qimen: Qimen, tree: OrgTree) -> dict[str, int]:
    """Let a writer read the unit's path, then a move begin, then the writer write."""
    read, moved = Event(), Event()
    failed: list[BaseException] = []

    def write() -> None:
        with qimen.db.session() as session:
            ctx = qimen.system_context(session)
            with unit_of_work(ctx, "core.person.manage") as uow:
                unit = uow.session.get_one(OrgUnit, tree.community.id)
                person = Person(name="张桂兰", org_id=unit.id or 0, org_path=unit.path)
                read.set()
                moved.wait(PATIENCE)
                uow.session.add(person)

    def change() -> None:
        read.wait()
        with qimen.db.session() as session:
            ctx = qimen.system_context(session)
            with unit_of_work(ctx, "core.org.manage", moving=True) as uow:
                move(uow, tree.community.id or 0, tree.other_township.id)
        moved.set()

    threads = [Thread(target=_kept(each, failed)) for each in (write, change)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        with scope(session, ctx, "core.org.read"):
            unit = session.get_one(OrgUnit, tree.community.id)
            assert unit.parent_id == tree.other_township.id
        return wrong_paths(ctx)


def _kept(function: Callable[[], None], failed: list[BaseException]) -> Callable[[], None]:
    def run() -> None:
        try:
            function()
        except BaseException as error:
            failed.append(error)

    return run


def test_the_row_has_the_path_that_its_unit_now_has(qimen: Qimen, org_tree: OrgTree) -> None:
    assert write_while_moving(qimen, org_tree) == {}


@pytest.mark.database("postgresql")
def test_control_without_the_lock_the_row_is_left_behind(
    qimen: Qimen, org_tree: OrgTree, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "hold_paths", lambda *_args, **_kwargs: None)
    assert write_while_moving(qimen, org_tree) == {"core_person": 1}
