"""The `qimen` command. One module per group of commands; names in English, words in Chinese."""

import logging

import rich_click as click

from qimen_core.cli import (
    audit,
    backup,
    check,
    database,
    demo,
    gateway,
    hooks,
    metrics,
    org,
    plugins,
    serve,
    user,
    worker,
)
from qimen_core.cli.application import HELP
from qimen_core.cli.plugin_commands import RootGroup
from qimen_core.i18n import translations
from qimen_core.logs import configure_logs

__all__ = ["cli", "main"]

_ = translations("qimen_core")


@click.group(
    cls=RootGroup,
    help=str(_("祁门基层服务系统的命令行。")),
    epilog=str(_("每条命令都可用 --data DIR（或环境变量 QIMEN_DATA）指明数据目录。")),
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(package_name="qimen-core", message="%(version)s", help=str(_("显示版本")))
@click.rich_config(help_config=HELP)
def cli() -> None:
    """Hold the commands."""


for command in (
    demo.demo,
    serve.serve,
    worker.worker,
    database.db,
    plugins.plugins,
    check.check,
    hooks.hooks,
    user.user,
    gateway.gateway,
    org.org,
    metrics.metrics,
    audit.audit,
    backup.backup,
    backup.restore,
):
    cli.add_command(command)


def main() -> None:
    """Run the command line; exits with 0, 1 (found wrong) or 2 (used wrong)."""
    configure_logs(logging.WARNING)
    cli()
