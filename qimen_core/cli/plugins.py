"""`qimen plugins`: what became of every configured plugin."""

from dataclasses import asdict
from pathlib import Path

import rich_click as click

from qimen_core.cli.application import QimenCommand
from qimen_core.cli.options import data_option, json_option, opened
from qimen_core.cli.output import emit_json, emit_table
from qimen_core.i18n import LazyText, translations

__all__ = ["plugins"]

_ = translations("qimen_core")
_STATES: dict[str, LazyText] = {
    "loaded": _("已装载"),
    "skipped": _("已跳过"),
    "failed": _("失败"),
}


@click.command(cls=QimenCommand, help=str(_("列出配置中的模块及装载情况，有失败退出码为 1。")))
@data_option
@json_option
@click.pass_context
def plugins(ctx: click.Context, data: Path, as_json: bool) -> None:
    """List the plugins and what became of them."""
    with opened(data, migrated=False) as qimen:
        reports = qimen.reports
    if as_json:
        emit_json([{**asdict(each), "label": str(each.label)} for each in reports])
    else:
        rows = (
            (each.name, each.label, _STATES[each.state], each.version, each.reason)
            for each in reports
        )
        emit_table((_("模块"), _("名称"), _("状态"), _("版本"), _("说明")), rows)
    ctx.exit(0 if all(each.state == "loaded" for each in reports) else 1)
