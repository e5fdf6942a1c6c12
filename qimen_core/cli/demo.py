"""`qimen demo`: a deployment with the demo's rows, ready to look at."""

import shutil
from importlib.metadata import entry_points
from pathlib import Path

import rich_click as click

from qimen_core.access.roles import CORE_ROLES
from qimen_core.cli.application import Failure, QimenCommand
from qimen_core.cli.options import Number, data_option, json_option, opened
from qimen_core.cli.output import emit_json, emit_table
from qimen_core.cli.server import server
from qimen_core.config import QimenConfig
from qimen_core.db.migrate import upgrade
from qimen_core.demo import choose_set, seed_demo
from qimen_core.descriptors import DemoAccount
from qimen_core.i18n import translations
from qimen_core.loader import GROUP

__all__ = ["demo"]

_ = translations("qimen_core")
_MARK = "qimen.toml"
# What a deployment makes in its folder; --reset removes these, and keeps what people wrote.
_MADE = ("qimen.db", "qimen.db-wal", "qimen.db-shm", "audit.anchor", "keys", "files")


@click.command(cls=QimenCommand, help=str(_("装载演示数据并启动服务。再次运行不会重复装载。")))
@data_option
@click.option("--host", default="127.0.0.1", show_default=True, help=str(_("监听地址")))
@click.option(
    "--port",
    type=Number(1, 65535),
    default=8000,
    show_default=True,
    help=str(_("监听端口")),
)
@click.option("--reset", is_flag=True, help=str(_("先删除演示的数据库、密钥和文件")))
@click.option("--seed-only", is_flag=True, help=str(_("只装载数据，不启动服务")))
@click.option("--set", "name", help=str(_("演示集的名字；只装了一个时不必写")))
@json_option
def demo(
    *,
    data: Path,
    host: str,
    port: int,
    reset: bool,
    seed_only: bool,
    name: str | None,
    as_json: bool,
) -> None:
    """Seed the demo and serve it."""
    chosen = choose_set(name)
    if reset:
        _reset(data)
    _write_config(data)
    with opened(data, migrated=False) as qimen:
        upgrade(qimen)
        accounts = seed_demo(qimen, chosen)
    url = f"http://{host}:{port}"
    _tell(url, accounts, as_json)
    if not seed_only:
        server()(QimenConfig.load(data), host=host, port=port, workers=1)


def _write_config(data: Path) -> None:
    """Write the demo's configuration where there is none: every installed plugin, plain HTTP."""
    file = data / _MARK
    if file.exists():
        return
    data.mkdir(parents=True, exist_ok=True)
    names = ", ".join(f'"{name}"' for name in sorted(entry_points(group=GROUP).names))
    file.write_text(
        f"# {_('由 qimen demo 写成；正式部署请另建数据目录')}\n"
        f"demo = true\nsecure_cookies = false\nplugins = [{names}]\n",
        "utf-8",
    )


def _reset(data: Path) -> None:
    if not data.exists():
        return
    config = QimenConfig.load(data)
    if data.is_dir() and any(data.iterdir()) and not config.demo:
        message = _("{data} 不是演示的数据目录（{file} 中没有 demo = true），不予删除")
        raise Failure(message.format(data=data, file=_MARK))
    if config.database_url:
        raise Failure(_("--reset 只清除数据目录里的数据库；请自行清空 database_url 指向的数据库"))
    for name in _MADE:
        path = data / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def _tell(url: str, accounts: list[DemoAccount], as_json: bool) -> None:
    if as_json:
        rows = [
            {
                "username": each.username,
                "password": each.password,
                "role": each.role,
                "unit": each.unit,
                "unit_name": each.unit_name,
            }
            for each in accounts
        ]
        emit_json({"url": url, "accounts": rows})
        return
    labels = {role.code: role.label for role in CORE_ROLES}
    click.echo(_("演示地址：{url}").format(url=url))
    emit_table(
        (_("账号"), _("密码"), _("角色"), _("单位")),
        ((each.username, each.password, labels[each.role], each.unit_name) for each in accounts),
    )
