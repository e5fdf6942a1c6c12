"""Importing a division table into the tree: all or nothing, and a second time nothing.

The table is checked in memory (211 MiB for the whole country), compared with what is there, and
what is new is written by Core inserts with paths and ids worked out beforehand: children need no
answer about their parents.
"""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from qimen_core.context import Context
from qimen_core.db.upkeep import MANY, refresh_statistics
from qimen_core.db.work import unit_of_work
from qimen_core.errors import QimenError
from qimen_core.i18n import translations
from qimen_core.org.carrying import Progress, carry_out
from qimen_core.org.division_table import DivisionTable, Problem, read_table
from qimen_core.org.models import OrgUnit
from qimen_core.org.plan import Plan, compare

__all__ = ["ImportResult", "Progress", "import_divisions"]

_ = translations("qimen_core")


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
    plan = compare(ctx, table)
    result = _result(table, plan)
    if dry_run or not result.ok or plan.empty:
        return result
    subject = f"file:{path.name}"
    with unit_of_work(
        ctx, "core.org.import", permission="core.org.manage", subject=subject[:120]
    ) as uow:
        # Once more behind the lock: between looking and writing somebody may have been faster.
        plan = compare(ctx, table)
        if plan.problems:
            raise QimenError(_("导入期间组织树有变动，未写入任何数据，请重试"))
        result = _result(table, plan)
        day = valid_from or ctx.qimen.clock.today()
        carry_out(uow, plan, day, progress or (lambda _done, _all: None))
    if result.created >= MANY:
        refresh_statistics(ctx.qimen.db, OrgUnit.__tablename__)
    return result


def _result(table: DivisionTable, plan: Plan) -> ImportResult:
    return ImportResult(
        rows=len(table.rows) + len(table.rejected),
        created=len(plan.new),
        renamed=len(plan.renamed),
        unchanged=plan.unchanged,
        archived=plan.archived,
        problems=plan.problems,
    )
