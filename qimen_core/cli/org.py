"""`qimen org`: the organisation tree from a division table, its numbers, and moving a unit."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

import rich_click as click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from qimen_core.cli.application import Failure, QimenGroup
from qimen_core.cli.options import data_option, json_option, opened
from qimen_core.cli.output import emit_json, emit_table
from qimen_core.db.session import scope
from qimen_core.db.work import unit_of_work
from qimen_core.i18n import translations
from qimen_core.org import importer, moving, stats
from qimen_core.org.division_table import parse_columns
from qimen_core.org.queries import ancestors, by_code

__all__ = ["org"]

_ = translations("qimen_core")


@click.group(cls=QimenGroup, help=str(_("组织树：导入区划、移动单位、统计数量。")))
def org() -> None:
    """Hold the commands on the tree."""


@org.command("import", help=str(_(
    "导入区划表（CSV，可为 gzip）。全部正确才写入；再次导入同一张表不改变任何内容。"
)))  # fmt: skip
@data_option
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--columns",
    help=str(_("列与表头的对应，如 code=代码,name=名称,parent=上级代码,level=级别")),
)
@click.option("--dry-run", is_flag=True, help=str(_("只检查，不写入")))
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d"]),
    help=str(_("新单位自哪天起存在；默认为今天")),
)
@json_option
def import_(
    *,
    data: Path,
    file: Path,
    columns: str | None,
    dry_run: bool,
    since: datetime | None,
    as_json: bool,
) -> None:
    """Import a division table."""
    day: date | None = since.date() if since else None
    with opened(data) as qimen, qimen.db.session() as session, _bar(as_json) as progress:
        ctx = qimen.system_context(session, "qimen org import")
        result = importer.import_divisions(
            ctx, file, parse_columns(columns), valid_from=day, dry_run=dry_run, progress=progress
        )
    _report(file, result, dry_run, as_json)


def _report(file: Path, result: importer.ImportResult, dry_run: bool, as_json: bool) -> None:
    if as_json:
        emit_json(
            {
                "rows": result.rows,
                "created": result.created if result.ok else 0,
                "renamed": result.renamed if result.ok else 0,
                "unchanged": result.unchanged,
                "archived": result.archived,
                "dry_run": dry_run,
                "problems": [{"line": p.line, "message": p.message} for p in result.problems],
            }
        )
    for problem in result.problems if not as_json else ():
        message = _("{file} 第 {line} 行：{message}")
        click.echo(message.format(file=file, line=problem.line, message=problem.message), err=True)
    if not result.ok:
        message = _("{file} 有 {count} 处问题，未写入任何数据；改正后再导入")
        raise Failure(message.format(file=file, count=len(result.problems)))
    if not as_json:
        sentence = (
            _("检查通过：将新建 {created}，更名 {renamed}，不变 {unchanged}。")
            if dry_run
            else _("已导入：新建 {created}，更名 {renamed}，不变 {unchanged}。")
        )
        click.echo(sentence.format(**vars(result)))


@contextmanager
def _bar(as_json: bool) -> Iterator[importer.Progress]:
    """Show a bar on standard error, where it does not disturb the answer."""
    console = Console(stderr=True, quiet=as_json)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeRemainingColumn(), console=console) as bar:
        task = bar.add_task(str(_("读取并检查")), total=None)

        def advance(done: int, total: int) -> None:
            bar.update(task, description=str(_("写入")), completed=done, total=total)

        yield advance


@org.command("stats", help=str(_("统计各种单位的数量和总数。")))
@data_option
@click.option("--unit", help=str(_("只统计这个单位及其下级")))
@json_option
def stats_(data: Path, unit: str | None, as_json: bool) -> None:
    """Print the numbers of units."""
    with opened(data) as qimen, qimen.db.session() as session:
        ctx = qimen.system_context(session)
        with scope(session, ctx, "core.org.read"):
            counts = stats.count_by_kind(ctx, by_code(ctx, unit).path if unit else "")
        labels = {kind: str(spec.label) for kind, spec in qimen.registry.org_kinds.items()}
    total = sum(counts.values())
    if as_json:
        emit_json({"kinds": counts, "total": total})
        return
    emit_table(
        (_("类别"), _("数量")),
        [*((labels[kind], count) for kind, count in counts.items()), (_("合计"), total)],
    )


@org.command(help=str(_("把单位连同全部下级移到新的上级之下。")))
@data_option
@click.argument("code")
@click.argument("new_parent")
@json_option
def move(data: Path, code: str, new_parent: str, as_json: bool) -> None:
    """Move a unit with everything below it."""
    with opened(data) as qimen, qimen.db.session() as session:
        ctx = qimen.system_context(session, "qimen org move")
        with scope(session, ctx, "core.org.read"):
            unit, goal = by_code(ctx, code), by_code(ctx, new_parent)
        subject = f"core_org:{unit.id}"
        with unit_of_work(
            ctx,
            "core.org.move",
            permission="core.org.manage",
            subject=subject,
            unit=goal.path,
            moving=True,
        ) as uow:
            moved = moving.move(uow, unit.id, goal.id)
        names = [each.name for each in ancestors(ctx, moved.path, itself=True)]
    if as_json:
        emit_json({"code": code, "parent": new_parent, "path": names})
    else:
        click.echo(_("现在位于：{path}").format(path=" / ".join(names)))
