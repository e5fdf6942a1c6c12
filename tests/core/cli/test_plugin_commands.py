"""Commands of plugins: found by the plugin's name, and no plugin breaks the others."""

import sys
from importlib.metadata import EntryPoint
from pathlib import Path
from types import ModuleType

import click
import pytest
from click.testing import CliRunner

from qimen_core import PluginMeta, hookimpl
from qimen_core.cli import cli, plugin_commands


@click.command()
def greet() -> None:
    """Say a word."""
    click.echo("你好")


def offer(monkeypatch: pytest.MonkeyPatch, name: str, module: ModuleType | None) -> None:
    """Let one plugin be installed; without a module its import fails."""
    target = f"made_up_{name}"
    if module is not None:
        monkeypatch.setitem(sys.modules, target, module)
    point = EntryPoint(name, target, plugin_commands.GROUP)

    def installed(group: str, name: str = "") -> list[EntryPoint]:
        assert group == plugin_commands.GROUP
        return [point] if name in ("", point.name) else []

    monkeypatch.setattr(plugin_commands, "entry_points", installed)


def plugin(name: str, *commands: click.Command) -> ModuleType:
    @hookimpl
    def register_commands() -> tuple[click.Command, ...]:
        return commands

    module = ModuleType(f"made_up_{name}")
    module.meta = PluginMeta(name, "招呼", core=">=0.1")  # type: ignore[attr-defined]
    if commands:
        module.register_commands = register_commands  # type: ignore[attr-defined]
    return module


def test_a_plugins_command_runs_under_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    offer(monkeypatch, "hail", plugin("hail", greet))
    done = CliRunner().invoke(cli, ["hail", "greet"])
    assert (done.exit_code, done.output) == (0, "你好\n")


def test_a_plugin_without_commands_is_no_command(monkeypatch: pytest.MonkeyPatch) -> None:
    offer(monkeypatch, "mute", plugin("mute"))
    done = CliRunner().invoke(cli, ["mute"])
    assert done.exit_code == 2
    assert "没有命令 mute" in done.output


def test_a_plugin_that_cannot_be_imported_is_named_and_exits_with_1(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    offer(monkeypatch, "broken", None)
    done = CliRunner().invoke(cli, ["broken", "greet"])
    assert done.exit_code == 1
    assert "broken" in done.output
    assert "made_up_broken" in done.output


def test_the_help_lists_the_plugins_that_the_deployment_loads_and_survives_a_broken_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("QIMEN_DATA", str(tmp_path))
    offer(monkeypatch, "hail", plugin("hail", greet))
    assert "hail" not in CliRunner().invoke(cli, ["-h"]).output  # installed, not loaded
    (tmp_path / "qimen.toml").write_text('plugins = ["hail"]\n', "utf-8")
    assert "hail" in CliRunner().invoke(cli, ["-h"]).output
    offer(monkeypatch, "hail", None)
    monkeypatch.delitem(sys.modules, "made_up_hail", raising=False)
    done = CliRunner().invoke(cli, ["-h"])
    assert done.exit_code == 0
    assert "metrics" in done.output
    assert "hail" not in done.output
