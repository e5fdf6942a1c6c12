"""A machine without internet installs from the wheelhouse, and finds everything in the wheels."""

import os
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

import wheelhouse
from workspace import ROOT, Member, members


def test_every_member_is_built_and_dependencies_are_checked_against_hashes() -> None:
    *builds, download = wheelhouse.steps()
    assert [command[-1] for command in builds] == [str(member.folder) for member in members()]
    assert "--require-hashes" in download
    assert download[-1] == str(ROOT / "requirements.lock")


def test_the_instructions_install_every_member_without_an_index(tmp_path: Path) -> None:
    wheelhouse.write_instructions(tmp_path)
    script = (tmp_path / "install.sh").read_text()
    assert script.count("--no-index") == 2
    assert all(f" {member.dist}" in script for member in members())
    subprocess.run(["sh", "-n", str(tmp_path / "install.sh")], check=True)
    used_wrong = subprocess.run([str(tmp_path / "install.sh")], check=False, capture_output=True)
    assert used_wrong.returncode == 2


@pytest.mark.parametrize("member", members(), ids=lambda member: member.dist)
def test_a_wheel_holds_every_file_of_its_package(member: Member, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "wheel"]
    options = ["--no-deps", "--no-build-isolation", "--wheel-dir", str(tmp_path)]
    subprocess.run([*command, *options, str(member.folder)], check=True)
    (wheel,) = tmp_path.glob("*.whl")
    packed = {name for name in ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert packed == tracked(member)


@pytest.mark.prove
def test_a_machine_without_internet_installs_from_the_wheelhouse(tmp_path: Path) -> None:
    assert wheelhouse.main() == 0
    unreachable = {"PIP_INDEX_URL": "http://127.0.0.1:9/", "PIP_CONFIG_FILE": os.devnull}
    install = [str(wheelhouse.TARGET / "install.sh"), str(tmp_path / "qimen")]
    done = subprocess.run(
        install, env=os.environ | unreachable, check=True, capture_output=True, text=True
    )
    assert done.stdout.strip()


def tracked(member: Member) -> set[str]:
    """The files of the member's packages that git knows or would add."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    folders = [str(package) for package in member.packages]
    listed = subprocess.run(
        [*command, *folders], cwd=member.folder, check=True, capture_output=True, text=True
    )
    return {line for line in listed.stdout.splitlines() if (member.folder / line).exists()}
