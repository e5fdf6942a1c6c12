"""`qimen audit`: the hash chain."""

from pathlib import Path

import rich_click as click

from qimen_core.audit.verify import verify as verify_chain
from qimen_core.cli.application import QimenGroup
from qimen_core.cli.options import data_option, json_option, opened
from qimen_core.cli.output import emit_json
from qimen_core.i18n import translations

__all__ = ["audit"]

_ = translations("qimen_core")


@click.group(cls=QimenGroup, help=str(_("审计记录。")))
def audit() -> None:
    """Hold the commands on the audit."""


@audit.command(help=str(_("核对审计链；发现改动、缺失、插入或截尾时退出码为 1。")))
@data_option
@json_option
@click.pass_context
def verify(ctx: click.Context, data: Path, as_json: bool) -> None:
    """Check the chain."""
    with opened(data) as qimen:
        verdict = verify_chain(qimen)
    if as_json:
        emit_json({"rows": verdict.rows, "intact": verdict.intact, "faults": verdict.faults})
    elif verdict.intact:
        click.echo(_("审计链完整，共 {rows} 条。").format(rows=verdict.rows))
    else:
        for fault in verdict.faults:
            click.echo(str(fault), err=True)
    ctx.exit(0 if verdict.intact else 1)
