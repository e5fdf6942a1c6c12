"""Creating, revising, archiving and moving units."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from importlib import import_module
from pathlib import Path
from threading import Barrier, Thread
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import select

from qimen_core.clock import FixedClock
from qimen_core.context import Context
from qimen_core.db.session import scope, unscoped
from qimen_core.db.work import UnitOfWork, unit_of_work
from qimen_core.errors import Conflict, Forbidden, InvalidInput, NotFound, QimenError
from qimen_core.hooks import HookFailed
from qimen_core.org import history, moving, queries, tree
from qimen_core.org.models import OrgUnit
from qimen_core.org.tree import NewUnit
from qimen_core.people.models import Person
from qimen_core.runtime import Qimen
from qimen_core.testing.fixtures import MakeAccount, MakeApp
from qimen_core.testing.units import OrgTree

DAY = timedelta(days=1)


@contextmanager
def working(qimen: Qimen, ctx_of: Callable[..., Context] | None = None) -> Iterator[UnitOfWork]:
    with qimen.db.session() as session:
        ctx = ctx_of(session) if ctx_of else qimen.system_context(session)
        with unit_of_work(ctx, "core.org.manage", moving=True) as uow:
            yield uow


@contextmanager
def reading(qimen: Qimen) -> Iterator[Context]:
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        with scope(session, ctx, "core.org.read"):
            yield ctx


def test_a_new_unit_hangs_below_its_parent(qimen: Qimen, org_tree: OrgTree) -> None:
    with working(qimen) as uow:
        new = NewUnit("community", " 西街社区 ", org_tree.township.id, "990101100003")
        unit = tree.create(uow, new)
    assert unit.path.startswith(org_tree.township.path)
    assert (unit.name, unit.valid_from) == ("西街社区", qimen.clock.today())
    with reading(qimen) as ctx:
        assert [unit.name for unit in queries.find(ctx, "xjsq")] == ["西街社区"]
        assert queries.by_code(ctx, "990101100003") == unit


@pytest.mark.parametrize(
    ("new", "field"),
    [
        (("community", "", None), "name"),
        (("community", "长" * 101, None), "name"),
        (("dragon", "龙", None), "kind"),
        (("county", "县", None), "kind"),
        (("community", "城东", "990101100001"), "code"),
        (("community", "西街", "990101101003"), "code"),
        (("community", "西街", "99010110"), "code"),
    ],
)
def test_what_cannot_be_taken_is_told_by_field(
    qimen: Qimen, org_tree: OrgTree, new: tuple[str, str, str | None], field: str
) -> None:
    kind, name, code = new
    with pytest.raises(InvalidInput) as caught, working(qimen) as uow:
        tree.create(uow, NewUnit(kind, name, org_tree.township.id, code))
    assert field in caught.value.errors


def test_a_township_admin_creates_only_below_the_own_township(
    qimen: Qimen, org_tree: OrgTree, as_user: MakeAccount
) -> None:
    admin = as_user("township_admin", org_tree.township)
    with working(qimen, admin.context) as uow:
        tree.create(uow, NewUnit("community", "西街社区", org_tree.township.id))
    for parent in (org_tree.county, org_tree.other_township):
        with pytest.raises((NotFound, Forbidden)), working(qimen, admin.context) as uow:
            tree.create(uow, NewUnit("community", "别处", parent.id))


def test_a_code_used_out_of_reach_is_still_used(
    qimen: Qimen, org_tree: OrgTree, as_user: MakeAccount
) -> None:
    with working(qimen) as uow:
        new = NewUnit("community", "飞地", org_tree.other_township.id)
        hidden = tree.create(uow, new)
        uow.session.get_one(OrgUnit, hidden.id).code = "990101100009"
    admin = as_user("township_admin", org_tree.township)
    with pytest.raises(InvalidInput, match="已被使用"), working(qimen, admin.context) as uow:
        tree.create(uow, NewUnit("community", "新", org_tree.township.id, "990101100009"))


def test_siblings_created_at_once_get_paths_of_their_own(qimen: Qimen, org_tree: OrgTree) -> None:
    together, failed = Barrier(4), []

    def create(name: str) -> None:
        together.wait()
        try:
            for number in range(5):
                with working(qimen) as uow:
                    tree.create(uow, NewUnit("community", f"{name}{number}", org_tree.township.id))
        except Exception as error:
            failed.append(error)

    threads = [Thread(target=create, args=(name,)) for name in "甲乙丙丁"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    with reading(qimen) as ctx:
        assert org_tree.township.id is not None
        paths = [b.unit.path for b in queries.children(ctx, org_tree.township.id)]
    assert len(paths) == len(set(paths)) == 22


def test_a_stale_form_is_refused_with_both_values(qimen: Qimen, org_tree: OrgTree) -> None:
    unit = org_tree.community
    assert unit.id is not None
    with working(qimen) as uow:
        tree.revise(uow, unit.id, 1, name="城东新社区", code=unit.code)
    with pytest.raises(Conflict) as caught, working(qimen) as uow:
        tree.revise(uow, unit.id, 1, name="东大街社区", code=unit.code)
    assert caught.value.current["name"] == "城东新社区"
    assert caught.value.submitted["name"] == "东大街社区"


def test_a_unit_with_live_children_is_not_archived(qimen: Qimen, org_tree: OrgTree) -> None:
    assert org_tree.township.id is not None
    with pytest.raises(QimenError, match="还有 2 个下级单位"), working(qimen) as uow:
        tree.archive(uow, org_tree.township.id)


def test_archived_is_out_of_the_tree_but_not_of_the_past(
    qimen: Qimen, org_tree: OrgTree, clock: FixedClock
) -> None:
    before = clock.today()
    clock.advance(DAY)
    assert org_tree.community.id is not None
    assert org_tree.township.id is not None
    with working(qimen) as uow:
        tree.archive(uow, org_tree.community.id)
    with reading(qimen) as ctx:
        live = [b.unit.name for b in queries.children(ctx, org_tree.township.id)]
        kept = queries.children(ctx, org_tree.township.id, archived=True)
        assert live == ["城西社区"]
        assert len(kept) == 2
        assert org_tree.community.id in history.as_of(ctx, before)
        assert org_tree.community.id not in history.as_of(ctx, clock.today())


def test_archiving_can_be_taken_back_on_the_same_day_only(
    qimen: Qimen, org_tree: OrgTree, clock: FixedClock
) -> None:
    assert org_tree.community.id is not None
    with working(qimen) as uow:
        tree.archive(uow, org_tree.community.id)
    with working(qimen) as uow:
        assert tree.restore(uow, org_tree.community.id).valid_to is None
    with working(qimen) as uow:
        tree.archive(uow, org_tree.community.id)
    clock.advance(DAY)
    with pytest.raises(QimenError, match="只能在归档当天撤销"), working(qimen) as uow:
        tree.restore(uow, org_tree.community.id)


BLOCKING = """
from qimen_core.hookspecs import hookimpl
from qimen_core.meta import PluginMeta
meta = PluginMeta("blocking", "拦", core=">=0.1")
@hookimpl
def org_archive_blockers(ctx, unit):
    {answer}
"""


@pytest.fixture
def blocking(
    qimen_app: MakeApp,
    provide_plugin: Callable[[ModuleType], str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[[str], Qimen]:
    """A deployment with a plugin that answers `org_archive_blockers` so."""

    def make(answer: str) -> Qimen:
        package = tmp_path / "qimen_blocking"
        package.mkdir()
        (package / "__init__.py").touch()
        (package / "plugin.py").write_text(BLOCKING.format(answer=answer), "utf-8")
        monkeypatch.syspath_prepend(tmp_path)
        for name in ("qimen_blocking", "qimen_blocking.plugin"):
            monkeypatch.delitem(sys.modules, name, raising=False)
        return qimen_app([provide_plugin(import_module("qimen_blocking.plugin"))])

    return make


def test_a_plugin_can_say_why_a_unit_stays(
    blocking: Callable[[str], Qimen], org_tree: OrgTree
) -> None:
    qimen = blocking("return ['还有 3 件未办结']")
    assert org_tree.community.id is not None
    with pytest.raises(QimenError, match="还有 3 件未办结"), working(qimen) as uow:
        tree.archive(uow, org_tree.community.id)


def test_a_plugin_that_cannot_say_blocks_the_archiving(
    blocking: Callable[[str], Qimen], org_tree: OrgTree
) -> None:
    qimen = blocking("raise ZeroDivisionError")
    assert org_tree.community.id is not None
    with pytest.raises(HookFailed), working(qimen) as uow:
        tree.archive(uow, org_tree.community.id)
    with reading(qimen) as ctx:
        assert queries.get_unit(ctx, org_tree.community.id).valid_to is None


def test_a_moved_subtree_takes_all_scoped_rows_along(qimen: Qimen, org_tree: OrgTree) -> None:
    community, goal = org_tree.community, org_tree.other_township
    assert community.id is not None
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        with unit_of_work(ctx, "core.person.manage") as uow:
            person = Person(name="方志远", org_id=community.id, org_path=community.path)
            uow.session.add(person)
    with working(qimen) as uow:
        moved = moving.move(uow, community.id, goal.id)
    assert moved.path.startswith(goal.path)
    with qimen.db.session() as session, unscoped(session):
        assert session.scalars(select(Person.org_path)).all() == [moved.path]  # type: ignore[call-overload]
    with reading(qimen) as ctx:
        units = ctx.session.scalars(select(OrgUnit)).all()
        paths: dict[Any, str] = {unit.id: unit.path for unit in units}
        assert len(set(paths.values())) == len(units)
        assert all(u.path[:-4] == paths[u.parent_id] for u in units if u.parent_id)


def test_moving_a_county_moves_everything_below(qimen: Qimen, org_tree: OrgTree) -> None:
    with working(qimen) as uow:
        city = tree.create(uow, NewUnit("city", "河州市", code="990100000000"))
        assert org_tree.county.id is not None
        moving.move(uow, org_tree.county.id, city.id)
    with reading(qimen) as ctx:
        village = queries.by_code(ctx, "990101100001")
        names = [unit.name for unit in queries.ancestors(ctx, village.path)]
    assert names == ["河州市", "云溪县", "松岭镇"]


def test_a_unit_is_not_moved_below_itself(qimen: Qimen, org_tree: OrgTree) -> None:
    assert org_tree.county.id is not None
    with pytest.raises(InvalidInput, match="自己的下级"), working(qimen) as uow:
        moving.move(uow, org_tree.county.id, org_tree.township.id)


def test_a_move_needs_the_right_at_both_ends(
    qimen: Qimen, org_tree: OrgTree, as_user: MakeAccount
) -> None:
    admin = as_user("township_admin", org_tree.township)
    assert org_tree.community.id is not None
    with pytest.raises((NotFound, Forbidden)), working(qimen, admin.context) as uow:
        moving.move(uow, org_tree.community.id, org_tree.other_township.id)


def test_a_move_that_fails_leaves_nothing_behind(qimen: Qimen, org_tree: OrgTree) -> None:
    assert org_tree.community.id is not None

    def move_and_fail() -> None:
        with working(qimen) as uow:
            moving.move(uow, org_tree.community.id or 0, org_tree.other_township.id)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        move_and_fail()
    with reading(qimen) as ctx:
        assert queries.get_unit(ctx, org_tree.community.id).path == org_tree.community.path


def test_history_tells_every_state(qimen: Qimen, org_tree: OrgTree, clock: FixedClock) -> None:
    assert org_tree.community.id is not None
    unit_id, first = org_tree.community.id, clock.today()
    with working(qimen) as uow:
        tree.revise(uow, unit_id, 1, name="城东新社区", code=None)
    clock.advance(10 * DAY)
    with working(qimen) as uow:
        moving.move(uow, unit_id, org_tree.other_township.id)
    with reading(qimen) as ctx:
        told = [
            (s.valid_from, s.valid_to, s.name, s.parent_name) for s in history.states(ctx, unit_id)
        ]
        names = history.past_names(ctx, unit_id, first - DAY)
    assert told == [
        (date(2000, 1, 1), first, "城东社区", "松岭镇"),
        (first, first + 10 * DAY, "城东新社区", "松岭镇"),
        (first + 10 * DAY, None, "城东新社区", "柳溪镇"),
    ]
    assert names == ["云溪县", "松岭镇", "城东社区"]
