"""The index at a million entries: nothing missed, nothing slow."""

import random
import re
import time
from collections.abc import Callable, Iterable
from types import ModuleType
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from qimen_core.db.work import unit_of_work
from qimen_core.descriptors import Permission
from qimen_core.hookspecs import hookimpl
from qimen_core.meta import PluginMeta
from qimen_core.search import Entry, find, put_many

if TYPE_CHECKING:
    from qimen_core.context import Context
    from qimen_core.runtime import Qimen
    from qimen_core.testing.fixtures import MakeAccount, MakeApp
    from qimen_core.testing.units import OrgTree

READ = "notes.note.read"
WORDS = re.findall(
    r"\S+",
    "路灯 不亮 下水道 堵塞 污水 外溢 垃圾 清运 气味 道路 塌方 饮水 困难 办事 排队 电梯 停运 改造 "
    "噪音 扰民 违建 占道 停车 车辆 充电桩 楼道 堆物 井盖 缺失 漏水 停电 物业 收费 绿化 修剪 护栏",
)
RARE = "终点站牌"
TOTAL = 1_000_000
# Two characters inside a narrow scope: the issue's own figure. The others are far above what is
# measured; a scan of the table takes seconds.
NARROW_MS, MOST_MS = 5, 250


@pytest.fixture
def qimen(qimen_app: "MakeApp", provide_plugin: Callable[[ModuleType], str]) -> "Qimen":
    @hookimpl
    def register_permissions() -> Iterable[Permission]:
        return [Permission(READ, "查看", ("community_clerk",))]

    module = ModuleType("notes")
    module.meta = PluginMeta("notes", "便签", core="")  # type: ignore[attr-defined]
    module.register_permissions = register_permissions  # type: ignore[attr-defined]
    return qimen_app([provide_plugin(module)])


def fill(ctx: "Context", tree: "OrgTree", total: int) -> dict[str, str]:
    """Write entries, one in two hundred of them in the clerk's community; return their texts."""
    chance, texts = random.Random(2026), {}
    for start in range(0, total, 10_000):
        entries = []
        for number in range(start, start + 10_000):
            unit = tree.community if number % 200 == 0 else tree.foreign_community
            said = "".join(chance.choices(WORDS, k=12)) + (RARE if number % 5000 == 7 else "")
            texts[str(number)] = said
            entries.append(
                Entry("notes.note", str(number), unit.id or 0, unit.path, said[:20], text=said)
            )
        with unit_of_work(ctx, "notes.note.write", permission=READ) as uow:
            put_many(uow, entries)
    return texts


def look(ctx: "Context", word: str, limit: int = 20) -> tuple[set[str], float]:
    """Return what a search finds and the best of five times in milliseconds."""
    times = []
    for _ in range(5):
        started = time.perf_counter()
        found = find(ctx.session, ctx, word, {"notes.note": READ}, limit)
        times.append((time.perf_counter() - started) * 1000)
    return {hit.ref for hit in found}, min(times)


@pytest.mark.prove
def test_a_million_entries_are_searched_completely_and_at_once(
    qimen: "Qimen",
    org_tree: "OrgTree",
    as_user: "MakeAccount",
) -> None:
    with qimen.db.session() as session:
        texts = fill(qimen.system_context(session), org_tree, TOTAL)
    if qimen.db.dialect == "postgresql":
        with qimen.db.connect(write=True) as connection:
            for table in ("core_search", "core_search_fts"):
                connection.execute(text(f"ANALYZE {table}"))  # what autovacuum does by itself
    clerk = as_user("community_clerk", org_tree.community)
    with qimen.db.session() as session:
        wide, narrow = qimen.system_context(session), clerk.context(session)
        own = {ref for ref in texts if int(ref) % 200 == 0}
        for word in ("电梯", "桩楼", "堵塞污水", RARE[:2]):
            expected = {ref for ref, said in texts.items() if word in said}
            assert look(wide, word, limit=TOTAL)[0] == expected
            assert look(narrow, word, limit=TOTAL)[0] == expected & own
        for name, ctx in (("wide", wide), ("narrow", narrow)):
            for word in ("电梯", "桩楼", RARE):
                found, spent = look(ctx, word)
                print(f"{qimen.db.dialect} {name} {word}: {spent:.2f} ms")  # noqa: T201
                assert len(found) <= 20
                limit = NARROW_MS if name == "narrow" and len(word) == 2 else MOST_MS
                assert spent < limit, (name, word, spent)
