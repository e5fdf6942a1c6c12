"""`qimen serve`: the web server of a deployment."""

from pathlib import Path

import rich_click as click

from qimen_core.cli.application import QimenCommand
from qimen_core.cli.options import Number, data_option
from qimen_core.cli.server import server
from qimen_core.config import QimenConfig
from qimen_core.i18n import translations
from qimen_core.logs import configure_logs

__all__ = ["serve"]

_ = translations("qimen_core")


@click.command(cls=QimenCommand, help=str(_("启动网页服务。数据库有未执行的迁移时拒绝启动。")))
@data_option
@click.option("--host", default="127.0.0.1", show_default=True, help=str(_("监听地址")))
@click.option(
    "--port",
    type=Number(1, 65535),
    default=8000,
    show_default=True,
    help=str(_("监听端口")),
)
@click.option(
    "--workers",
    type=Number(1, 64),
    default=1,
    show_default=True,
    help=str(_("进程数；大于 1 时请另行运行 qimen worker")),
)
def serve(data: Path, host: str, port: int, workers: int) -> None:
    """Serve until stopped."""
    configure_logs()
    server()(QimenConfig.load(data), host=host, port=port, workers=workers)
