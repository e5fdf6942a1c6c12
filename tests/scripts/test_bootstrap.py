"""Setting up is quick when nothing changed, and says what is missing."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import bootstrap
import system_packages
from workspace import LOCKS, ROOT, members


def test_the_members_are_found_and_not_listed() -> None:
    found = {member.dist: member.folder for member in members()}
    assert found["qimen-core"] == ROOT
    folders = {path.parent for path in ROOT.glob("plugins/*/pyproject.toml")}
    assert folders | {ROOT, ROOT / "web"} == set(found.values())


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """An environment of its own; returns the commands that would have been run in it."""
    python = tmp_path / "bin" / "python"
    python.parent.mkdir()
    python.write_text("")
    commands: list[list[str]] = []
    monkeypatch.setattr(bootstrap, "VENV", tmp_path)
    monkeypatch.setattr(bootstrap, "PYTHON", python)
    monkeypatch.setattr(bootstrap, "STAMP", tmp_path / "stamp.json")
    monkeypatch.setattr(bootstrap, "_ensure_venv", lambda: None)
    monkeypatch.setattr(bootstrap, "_pip_setting", lambda name: None)
    monkeypatch.setattr(bootstrap, "_run", lambda command, environment: commands.append(command))
    return commands


def test_dependencies_are_checked_against_hashes(environment: list[list[str]]) -> None:
    bootstrap.ensure("dev")
    locked, editable = environment
    assert "--require-hashes" in locked
    assert [part for part in locked if part.endswith(".lock")] == [
        str(ROOT / name) for name in LOCKS["dev"]
    ]
    assert "--no-deps" in editable
    assert [part for part in editable if part.startswith(str(ROOT))] == [
        str(member.folder) for member in members()
    ]


def test_nothing_is_done_twice(environment: list[list[str]]) -> None:
    bootstrap.ensure("dev")
    bootstrap.ensure("dev")
    bootstrap.ensure("runtime")
    assert len(environment) == 2
    bootstrap.ensure("bench")
    assert len(environment) == 4


def test_a_changed_input_is_installed_again(environment: list[list[str]]) -> None:
    bootstrap.ensure("runtime")
    stamps = json.loads(bootstrap.STAMP.read_text())
    bootstrap.STAMP.write_text(json.dumps(stamps | {"runtime": "of an older lock file"}))
    bootstrap.ensure("runtime")
    assert len(environment) == 4


def test_pips_own_configuration_reaches_uv(
    environment: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = {
        "no-index": "true",
        "find-links": "/srv/wheels",
        "index-url": "https://mirror.test/",
    }
    monkeypatch.setattr(bootstrap, "_pip_setting", settings.get)
    monkeypatch.delenv("UV_DEFAULT_INDEX", raising=False)
    bootstrap.ensure("runtime")
    assert {"--no-index", "/srv/wheels"} <= set(environment[0])
    assert bootstrap._index_environment()["UV_DEFAULT_INDEX"] == "https://mirror.test/"


def test_a_missing_browser_fails_and_names_the_packages(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(system_packages, "chromium", lambda: None)
    monkeypatch.setattr(system_packages, "has_chinese_font", lambda: False)
    monkeypatch.setattr(system_packages, "can_install", lambda: False)
    monkeypatch.delenv("QIMEN_CHROMIUM", raising=False)
    assert bootstrap.main(["browser"]) == 1
    assert "chromium fonts-noto-cjk" in capsys.readouterr().err


def test_a_browser_that_is_named_and_absent_fails(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("QIMEN_CHROMIUM", "/nowhere/chromium")
    assert bootstrap.main(["browser"]) == 1
    assert "QIMEN_CHROMIUM" in capsys.readouterr().err


def test_an_unknown_step_is_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    assert bootstrap.main(["everything"]) == 2
    assert "runtime" in capsys.readouterr().err


def test_an_old_python_is_told_what_to_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 10, 4))
    assert bootstrap.main([]) == 2
    assert "3.10 found" in capsys.readouterr().err


def test_make_lists_every_public_target() -> None:
    listed = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for target in ("setup", "demo", "test", "lint", "bench", "prove", "docs", "wheelhouse"):
        assert f"make {target} " in listed
