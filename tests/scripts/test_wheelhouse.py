"""A machine without internet installs from the wheelhouse, and finds everything in the wheels.

That it does so is shown in tests/operations, where the operator's page is followed.
"""

import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

import wheelhouse
from workspace import ROOT, Member, members


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A wheelhouse whose wheels are empty, with its instructions."""
    version = wheelhouse.UV_LOCK.read_text().split()[0].removeprefix("uv==")
    for name in [f"uv-{version}", *(f"{m.dist.replace('-', '_')}-0.1.0" for m in members())]:
        (tmp_path / f"{name}-py3-none-any.whl").touch()
    wheelhouse.write_instructions(tmp_path)
    return tmp_path


def install(folder: Path, *arguments: str, python: str = sys.executable) -> tuple[int, str]:
    done = subprocess.run(
        [str(folder / "install.sh"), *arguments],
        env={"PATH": "/usr/bin:/bin", "PYTHON": python},
        check=False,
        capture_output=True,
        text=True,
    )
    return done.returncode, done.stderr


def test_every_member_is_built_and_dependencies_are_checked_against_hashes() -> None:
    *builds, dependencies, uv = wheelhouse.steps()
    assert [command[-1] for command in builds] == [str(member.folder) for member in members()]
    for download, lock in ((dependencies, "requirements.lock"), (uv, "scripts/uv.lock.txt")):
        assert "--require-hashes" in download
        assert download[-1] == str(ROOT / lock)


def test_every_member_is_pinned_with_the_hash_of_its_wheel(folder: Path) -> None:
    pinned = (folder / "requirements.txt").read_text()
    assert pinned.startswith((ROOT / "requirements.lock").read_text())
    nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    for member in members():
        assert f"\n{member.dist}==0.1.0 \\\n    --hash=sha256:{nothing}\n" in pinned


def test_the_script_is_sound_and_asks_for_a_folder(folder: Path) -> None:
    subprocess.run(["sh", "-n", str(folder / "install.sh")], check=True)
    assert install(folder)[0] == 2


def test_another_python_is_told_before_anything_is_written(folder: Path, tmp_path: Path) -> None:
    older = tmp_path / "python3.8"
    older.write_text("#!/bin/sh\necho 3.8-riscv64\n")
    older.chmod(0o755)
    code, said = install(folder, str(tmp_path / "target"), python=str(older))
    assert code == 1
    assert "3.8-riscv64" in said
    assert f"{sys.version_info[0]}.{sys.version_info[1]}" in said
    assert not (tmp_path / "target").exists()


@pytest.mark.parametrize("member", members(), ids=lambda member: member.dist)
def test_a_wheel_holds_every_file_of_its_package(member: Member, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "wheel"]
    options = ["--no-deps", "--no-build-isolation", "--wheel-dir", str(tmp_path)]
    subprocess.run([*command, *options, str(member.folder)], check=True)
    (wheel,) = tmp_path.glob("*.whl")
    packed = {name for name in ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert packed == tracked(member)


def tracked(member: Member) -> set[str]:
    """The files of the member's packages that git knows or would add."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    folders = [str(package) for package in member.packages]
    listed = subprocess.run(
        [*command, *folders], cwd=member.folder, check=True, capture_output=True, text=True
    )
    return {line for line in listed.stdout.splitlines() if (member.folder / line).exists()}
