"""`qimen check`: is this deployment in order? Each finding says what to do."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import rich_click as click

from qimen_core.cli.application import QimenCommand
from qimen_core.cli.options import data_option, json_option, opened
from qimen_core.cli.output import emit_json
from qimen_core.db import migrate
from qimen_core.db.metadata import metadata
from qimen_core.i18n import LazyText, translations
from qimen_core.org.soundness import wrong_paths
from qimen_core.privacy.register import missing_entries
from qimen_core.runtime import Qimen

__all__ = ["check"]

_ = translations("qimen_core")


@click.command(
    cls=QimenCommand, help=str(_("检查模块、迁移、隐私登记和组织路径，有问题退出码为 1。"))
)
@data_option
@json_option
@click.pass_context
def check(ctx: click.Context, data: Path, as_json: bool) -> None:
    """Look through the deployment."""
    with opened(data, migrated=False) as qimen:
        # The rows can only be looked at once the tables are there.
        pending = list(_pending(qimen))
        parts = {
            name: pending if find is _pending else ([] if pending else list(find(qimen)))
            for name, (_label, find) in _PARTS.items()
        }
    if as_json:
        emit_json(parts)
    else:
        for name, findings in parts.items():
            click.echo(f"{_PARTS[name][0]}：" + ("" if findings else _("正常").format()))
            for finding in findings:
                click.echo(f"  {finding}")
    ctx.exit(1 if any(parts.values()) else 0)


def _plugins(qimen: Qimen) -> Iterator[str]:
    for report in qimen.reports:
        if report.state != "loaded":
            yield f"{report.name}: {report.reason}"


def _pending(qimen: Qimen) -> Iterator[str]:
    for name in migrate.pending(qimen):
        yield _("“{name}”有未执行的迁移；请运行 qimen db upgrade").format(name=name)


def _privacy(qimen: Qimen) -> Iterator[str]:
    for column in missing_entries(qimen.registry, metadata):
        yield _("个人信息列 {column} 没有登记；请在 register_personal_data 中登记").format(
            column=column
        )


def _tree(qimen: Qimen) -> Iterator[str]:
    with qimen.db.session() as session:
        for table, count in wrong_paths(qimen.system_context(session)).items():
            message = _("{table} 有 {count} 行的组织路径与组织树不符；请从备份恢复或联系开发者")
            yield message.format(table=table, count=count)


_PARTS: Final[dict[str, tuple[LazyText, Callable[[Qimen], Iterator[str]]]]] = {
    "plugins": (_("模块"), _plugins),
    "migrations": (_("迁移"), _pending),
    "privacy": (_("隐私登记"), _privacy),
    "tree": (_("组织路径"), _tree),
}
