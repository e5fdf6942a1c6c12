"""`qimen gateway`: the secret by which an SMS gateway and this deployment know each other."""

import sys
from pathlib import Path

import rich_click as click

from qimen_core.cli.application import Failure, QimenGroup
from qimen_core.cli.options import data_option, opened
from qimen_core.i18n import translations
from qimen_core.messages.signing import SHORTEST, keep_secret

__all__ = ["gateway"]

_ = translations("qimen_core")
_LONGEST = 200


@click.group(cls=QimenGroup, help=str(_("短信网关：与网关约定的签名密钥。")))
def gateway() -> None:
    """Hold the commands on gateways."""


@gateway.command(help=str(_("换一个签名密钥并显示一次；旧的立即失效。NAME 是渠道代号，如 sms。")))
@data_option
@click.argument("name")
@click.option("--stdin", "given", is_flag=True, help=str(_("从标准输入读取网关给的密钥，不再显示")))
def secret(data: Path, name: str, given: bool) -> None:
    """Set a gateway's secret."""
    if not (name.isascii() and name.isalnum() and len(name) <= 20):
        raise Failure(str(_("渠道代号是字母和数字，最多 20 个，如 sms")))
    chosen = sys.stdin.readline().strip() if given else ""
    if given and not SHORTEST <= len(chosen) <= _LONGEST:
        raise Failure(_("密钥要 {low} 至 {high} 个字符").format(low=SHORTEST, high=_LONGEST))
    with opened(data) as qimen, qimen.db.session() as session:
        kept = keep_secret(qimen.system_context(session, "qimen gateway secret"), name, chosen)
    click.echo(str(_("已保存")) if given else kept)
