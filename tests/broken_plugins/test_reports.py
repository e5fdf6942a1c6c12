"""``qimen plugins --json`` says of every broken plugin what is wrong and what to do."""

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.broken_plugins.conftest import NAMES
from tests.proofs.server import QIMEN

GOOD = ("web", "orders", "petitions")
#: What each report must say: what happened, where, and the remedy.
SAYS: Mapping[str, tuple[str, ...]] = {
    "broken_async": ("nav_items", "async", "plain 'def'"),
    "broken_import": ("RuntimeError", "failed while it was imported", "reinstall"),
    "broken_left": ("broken_left → broken_right", "Take one of them out"),
    "broken_right": ("broken_left → broken_right", "Take one of them out"),
    "broken_library": ("library_that_nobody_installed", "reinstall"),
    "broken_meta": ("no 'meta", "Add it"),
    "broken_name": ("'some_other_name'", "'broken_name'", "Make them equal"),
    "broken_permission": ("petitions.order.read", "Rename"),
    "broken_requires": ("'plugin_not_here'", "add it"),
    "broken_route": ("GET /petitions", "outside the plugin's own", "Rename"),
    "broken_settings": ("limit", "default"),
    "broken_signature": ("org_panels", "village", "qimen hooks"),
    "broken_spelling": ("nav_itmes", "qimen hooks"),
    "broken_table": ("petitions_intruder", "Rename"),
    "broken_version": ("qimen-core>=9.0", "installed is", "Upgrade"),
}
#: Their fault shows only when they are used, or stops the start; see the other tests.
LOADED = {"broken_panel", "broken_slow", "broken_transaction", "broken_unguarded"}


def run(data: Path, path: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*QIMEN, *arguments, "--data", str(data)],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def configure(data: Path, plugins: list[str], on_error: str = "skip") -> None:
    data.mkdir(exist_ok=True)
    (data / "qimen.toml").write_text(
        f"plugins = {json.dumps(plugins)}\non_plugin_error = {json.dumps(on_error)}\n"
    )


def test_every_broken_plugin_has_an_expectation() -> None:
    assert set(NAMES) == set(SAYS) | LOADED


def test_the_report_of_every_broken_plugin_names_the_fault_and_the_remedy(
    tmp_path: Path, broken_plugins: str
) -> None:
    data = tmp_path / "data"
    configure(data, [*NAMES, *GOOD])
    done = run(data, broken_plugins, "plugins", "--json")
    reports = {each["name"]: each for each in json.loads(done.stdout)}
    for name in (*GOOD, *LOADED):
        assert reports[name]["state"] == "loaded", reports[name]
        assert reports[name]["reason"] == ""
    for name, words in SAYS.items():
        assert reports[name]["state"] in {"failed", "skipped"}, reports[name]
        missing = [word for word in words if word not in reports[name]["reason"]]
        assert not missing, f"{name}: {reports[name]['reason']!r} does not say {missing}"
    assert reports["broken_version"]["distribution"] == "broken-plugins"
    assert reports["broken_version"]["version"] == "0.3"


def test_without_broken_plugins_everything_is_loaded(tmp_path: Path) -> None:
    data = tmp_path / "data"
    configure(data, list(GOOD))
    done = run(data, "", "plugins", "--json")
    assert done.returncode == 0, done.stderr
    assert {each["state"] for each in json.loads(done.stdout)} == {"loaded"}


@pytest.mark.parametrize("name", ["broken_import", "broken_version", "broken_requires"])
def test_fail_stops_every_command_with_the_plugin_named(
    name: str, tmp_path: Path, broken_plugins: str
) -> None:
    data = tmp_path / "data"
    configure(data, [*GOOD, name], "fail")
    done = run(data, broken_plugins, "db", "upgrade")
    assert done.returncode == 1
    assert name in done.stderr
    assert SAYS[name][0] in done.stderr
    assert "Traceback" not in done.stderr
