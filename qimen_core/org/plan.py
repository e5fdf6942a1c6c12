"""What a table would change in the tree, worked out before anything is written.

One comparison serves the published table of a whole country and a clerk's workbook of a township:
the first only adds and renames, the second may also move and end units.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, NamedTuple

from sqlalchemy import select

from qimen_core.context import Context
from qimen_core.db.session import unscoped
from qimen_core.db.work import CHUNK
from qimen_core.i18n import translations
from qimen_core.org.division_table import DivisionTable, Problem, TableRow
from qimen_core.org.models import OrgUnit
from qimen_core.org.paths import SEGMENT

__all__ = ["Known", "Plan", "compare"]

_ = translations("qimen_core")
U: Any = OrgUnit
# Above this the tree is walked once; asking for each code would take longer.
_MOST_CODES: Final = 20_000
_CODES_A_QUERY: Final = 500


class Known(NamedTuple):
    """A unit of the database that a table names, as itself or as a parent."""

    id: int
    code: str
    name: str
    kind: str
    path: str
    valid_from: date
    valid_to: date | None


@dataclass
class Plan:
    """What is to be done; `place` has the id and path of every unit there already, by its code.

    `known` is filled for workbooks only, which are small.
    """

    problems: list[Problem] = field(default_factory=list)
    new: list[TableRow] = field(default_factory=list)
    renamed: dict[int, str] = field(default_factory=dict)
    moved: dict[int, TableRow] = field(default_factory=dict)
    ended: dict[int, TableRow] = field(default_factory=dict)
    unchanged: int = 0
    archived: int = 0
    place: dict[str, tuple[int, str]] = field(default_factory=dict)
    known: dict[str, Known] = field(default_factory=dict)

    @property
    def empty(self) -> bool:
        """Whether there is nothing to do."""
        return not (self.new or self.renamed or self.moved or self.ended)


def compare(ctx: Context, table: DivisionTable, *, workbook: bool = False) -> Plan:
    """Return what a table would change; its own problems are the plan's first ones.

    Args:
        ctx: who asks; the whole tree is looked at, whatever the reach.
        table: the readable rows.
        workbook: a unit that hangs elsewhere is to be moved, one with an end is to be ended. For a
            published table the first is a problem that names the remedy, the second unheard of.
    """
    plan = Plan()
    found = DivisionTable(table.rows, table.rejected, list(table.problems))
    parents = {row.parent for row in table.rows.values() if row.parent}
    for unit in _present(ctx, table.rows.keys() | parents):
        # Ascending by path: a parent comes before its children.
        plan.place[unit.code] = (unit.id, unit.path)
        if workbook:
            plan.known[unit.code] = unit
        if (row := table.rows.get(unit.code)) is not None:
            (_meet_in_workbook if workbook else _meet)(plan, found, row, unit)
    plan.new = [row for code, row in table.rows.items() if code not in plan.place]
    found.check_parents(plan.place.keys(), plan.new)
    plan.problems = found.problems
    return plan


def _present(ctx: Context, codes: Collection[str]) -> Iterator[Known]:
    """Yield the units with these codes, wherever they are, in the order of their paths."""
    columns = select(*(getattr(U, name) for name in Known._fields)).order_by(U.path)
    with unscoped(ctx.session):
        if len(codes) > _MOST_CODES:
            for row in ctx.session.execute(columns.execution_options(yield_per=CHUNK)):
                if row.code in codes:
                    yield Known(*row)
            return
        wanted = sorted(codes)
        found: list[Known] = []
        for start in range(0, len(wanted), _CODES_A_QUERY):
            some = columns.where(U.code.in_(wanted[start : start + _CODES_A_QUERY]))
            found += [Known(*row) for row in ctx.session.execute(some)]
    yield from sorted(found, key=lambda unit: unit.path)


def _stays(plan: Plan, row: TableRow, unit: Known) -> bool:
    above = plan.place.get(row.parent or "")
    # A line without a parent says nothing about where the unit hangs.
    return row.parent is None or (above is not None and above[1] == unit.path[:-SEGMENT])


def _wrong_kind(table: DivisionTable, row: TableRow, unit: Known) -> bool:
    if unit.kind == row.kind:
        return False
    message = _("“{name}”在库中的级别是“{kind}”").format(name=unit.name, kind=unit.kind)
    table.problems.append(Problem(row.line, message, "kind"))
    return True


def _meet(plan: Plan, table: DivisionTable, row: TableRow, unit: Known) -> None:
    """Compare a line of a published table with the unit that has its code."""
    if _wrong_kind(table, row, unit):
        return
    if not _stays(plan, row, unit):
        text = _("“{name}”在库中属于别的上级；请先运行 qimen org move {code} {parent}")
        message = text.format(name=unit.name, code=row.code, parent=row.parent)
        table.problems.append(Problem(row.line, message, "parent"))
    elif unit.valid_to is not None:
        plan.archived += 1
    elif unit.name != row.name:
        plan.renamed[unit.id] = row.name
    else:
        plan.unchanged += 1


def _meet_in_workbook(plan: Plan, table: DivisionTable, row: TableRow, unit: Known) -> None:
    """Compare a clerk's line with the unit that has its code."""
    if _wrong_kind(table, row, unit):
        return
    if unit.valid_to is not None:
        plan.archived += 1
        return
    if not _stays(plan, row, unit):
        plan.moved[unit.id] = row
    if unit.name != row.name:
        plan.renamed[unit.id] = row.name
    if row.valid_to is not None:
        plan.ended[unit.id] = row
    if not any(unit.id in each for each in (plan.moved, plan.renamed, plan.ended)):
        plan.unchanged += 1
