"""Units in from a clerk's own workbook: new, renamed, moved and ended, checked as a whole.

It goes the way of `qimen org import` (the same plan, the same writing); what a clerk's table may
do besides, and within whose reach, is checked here and in `workbook_checks`.
"""

# lint-ok-file: chinese -- headings and words in clerks' own tables, read and never shown

from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated, Final

from pydantic import BaseModel, Field

from qimen_core.context import Context
from qimen_core.db.work import UnitOfWork
from qimen_core.errors import QimenError
from qimen_core.excel import CellError, ExcelDate, ExcelText, ParsedRow, column, duplicates
from qimen_core.i18n import LazyText, translations
from qimen_core.org.carrying import carry_out
from qimen_core.org.codes import check_code
from qimen_core.org.division_table import (
    LEVEL_WORDS,
    NAME_LIMIT,
    DivisionTable,
    Problem,
    TableRow,
)
from qimen_core.org.plan import Plan, compare
from qimen_core.org.workbook_checks import MANAGE, check_codeless, check_workbook

__all__ = ["HEADINGS", "UNITS", "UnitRow"]

_ = translations("qimen_core")

# A `TableRow`'s fields -> our headings, which the export writes and the import reads.
HEADINGS: Final[dict[str, LazyText]] = {
    "code": _("代码"),
    "name": _("名称"),
    "kind": _("类型"),
    "parent": _("上级代码"),
    "valid_from": _("启用日期"),
    "valid_to": _("停用日期"),
}
_NAMED: Final = 10


class UnitRow(BaseModel):
    """One line of a clerk's list of units."""

    code: ExcelText = column(
        HEADINGS["code"], "区划代码", "单位代码", "统计用区划代码", default="", max_length=15
    )
    name: Annotated[ExcelText, Field(max_length=NAME_LIMIT)] = column(
        HEADINGS["name"], "单位名称", "单位", "区划名称"
    )
    kind: ExcelText = column(HEADINGS["kind"], "类别", "级别", "单位类型")
    parent: ExcelText = column(
        HEADINGS["parent"], "上级区划代码", "上级单位代码", "父级代码", default="", max_length=15
    )
    valid_from: ExcelDate | None = column(HEADINGS["valid_from"], "设立日期", default=None)
    valid_to: ExcelDate | None = column(HEADINGS["valid_to"], "撤销日期", "归档日期", default=None)


class _UnitsImporter:
    """What the import of units checks and how it writes.

    Attributes:
        moving: Units may move, so other writers are waited for.
        whole: Parents may stand anywhere in the table, so it is written at once.
    """

    name = "core.org.import"
    label: str = _("单位")
    permission = MANAGE
    row: type[UnitRow] = UnitRow
    moving = True
    whole = True

    def check(self, ctx: Context, rows: Sequence[ParsedRow[UnitRow]]) -> Iterable[CellError]:
        """Yield everything that the tree, the codes and the reach have against the list."""
        yield from duplicates(rows, "code", str(HEADINGS["code"]))
        values = {row.number: row.value for row in rows}
        for problem in _examine(ctx, values).problems:
            row = values[problem.line]
            said = getattr(row, problem.column) if problem.column else ""
            heading = str(HEADINGS[problem.column]) if problem.column else ""
            yield CellError(problem.line, heading, str(said or ""), problem.message)

    def notes(self, ctx: Context, rows: Sequence[ParsedRow[UnitRow]]) -> Iterable[str]:
        """Yield what would be done: new, renamed, moved, ended and unchanged."""
        plan = _examine(ctx, {row.number: row.value for row in rows})
        known = {unit.id: unit for unit in plan.known.values()}
        renamed = [f"{known[each].name} → {name}" for each, name in plan.renamed.items()]
        moved = [f"{row.name} → {_parent_name(plan, row)}" for row in plan.moved.values()]
        ended = [f"{row.name}（{row.valid_to}）" for row in plan.ended.values()]
        for sentence, names in (
            (_("新增 {count} 个：{names}"), [row.name for row in plan.new]),
            (_("更名 {count} 个：{names}"), renamed),
            (_("移动 {count} 个：{names}"), moved),
            (_("停用 {count} 个：{names}"), ended),
        ):
            if names:
                yield sentence.format(count=len(names), names=_some(names))
        unchanged = plan.unchanged + plan.archived + sum(not row.value.code for row in rows)
        if unchanged:
            yield _("不变 {count} 个").format(count=unchanged)

    def save(self, uow: UnitOfWork, rows: Sequence[UnitRow]) -> int:
        """Write the whole list and return how many units it changed.

        Raises:
            QimenError: The tree has changed since the list was checked.
        """
        plan = _examine(uow.ctx, dict(enumerate(rows)))
        if plan.problems:
            raise QimenError(_("导入期间组织树有变动，未写入任何数据，请重试"))
        carry_out(uow, plan, uow.ctx.qimen.clock.today())
        changed = plan.renamed.keys() | plan.moved.keys() | plan.ended.keys()
        return len(plan.new) + len(changed)


UNITS: Final = _UnitsImporter()


def _examine(ctx: Context, rows: dict[int, UnitRow]) -> Plan:
    """Return what the rows (by their number) would change, with everything wrong about them."""
    table = DivisionTable()
    kinds = _kind_words(ctx)
    bare: dict[int, UnitRow] = {}
    for line, row in rows.items():
        kind = kinds.get(row.kind)
        if kind is None:
            names = "、".join(str(each.label) for each in ctx.qimen.registry.org_kinds.values())
            message = _("没有“{kind}”这种单位，可填：{names}").format(kind=row.kind, names=names)
            table.problems.append(Problem(line, message, "kind"))
            table.rejected.add(row.code)
        elif not row.code:
            bare[line] = row
        elif wrong := check_code(row.code, kind):
            table.problems.append(Problem(line, wrong, "code"))
            table.rejected.add(row.code)
        else:
            made = TableRow(
                line, row.code, row.name, row.parent or None, kind, row.valid_from, row.valid_to
            )
            # Of two lines with one code the first counts; the second is an error of its own.
            table.rows.setdefault(row.code, made)
    plan = compare(ctx, table, workbook=True)
    named = {line: (row.name, row.parent) for line, row in bare.items()}
    plan.problems += check_codeless(ctx, named)
    check_workbook(ctx, table, plan)
    return plan


def _kind_words(ctx: Context) -> dict[str, str]:
    kinds = ctx.qimen.registry.org_kinds
    labels = {str(kind.label): name for name, kind in kinds.items()}
    words = {word: name for word, name in LEVEL_WORDS.items() if name in kinds}
    return {**words, **labels, **{name: name for name in kinds}}


def _parent_name(plan: Plan, row: TableRow) -> str:
    above = plan.known.get(row.parent or "")
    new = next((each.name for each in plan.new if each.code == row.parent), row.parent or "")
    return above.name if above else new


def _some(names: Sequence[str]) -> str:
    shown = "、".join(_first(names))
    return shown + (_(" 等").format() if len(names) > _NAMED else "")


def _first(names: Sequence[str]) -> Iterator[str]:
    yield from names[:_NAMED]
