"""`qimen worker`: background jobs in a process of their own."""

from pathlib import Path

import rich_click as click

from qimen_core.cli.application import QimenCommand
from qimen_core.cli.options import data_option, opened
from qimen_core.i18n import translations
from qimen_core.logs import configure_logs

__all__ = ["worker"]

_ = translations("qimen_core")


@click.command(cls=QimenCommand, help=str(_("执行后台任务，直到被停止。")))
@data_option
@click.option("--once", is_flag=True, help=str(_("做完现有的任务就退出")))
def worker(data: Path, once: bool) -> None:
    """Run jobs until stopped."""
    configure_logs()
    from qimen_core.jobs import run_worker

    with opened(data) as qimen:
        run_worker(qimen, once=once)
