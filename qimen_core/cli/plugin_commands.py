"""Commands that plugins bring: ``qimen <plugin> <command>``, read only when they are asked for.

A command may work without a deployment, so the plugin is found by its entry point. Only the plugin
whose name was typed is imported; the help lists those that the deployment loads.
"""

import os
from collections.abc import Iterable, Iterator
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

import pluggy
import rich_click as click

from qimen_core import hookspecs
from qimen_core.cli.application import QimenGroup
from qimen_core.config import QimenConfig
from qimen_core.errors import QimenError
from qimen_core.i18n import translations
from qimen_core.loader import GROUP
from qimen_core.meta import PluginMeta

__all__ = ["RootGroup", "commands_of"]

_ = translations("qimen_core")
_HOOK = "register_commands"


class RootGroup(QimenGroup):
    """The ``qimen`` command: core's own commands, and one group per plugin that brings some."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command of core, or the group of a plugin."""
        return super().get_command(ctx, cmd_name) or commands_of(cmd_name)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names for the help; a plugin that cannot be imported is left out."""
        return [*super().list_commands(ctx), *_offered()]


def commands_of(plugin: str) -> click.Group | None:
    """Return the commands of an installed plugin as one group, None where it has none.

    Raises:
        QimenError: The plugin cannot be imported.
    """
    point = next(iter(entry_points(group=GROUP, name=plugin)), None)
    if point is None:
        return None
    try:
        module = import_module(point.module)
        found = list(_asked(plugin, module))
    except Exception as error:
        message = _("插件“{name}”的命令无法装载：{reason}")
        raise QimenError(message.format(name=plugin, reason=error)) from error
    if not found:
        return None
    meta = getattr(module, "meta", None)
    label = str(meta.label) if isinstance(meta, PluginMeta) else plugin
    group = QimenGroup(name=plugin, help=str(_("“{label}”的命令。")).format(label=label))
    for command in found:
        group.add_command(command)
    return group


def _asked(plugin: str, module: object) -> Iterator[click.Command]:
    manager = pluggy.PluginManager("qimen")
    manager.add_hookspecs(hookspecs)
    manager.register(module, name=plugin)
    for caller in manager.get_hookcallers(module) or ():
        if caller.name == _HOOK:
            for impl in caller.get_hookimpls():
                commands: Iterable[click.Command] = impl.function()  # type: ignore[assignment]
                yield from commands


def _offered() -> list[str]:
    """Return the plugins of the deployment in QIMEN_DATA, or in ``data``, that bring commands."""
    try:
        wanted = QimenConfig.load(Path(os.environ.get("QIMEN_DATA", "data"))).plugins
    except QimenError:
        return []
    installed: dict[str, EntryPoint] = {point.name: point for point in entry_points(group=GROUP)}
    return sorted(name for name in wanted if name in installed and _brings(name))


def _brings(plugin: str) -> bool:
    try:
        return commands_of(plugin) is not None
    except QimenError:
        return False
