"""`qimen db`: migrations, one stream a plugin."""

from pathlib import Path

import rich_click as click

from qimen_core.cli.application import Failure, QimenGroup
from qimen_core.cli.options import data_option, json_option, opened
from qimen_core.cli.output import emit_json, emit_table
from qimen_core.db import migrate
from qimen_core.db.migrate import StreamStatus
from qimen_core.i18n import translations
from qimen_core.runtime import Qimen

__all__ = ["db"]

_ = translations("qimen_core")


@click.group(cls=QimenGroup, help=str(_("数据库迁移：查看、执行、检查、生成、退回。")))
def db() -> None:
    """Hold the commands on migrations."""


@db.command(help=str(_("执行所有未执行的迁移，核心在前，模块按依赖次序。")))
@data_option
@click.option("--plugin", default="", help=str(_("只执行这个模块的迁移")))
@json_option
def upgrade(data: Path, plugin: str, as_json: bool) -> None:
    """Apply pending migrations."""
    with opened(data, migrated=False) as qimen:
        _known(qimen, plugin)
        done = migrate.upgrade(qimen, plugin)
    if as_json:
        emit_json([_machine(each) for each in done])
        return
    for each in done:
        click.echo(_("{plugin}：{old} → {new}").format(
            plugin=each.plugin, old=each.current or "—", new=each.head
        ))  # fmt: skip
    if not done:
        click.echo(_("数据库已是最新，无需迁移。"))


@db.command(help=str(_("显示每个模块的数据库版本；有未执行的迁移时退出码为 1。")))
@data_option
@json_option
@click.pass_context
def status(ctx: click.Context, data: Path, as_json: bool) -> None:
    """Show where every stream stands."""
    with opened(data, migrated=False) as qimen:
        found = migrate.status(qimen)
    if as_json:
        emit_json([_machine(each) for each in found])
    else:
        emit_table(
            (_("模块"), _("现版本"), _("新版本"), _("状态")),
            ((each.plugin, each.current or "—", each.head or "—", _state(each)) for each in found),
        )
    ctx.exit(1 if any(each.pending for each in found) else 0)


@db.command(help=str(_("核对数据表与模型是否一致；不一致时退出码为 1。")))
@data_option
@json_option
@click.pass_context
def check(ctx: click.Context, data: Path, as_json: bool) -> None:
    """Compare tables with models."""
    with opened(data, migrated=False) as qimen:
        pending = migrate.pending(qimen)
        if pending:
            _refuse_pending(pending)
        found = {
            each.plugin: [str(difference) for difference in migrate.differences(qimen, each.plugin)]
            for each in migrate.status(qimen)
        }
    if as_json:
        emit_json(found)
    else:
        for plugin, differences in found.items():
            click.echo(f"{plugin}: " + (_("一致").format() if not differences else ""))
            for difference in differences:
                click.echo(f"  {difference}")
    ctx.exit(1 if any(found.values()) else 0)


@db.command(help=str(_("为模块生成一个新的迁移文件（供开发者）。")))
@data_option
@click.argument("plugin")
@click.option("--message", "-m", required=True, help=str(_("这次迁移做了什么，用几个英文词")))
def revision(data: Path, plugin: str, message: str) -> None:
    """Write a revision from the differences between models and tables."""
    with opened(data, migrated=False) as qimen:
        _known(qimen, plugin)
        if pending := migrate.pending(qimen):
            _refuse_pending(pending)
        click.echo(str(migrate.revision(qimen, plugin, message)))


@db.command(help=str(_("把模块的数据表退回到某个版本；其中的数据会丢失。")))
@data_option
@click.argument("plugin")
@click.option("--to", default="base", show_default=True, help=str(_("目标版本；base 为全部退回")))
@click.option("--yes", is_flag=True, help=str(_("不再询问")))
def downgrade(data: Path, plugin: str, to: str, yes: bool) -> None:
    """Take a plugin's tables back."""
    with opened(data, migrated=False) as qimen:
        _known(qimen, plugin)
        if not yes:
            question = _("退回 {plugin} 到 {to} 会丢失其中的数据，继续？")
            click.confirm(question.format(plugin=plugin, to=to), abort=True)
        migrate.downgrade(qimen, plugin, to)
    click.echo(_("{plugin} 已退回到 {to}").format(plugin=plugin, to=to))


def _known(qimen: Qimen, plugin: str) -> None:
    names = [name for name, _scripts in migrate.streams(qimen)]
    if plugin and plugin not in names:
        message = _("没有“{plugin}”的迁移；现有：{names}")
        raise click.UsageError(message.format(plugin=plugin, names="、".join(names)))


def _refuse_pending(pending: list[str]) -> None:
    message = _("还有未执行的迁移：{names}；请先运行 qimen db upgrade")
    raise Failure(message.format(names="、".join(pending)))


def _state(each: StreamStatus) -> str:
    return str(_("待迁移")) if each.pending else str(_("最新"))


def _machine(each: StreamStatus) -> dict[str, object]:
    return {
        "plugin": each.plugin,
        "current": each.current,
        "head": each.head,
        "pending": each.pending,
    }
