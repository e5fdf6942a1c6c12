"""`qimen hooks`: the hooks that exist, what they say, and who implements them."""

import inspect
from collections.abc import Callable
from pathlib import Path

import rich_click as click

from qimen_core.cli.application import QimenCommand
from qimen_core.cli.options import data_option, json_option, opened
from qimen_core.cli.output import emit_json
from qimen_core.i18n import translations

__all__ = ["hooks"]

_ = translations("qimen_core")


@click.command(cls=QimenCommand, help=str(_("列出全部钩子；给出 NAME 则显示签名、说明和实现者。")))
@data_option
@click.argument("name", required=False)
@json_option
def hooks(data: Path, name: str | None, as_json: bool) -> None:
    """List the hooks, or tell of one."""
    with opened(data, migrated=False) as qimen:
        found = qimen.hooks.specs()
        users = {each: qimen.hooks.implementers(each) for each in found}
    if name is not None:
        if name not in found:
            message = _("没有钩子“{name}”；运行 qimen hooks 查看全部")
            raise click.UsageError(message.format(name=name))
        found = {name: found[name]}
    told = [_machine(each, function) for each, function in found.items()]
    if as_json:
        emit_json([{**each, "plugins": users[each["name"]]} for each in told])
        return
    for each in told:
        click.echo(each["signature"] if name else each["name"])
        click.echo(f"    {each['doc'] if name else each['summary']}")
        if names := users[each["name"]]:
            click.echo("    " + _("实现者：{names}").format(names="、".join(names)))


def _machine(name: str, function: Callable[..., object]) -> dict[str, str]:
    doc = inspect.getdoc(function) or ""
    return {
        "name": name,
        "signature": f"{name}{inspect.signature(function)}",
        "summary": doc.partition("\n")[0],
        "doc": doc,
        "declared_in": function.__module__,
    }
