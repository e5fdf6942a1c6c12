"""What a clerk's list of units must not do; every check adds its problems to the plan."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from sqlalchemy import select

from qimen_core.context import Context
from qimen_core.db.session import scope, unscoped
from qimen_core.i18n import translations
from qimen_core.org.codes import significant
from qimen_core.org.division_table import DivisionTable, Problem, TableRow
from qimen_core.org.history import state_began
from qimen_core.org.models import OrgUnit
from qimen_core.org.plan import Known, Plan

__all__ = ["MANAGE", "check_codeless", "check_workbook"]

_ = translations("qimen_core")
MANAGE: Final = "core.org.manage"
U: Any = OrgUnit
_IDS_A_QUERY: Final = 500


def check_workbook(ctx: Context, table: DivisionTable, plan: Plan) -> None:
    """Add everything that is wrong with a workbook to its plan, in the order of lines."""
    hidden = list(_out_of_reach(ctx, table, plan))
    lines = {problem.line for problem in hidden}
    # Of a unit out of reach nothing else is told, not even its name.
    plan.problems = [each for each in plan.problems if each.line not in lines] + hidden
    for check in (_parents, _kinds, _days, _ends, _own_subtree):
        plan.problems += [each for each in check(ctx, table, plan) if each.line not in lines]
    plan.problems += _below_wrong_lines(plan)
    plan.problems.sort(key=lambda problem: problem.line)


def check_codeless(ctx: Context, rows: Mapping[int, tuple[str, str]]) -> Iterator[Problem]:
    """Yield a problem for every line without a code that is not a unit of that name already.

    A unit without a code (a team of a community) can be exported and brought back unchanged;
    nothing else, for nothing else tells it apart.

    Args:
        ctx: who imports.
        rows: name and parent's code by line.
    """
    if not rows:
        return
    with scope(ctx.session, ctx, MANAGE):
        found = ctx.session.execute(select(U.name, U.parent_id).where(U.code.is_(None))).all()
    with unscoped(ctx.session):
        above = select(U.id, U.code).where(U.id.in_({parent for _name, parent in found}))
        codes = dict(ctx.session.execute(above).all())
    known = {(name, codes.get(parent) or "") for name, parent in found}
    for line, pair in rows.items():
        if pair not in known:
            message = _("没有代码；没有代码的单位请在上级单位的页面上新建和修改").format()
            yield Problem(line, message, "code")


def _out_of_reach(ctx: Context, table: DivisionTable, plan: Plan) -> Iterator[Problem]:
    for code, row in table.rows.items():
        unit = plan.known.get(code)
        if unit is not None and not ctx.can(MANAGE, unit.path):
            message = _("代码“{code}”的单位不在您的管辖范围内").format(code=code)
            yield Problem(row.line, message, "code")


def _parents(ctx: Context, table: DivisionTable, plan: Plan) -> Iterator[Problem]:
    """The place of new and moved units: in reach, alive, and staying so."""
    ended = {row.code for row in plan.ended.values()}
    for row in _placed(plan):
        above = plan.known.get(row.parent or "")
        if row.parent is None and not ctx.can(MANAGE, ""):
            yield Problem(row.line, _("没有填写上级代码").format(), "parent")
        elif above is not None and not ctx.can(MANAGE, above.path):
            message = _("上级“{code}”不在您的管辖范围内").format(code=above.code)
            yield Problem(row.line, message, "parent")
        elif above is not None and (above.valid_to is not None or above.code in ended):
            message = _("上级“{name}”已停用").format(name=above.name)
            yield Problem(row.line, message, "parent")
    del table


def _kinds(ctx: Context, table: DivisionTable, plan: Plan) -> Iterator[Problem]:
    kinds = ctx.qimen.registry.org_kinds
    for row in _placed(plan):
        above: Known | TableRow | None = plan.known.get(row.parent or "")
        above = above or table.rows.get(row.parent or "")
        if above is not None and above.kind not in kinds[row.kind].parents:
            label = kinds[above.kind].label if above.kind in kinds else above.kind
            text = _("“{kind}”不能设在“{parent}”之下")
            message = text.format(kind=kinds[row.kind].label, parent=label)
            yield Problem(row.line, message, "kind")


def _days(ctx: Context, table: DivisionTable, plan: Plan) -> Iterator[Problem]:
    for code, row in table.rows.items():
        unit = plan.known.get(code)
        if unit is None:
            if row.valid_to is not None:
                yield Problem(row.line, _("新单位不能填停用日期").format(), "valid_to")
        elif row.valid_from not in (None, unit.valid_from):
            message = _("与库中的启用日期 {day} 不同；请改回，或留空").format(day=unit.valid_from)
            yield Problem(row.line, message, "valid_from")
        elif unit.valid_to is not None and (row.valid_to, row.name) != (unit.valid_to, unit.name):
            text = _("“{name}”已于 {day} 停用，不能再用表格变更；请删去这一行")
            message = text.format(name=unit.name, day=unit.valid_to)
            yield Problem(row.line, message, "valid_to")
    del ctx


def _ends(ctx: Context, table: DivisionTable, plan: Plan) -> Iterator[Problem]:
    """What keeps a unit from ending: its day, its live children, what a plugin has there."""
    today = ctx.qimen.clock.today()
    staying = _staying_children(ctx, plan)
    for unit_id, row in plan.ended.items():
        assert row.valid_to is not None
        if not ctx.can(MANAGE, plan.place[row.code][1]):
            continue
        with scope(ctx.session, ctx, MANAGE):
            unit = ctx.session.get_one(OrgUnit, unit_id)
            begun = state_began(ctx.session, unit)
            reasons = ctx.qimen.hooks.org_archive_blockers(ctx, unit)
        if row.valid_to > today:
            yield Problem(row.line, _("停用日期不能晚于今天").format(), "valid_to")
        elif row.valid_to < begun:
            message = _("停用日期不能早于最近一次变更（{day}）").format(day=begun)
            yield Problem(row.line, message, "valid_to")
        if count := staying.get(unit_id, 0):
            message = _("还有 {count} 个下级单位，请先归档或移走").format(count=count)
            yield Problem(row.line, message, "valid_to")
        for reason in reasons:
            yield Problem(row.line, str(reason), "valid_to")
    del table


def _staying_children(ctx: Context, plan: Plan) -> dict[int, int]:
    """Return how many live children would stay below each unit that is to end."""
    leaving = plan.ended.keys() | plan.moved.keys()
    wanted = sorted(plan.ended)
    counts: dict[int, int] = {}
    with unscoped(ctx.session):
        for start in range(0, len(wanted), _IDS_A_QUERY):
            some = U.parent_id.in_(wanted[start : start + _IDS_A_QUERY])
            live = select(U.id, U.parent_id).where(some, U.valid_to.is_(None))
            for unit_id, parent_id in ctx.session.execute(live):
                if unit_id not in leaving:
                    counts[parent_id] = counts.get(parent_id, 0) + 1
    return counts


def _own_subtree(ctx: Context, table: DivisionTable, plan: Plan) -> Iterator[Problem]:
    for row in plan.moved.values():
        above: str | None = row.parent
        while above is not None and above not in plan.known:
            # A new unit: it stands where its own parent stands. Codes grow shorter, so this ends.
            above = table.rows[above].parent if above in table.rows else None
        if above is not None and plan.known[above].path.startswith(plan.place[row.code][1]):
            message = _("不能把单位移到它自己的下级之下").format()
            yield Problem(row.line, message, "parent")
    del ctx


def _below_wrong_lines(plan: Plan) -> list[Problem]:
    """Return a problem for what would stand below a new unit whose own line is wrong."""
    lines = {problem.line for problem in plan.problems}
    new = {row.code: row for row in plan.new}
    found = []
    for row in sorted(_placed(plan), key=lambda each: len(significant(each.code))):
        above = new.get(row.parent or "")
        if row.line not in lines and above is not None and above.line in lines:
            message = _("上级“{name}”所在的行有错").format(name=above.name)
            found.append(Problem(row.line, message, "parent"))
            lines.add(row.line)
    return found


def _placed(plan: Plan) -> list[TableRow]:
    return [*plan.new, *plan.moved.values()]
