"""Carrying out a plan: new units by Core inserts, the rest one by one; one unit of work."""

from collections.abc import Callable, Iterator
from datetime import date
from itertools import islice
from typing import Any, Final

from sqlalchemy import func, select

from qimen_core.db.rewriting import reserve_ids
from qimen_core.db.session import unscoped
from qimen_core.db.work import CHUNK, UnitOfWork
from qimen_core.i18n import translations
from qimen_core.org import moving, tree
from qimen_core.org.codes import significant
from qimen_core.org.history import keep_state
from qimen_core.org.models import OrgUnit
from qimen_core.org.paths import SEGMENT, child
from qimen_core.org.plan import Plan
from qimen_core.org.tree import INITIALS_LIMIT
from qimen_core.pinyin import initials

__all__ = ["Progress", "carry_out"]

_ = translations("qimen_core")
U: Any = OrgUnit

# Called with rows done, rows in all.
Progress = Callable[[int, int], None]
# lint-ok: chinese -- ends of names in published tables, never shown
_ENDINGS: Final = ("村民委员会", "社区居民委员会", "社区居委会", "居民委员会", "居委会", "村委会")
_IDS_A_QUERY: Final = 500


def carry_out(
    uow: UnitOfWork,
    plan: Plan,
    day: date,
    progress: Progress = lambda _done, _all: None,
) -> None:
    """Write a plan; every row is checked against the reach of the unit of work.

    New units come before the moves, for a unit may move below a new one; what hangs below a moved
    unit moves along, new ones too. Ends come last, the deepest first.

    Args:
        uow: the unit of work; opened with `moving=True` if the plan moves units.
        plan: without problems, made behind the lock.
        day: since when new units exist that do not say.
        progress: told now and then how many new rows are in.

    Raises:
        QimenError: a unit cannot move or end; nothing is written.
    """
    for unit_id, name in plan.renamed.items():
        _rename(uow, unit_id, name)
    uow.session.flush()
    rows = _values(uow, plan, day)
    done = 0
    while chunk := list(islice(rows, CHUNK)):
        done += uow.insert(OrgUnit, chunk)
        progress(done, len(plan.new))
    for unit_id, row in plan.moved.items():
        moving.move(uow, unit_id, plan.place[row.parent][0] if row.parent else None)
    for unit_id in sorted(plan.ended, key=lambda each: -_depth(uow, each)):
        tree.archive(uow, unit_id, day=plan.ended[unit_id].valid_to)
    counts = {
        "created": len(plan.new),
        "renamed": len(plan.renamed),
        "moved": len(plan.moved),
        "archived": len(plan.ended),
    }
    uow.changes["import"] = {name: str(count) for name, count in counts.items() if count}


def _rename(uow: UnitOfWork, unit_id: int, name: str) -> None:
    unit = uow.session.get_one(OrgUnit, unit_id)
    keep_state(uow, unit, uow.ctx.qimen.clock.today())
    unit.name, unit.initials = name, initials(name)[:INITIALS_LIMIT]
    unit.version += 1


def _depth(uow: UnitOfWork, unit_id: int) -> int:
    return len(uow.session.get_one(OrgUnit, unit_id).path)


def _values(uow: UnitOfWork, plan: Plan, day: date) -> Iterator[dict[str, object]]:
    # Fewer digits first: a parent is written, and its place known, before its children.
    plan.new.sort(key=lambda row: (len(significant(row.code)), row.code))
    ids = reserve_ids(uow, OrgUnit.__table__, len(plan.new))  # type: ignore[attr-defined]
    next_child = _next_children(uow, plan)
    read: dict[str, str] = {}
    for unit_id, row in zip(ids, plan.new, strict=True):
        parent_id, above = plan.place[row.parent] if row.parent else (None, "")
        number = next_child.get(above, 0)
        next_child[above] = number + 1
        place = child(above, number)
        plan.place[row.code] = (unit_id, place)
        yield {
            "id": unit_id,
            "parent_id": parent_id,
            "kind": row.kind,
            "code": row.code,
            "name": row.name,
            "initials": _initials(row.name, read),
            "path": place,
            "sort": 0,
            "valid_from": row.valid_from or day,
            "version": 1,
        }


def _next_children(uow: UnitOfWork, plan: Plan) -> dict[str, int]:
    """Return the first free child number of every unit that gets new children, by its path."""
    above = {row.parent for row in plan.new}
    paths = {plan.place[code][0]: plan.place[code][1] for code in above if code in plan.place}
    last = select(U.parent_id, func.max(U.path)).group_by(U.parent_id)
    found: dict[str, int] = {}
    wanted = sorted(paths)
    with unscoped(uow.session):
        if None in above:
            for _none, path in uow.session.execute(last.where(U.parent_id.is_(None))):
                found[""] = _number(path) + 1
        for start in range(0, len(wanted), _IDS_A_QUERY):
            some = last.where(U.parent_id.in_(wanted[start : start + _IDS_A_QUERY]))
            for parent_id, path in uow.session.execute(some):
                found[paths[parent_id]] = _number(path) + 1
    return found


def _number(path: str) -> int:
    return int(path[-SEGMENT:], 36)


def _initials(name: str, read: dict[str, str]) -> str:
    """Return a unit's initials; stems and endings repeat, so each is looked up once."""
    ending = next((each for each in _ENDINGS if name.endswith(each)), "")
    stem = name.removesuffix(ending)
    for part in (stem, ending):
        if part not in read:
            read[part] = initials(part)
    return (read[stem] + read[ending])[:INITIALS_LIMIT]
