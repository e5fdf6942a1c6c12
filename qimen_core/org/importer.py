"""Importing a division table into the tree: all or nothing, and a second time nothing.

The table is checked in memory (211 MiB for the whole country), compared with what is there, and
what is new is written by Core inserts with paths and ids worked out beforehand: children need no
answer about their parents.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any, Final

from sqlalchemy import select

from qimen_core.context import Context
from qimen_core.db.rewriting import reserve_ids
from qimen_core.db.session import unscoped
from qimen_core.db.upkeep import MANY, refresh_statistics
from qimen_core.db.work import CHUNK, UnitOfWork, unit_of_work
from qimen_core.errors import QimenError
from qimen_core.i18n import translations
from qimen_core.org.codes import significant
from qimen_core.org.division_table import DivisionTable, Problem, TableRow, read_table
from qimen_core.org.history import keep_state
from qimen_core.org.models import OrgUnit
from qimen_core.org.paths import SEGMENT, child
from qimen_core.org.tree import INITIALS_LIMIT
from qimen_core.pinyin import initials

__all__ = ["ImportResult", "Progress", "import_divisions"]

_ = translations("qimen_core")
U: Any = OrgUnit

# Called with rows done, rows in all.
Progress = Callable[[int, int], None]
# lint-ok: chinese -- ends of names in published tables, never shown
_ENDINGS: Final = ("村民委员会", "社区居民委员会", "社区居委会", "居民委员会", "居委会", "村委会")


@dataclass
class ImportResult:
    """What an import did or, in a dry run, would do; with problems nothing was done."""

    rows: int = 0
    created: int = 0
    renamed: int = 0
    unchanged: int = 0
    archived: int = 0
    problems: list[Problem] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether the table was without problems."""
        return not self.problems


@dataclass
class _Plan:
    """What is to be done, and the tree as it is: places by code, free child numbers by path."""

    result: ImportResult
    new: list[TableRow] = field(default_factory=list)
    renamed: dict[int, str] = field(default_factory=dict)
    place: dict[str, tuple[int, str]] = field(default_factory=dict)
    next_child: dict[str, int] = field(default_factory=dict)


def import_divisions(
    ctx: Context,
    path: Path,
    columns: dict[str, str],
    *,
    valid_from: date | None = None,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> ImportResult:
    """Import a division table and return what was done; nothing to do writes nothing.

    A unit that is there already (by its code) is left alone or renamed; one that hangs elsewhere
    is a problem that names the remedy; one that was archived stays archived.

    Args:
        ctx: a system context, or one that manages the whole tree.
        path: CSV, optionally gzipped.
        columns: see `division_table.parse_columns`.
        valid_from: since when new units exist; today unless given.
        dry_run: check only.
        progress: told now and then how far it is.

    Raises:
        InvalidInput: the file cannot be read at all.
        Forbidden: a unit would stand out of the actor's reach.
    """
    table = read_table(path, columns, ctx.qimen.registry.org_kinds.keys())
    plan = _compare(ctx, table)
    if dry_run or not plan.result.ok or not (plan.new or plan.renamed):
        return plan.result
    subject = f"file:{path.name}"
    with unit_of_work(
        ctx, "core.org.import", permission="core.org.manage", subject=subject[:120]
    ) as uow:
        # Once more behind the lock: between looking and writing somebody may have been faster.
        plan = _compare(ctx, table)
        if not plan.result.ok:
            raise QimenError(_("导入期间组织树有变动，未写入任何数据，请重试"))
        day = valid_from or ctx.qimen.clock.today()
        for unit_id, name in plan.renamed.items():
            _rename(uow, unit_id, name)
        _insert(uow, plan, day, progress or (lambda _done, _all: None))
    if len(plan.new) >= MANY:
        refresh_statistics(ctx.qimen.db, OrgUnit.__tablename__)
    return plan.result


def _compare(ctx: Context, table: DivisionTable) -> _Plan:
    plan = _Plan(ImportResult(rows=len(table.rows) + len(table.rejected)))
    found = DivisionTable(table.rows, table.rejected, list(table.problems))
    parents = {row.parent for row in table.rows.values()}
    with unscoped(ctx.session):
        statement = select(U.id, U.code, U.name, U.kind, U.path, U.valid_to).order_by(U.path)
        for unit in ctx.session.execute(statement.execution_options(yield_per=CHUNK)):
            # Ascending by path: a parent comes before its children, the last child last.
            plan.next_child[unit.path[:-SEGMENT]] = int(unit.path[-SEGMENT:], 36) + 1
            row = table.rows.get(unit.code)
            if row is not None or unit.code in parents:
                plan.place[unit.code] = (unit.id, unit.path)
            if row is not None:
                _meet(plan, found, row, unit)
    found.check_parents(plan.place.keys())
    plan.result.problems = found.problems
    plan.new = [row for code, row in table.rows.items() if code not in plan.place]
    plan.result.created = len(plan.new)
    plan.result.renamed = len(plan.renamed)
    return plan


def _meet(plan: _Plan, table: DivisionTable, row: TableRow, unit: Any) -> None:
    """Compare a line with the unit that has its code."""
    above = plan.place.get(row.parent or "")
    if unit.kind != row.kind:
        message = _("“{name}”在库中的级别是“{kind}”").format(name=unit.name, kind=unit.kind)
        table.problems.append(Problem(row.line, message))
    elif row.parent is not None and (above is None or above[1] != unit.path[:-SEGMENT]):
        message = _("“{name}”在库中属于别的上级；请先运行 qimen org move {code} {parent}")
        message = message.format(name=unit.name, code=row.code, parent=row.parent)
        table.problems.append(Problem(row.line, message))
    elif unit.valid_to is not None:
        plan.result.archived += 1
    elif unit.name != row.name:
        plan.renamed[unit.id] = row.name
    else:
        plan.result.unchanged += 1


def _rename(uow: UnitOfWork, unit_id: int, name: str) -> None:
    unit = uow.session.get_one(OrgUnit, unit_id)
    keep_state(uow, unit, uow.ctx.qimen.clock.today())
    unit.name, unit.initials = name, initials(name)[:INITIALS_LIMIT]
    unit.version += 1


def _insert(uow: UnitOfWork, plan: _Plan, day: date, progress: Progress) -> None:
    rows = _values(uow, plan, day)
    done = 0
    while chunk := list(islice(rows, CHUNK)):
        done += uow.insert(OrgUnit, chunk)
        progress(done, len(plan.new))


def _values(uow: UnitOfWork, plan: _Plan, day: date) -> Iterator[dict[str, object]]:
    # Fewer digits first: a parent is written, and its place known, before its children.
    plan.new.sort(key=lambda row: (len(significant(row.code)), row.code))
    ids = reserve_ids(uow, OrgUnit.__table__, len(plan.new))  # type: ignore[attr-defined]
    read: dict[str, str] = {}
    for unit_id, row in zip(ids, plan.new, strict=True):
        parent_id, above = plan.place[row.parent] if row.parent else (None, "")
        number = plan.next_child.get(above, 0)
        plan.next_child[above] = number + 1
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
            "valid_from": day,
            "version": 1,
        }


def _initials(name: str, read: dict[str, str]) -> str:
    """Return a unit's initials; stems and endings repeat, so each is looked up once."""
    ending = next((each for each in _ENDINGS if name.endswith(each)), "")
    stem = name.removesuffix(ending)
    for part in (stem, ending):
        if part not in read:
            read[part] = initials(part)
    return (read[stem] + read[ending])[:INITIALS_LIMIT]
