"""The index on both databases: recall, reach, plugins that are off."""

from collections.abc import Callable
from types import ModuleType
from typing import TYPE_CHECKING

import pytest

from qimen_core.db.work import unit_of_work
from qimen_core.descriptors import Permission
from qimen_core.errors import Forbidden
from qimen_core.hookspecs import hookimpl
from qimen_core.meta import PluginMeta
from qimen_core.search import Entry, find, moved, normalise, put, put_many, remove

if TYPE_CHECKING:
    from qimen_core.context import Context
    from qimen_core.db.session import QimenSession
    from qimen_core.org.models import OrgUnit
    from qimen_core.runtime import Qimen
    from qimen_core.testing.accounts import Account
    from qimen_core.testing.fixtures import MakeAccount, MakeApp, Toggle
    from qimen_core.testing.units import OrgTree

READ = "notes.note.read"
KINDS = {"notes.note": READ}
TEXTS = [
    "东街社区三号楼下水道堵塞，污水外溢",
    "七里桥路灯不亮",
    "内河街垃圾清运不及时，气味大",
    "南光辉村道路塌方",
    "光辉村饮水困难 wifi also down",
    "金陶居委会办事窗口 2024 年排队",
    "𠮷祥苑小区电梯 A3 停运",
    "社区东街改造",
]


class _Notes:
    """A plugin with one permission."""

    @hookimpl
    def register_permissions(self) -> list[Permission]:
        return [Permission(READ, "查看", ("community_clerk", "township_admin"))]


@pytest.fixture
def qimen(qimen_app: "MakeApp", provide_plugin: Callable[[ModuleType], str]) -> "Qimen":
    module = ModuleType("notes")
    module.meta = PluginMeta("notes", "便签", core="")  # type: ignore[attr-defined]
    module.register_permissions = _Notes().register_permissions  # type: ignore[attr-defined]
    return qimen_app([provide_plugin(module)])


def entry(ref: str, text: str, unit: "OrgUnit") -> Entry:
    assert unit.id is not None
    return Entry("notes.note", ref, unit.id, unit.path, text[:20], text=text)


def fill(ctx: "Context", entries: list[Entry]) -> None:
    with unit_of_work(ctx, "notes.note.write", permission=READ) as uow:
        put_many(uow, entries)


@pytest.fixture
def system(qimen: "Qimen", session: "QimenSession", org_tree: "OrgTree") -> "Context":
    ctx = qimen.system_context(session)
    fill(ctx, [entry(str(n), text, org_tree.community) for n, text in enumerate(TEXTS)])
    return ctx


def context(account: "Account", session: "QimenSession") -> "Context":
    # SQLite shows a reader the moment its transaction began, and the account came after that.
    session.rollback()
    return account.context(session)


def refs(ctx: "Context", query: str) -> set[str]:
    return {hit.ref for hit in find(ctx.session, ctx, query, KINDS, limit=50)}


def words(length: int) -> set[str]:
    runs = [run for text in TEXTS for run in normalise(text).split()]
    return {run[at : at + length] for run in runs for at in range(len(run) - length + 1)}


@pytest.mark.parametrize("length", [1, 2, 3, 4])
def test_every_chinese_word_of_a_text_finds_exactly_the_texts_that_hold_it(
    system: "Context", length: int
) -> None:
    for word in words(length):
        if word.isascii():
            continue
        expected = {str(n) for n, text in enumerate(TEXTS) if word in normalise(text)}
        assert refs(system, word) == expected, word


def test_words_and_numbers_are_found_by_their_beginning(system: "Context") -> None:
    assert refs(system, "wif") == refs(system, "WIFI") == {"4"}
    assert refs(system, "2024") == {"5"}
    assert refs(system, "a3") == {"6"}
    assert refs(system, "ifi") == set()


def test_all_words_of_a_query_must_be_there_in_any_order(system: "Context") -> None:
    assert refs(system, "困难 光辉") == {"4"}
    assert refs(system, "东街 社区") == {"0", "7"}
    assert refs(system, "东街社区") == {"0"}


@pytest.mark.parametrize(
    "query", ["", "，。", '"', "' OR 1=1 --", "body : *", "NEAR(", "东街 AND", "a:*", ":*&|!"]
)
def test_no_query_breaks_out_of_its_quotes(system: "Context", query: str) -> None:
    assert refs(system, query) <= {"0", "7", "4", "6"}


def test_a_text_put_again_is_found_by_its_new_words_only(
    system: "Context", org_tree: "OrgTree"
) -> None:
    fill(system, [entry("1", "井盖缺失", org_tree.community)])
    assert refs(system, "井盖") == {"1"}
    assert refs(system, "路灯") == set()
    with unit_of_work(system, "notes.note.write", permission=READ) as uow:
        remove(uow, "notes.note", "1")
        remove(uow, "notes.note", "absent")
    assert refs(system, "井盖") == set()


def test_an_index_entry_is_gone_with_the_transaction_that_wrote_it(
    system: "Context", org_tree: "OrgTree"
) -> None:
    with (
        pytest.raises(RuntimeError, match="undo"),
        unit_of_work(system, "notes.note.write", permission=READ) as uow,
    ):
        put(uow, entry("9", "井盖缺失", org_tree.community))
        assert uow.session is system.session
        raise RuntimeError("undo")
    assert refs(system, "井盖") == set()


def test_a_clerk_finds_what_is_in_reach_and_nothing_else(
    system: "Context", org_tree: "OrgTree", as_user: "MakeAccount", session: "QimenSession"
) -> None:
    fill(
        system, [entry("own", "井盖", org_tree.community), entry("next", "井盖", org_tree.sibling)]
    )
    fill(system, [entry("far", "井盖", org_tree.foreign_community)])
    places = {
        ("community_clerk", org_tree.community.path): {"own"},
        ("township_admin", org_tree.township.path): {"own", "next"},
        ("community_clerk", org_tree.other_community.path): set(),
    }
    units = {unit.path: unit for unit in vars(org_tree).values()}
    for (role, path), expected in places.items():
        assert refs(context(as_user(role, units[path]), session), "井盖") == expected
    assert refs(context(as_user("auditor", org_tree.county), session), "井盖") == set()


def test_an_entry_cannot_be_written_out_of_reach(
    org_tree: "OrgTree", as_user: "MakeAccount", session: "QimenSession"
) -> None:
    clerk = context(as_user("community_clerk", org_tree.community), session)
    with pytest.raises(Forbidden), unit_of_work(clerk, "notes.note.write", permission=READ) as uow:
        put(uow, entry("1", "井盖", org_tree.sibling))


def test_what_a_switched_off_plugin_wrote_is_not_found_there_and_comes_back(
    system: "Context",
    org_tree: "OrgTree",
    toggle: "Toggle",
    as_user: "MakeAccount",
    session: "QimenSession",
) -> None:
    fill(system, [entry("far", "路灯", org_tree.foreign_community)])
    clerk = as_user("community_clerk", org_tree.community)
    assert refs(context(clerk, session), "路灯") == {"1"}
    toggle("notes", org_tree.township, on=False)
    assert refs(context(clerk, session), "路灯") == set()
    assert refs(system.qimen.system_context(session), "路灯") == {"far"}
    toggle("notes", org_tree.township, on=True)
    assert refs(context(clerk, session), "路灯") == {"1"}


def test_a_plugin_that_is_not_loaded_gives_nothing(
    system: "Context", session: "QimenSession"
) -> None:
    assert find(session, system, "路灯", {"notes.note": "absent.note.read"}) == []


def test_a_moved_unit_is_found_from_its_new_place(
    system: "Context", org_tree: "OrgTree", as_user: "MakeAccount", session: "QimenSession"
) -> None:
    from qimen_core.db.rewriting import rewrite_paths

    new = org_tree.other_township.path + "00zz"
    with unit_of_work(system, "core.org.manage") as uow:
        rewrite_paths(uow, org_tree.community.path, new)
        moved(uow, new)
    there = context(as_user("township_admin", org_tree.other_township), session)
    here = context(as_user("township_admin", org_tree.township), session)
    assert refs(there, "路灯") == {"1"}
    assert refs(here, "路灯") == set()


def test_newest_first_and_no_more_than_asked_for(system: "Context", org_tree: "OrgTree") -> None:
    fill(system, [entry(f"n{n}", "井盖", org_tree.community) for n in range(30)])
    hits = find(system.session, system, "井盖", KINDS, limit=5)
    assert [hit.ref for hit in hits] == ["n29", "n28", "n27", "n26", "n25"]


def test_a_long_text_loses_no_word_at_its_end(system: "Context", org_tree: "OrgTree") -> None:
    # PostgreSQL keeps 256 positions of a lexeme and none beyond 16383.
    fill(system, [entry("long", "路灯" * 9000 + "终点站牌", org_tree.community)])
    assert refs(system, "终点站牌") == {"long"}
    assert refs(system, "灯路灯终点") == {"long"}
