"""Puts wheels of the workspace and of everything it needs into `dist/wheelhouse`.

A machine without internet then installs with

    wheelhouse/install.sh /opt/qimen

which is `pip install --no-index --find-links` into a new virtual environment. The dependencies are
those of requirements.lock, checked against its hashes; they are made for the platform and the
Python that run this script.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from workspace import ROOT, lock_files, members

TARGET = ROOT / "dist" / "wheelhouse"

_INSTALL = """#!/bin/sh
# Installs Qimen into a new virtual environment, from this folder alone.
set -eu
[ $# -eq 1 ] || {{ echo "usage: $0 DIRECTORY" >&2; exit 2; }}
here=$(cd "$(dirname "$0")" && pwd)
"${{PYTHON:-python3}}" -m venv "$1"
"$1/bin/python" -m pip --disable-pip-version-check install --quiet --no-index \\
    --find-links "$here" --require-hashes --requirement "$here/requirements.txt"
"$1/bin/python" -m pip --disable-pip-version-check install --quiet --no-index \\
    --find-links "$here" --no-deps {names}
"$1/bin/qimen" --version
"""


def main() -> int:
    """Builds the folder anew. Returns the exit code of the first step that failed, or 0."""
    shutil.rmtree(TARGET, ignore_errors=True)
    TARGET.mkdir(parents=True)
    for command in steps():
        # Wheels of our own carry the time of the last commit, so that the same commit gives the
        # same bytes.
        environment = os.environ | {"SOURCE_DATE_EPOCH": _commit_time()}
        code = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
        if code:
            return code
    write_instructions(TARGET)
    wheels = sorted(TARGET.glob("*.whl"))
    size = sum(wheel.stat().st_size for wheel in wheels) / 1e6
    print(f"wheelhouse: {len(wheels)} wheels, {size:.0f} MB, in {TARGET.relative_to(ROOT)}")
    return 0


def steps() -> Iterator[list[str]]:
    """The commands that fill the folder: wheels of the members, then the locked dependencies."""
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    target = str(TARGET)
    for member in members():
        folder = str(member.folder)
        yield [*pip, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", target, folder]
    (lock,) = lock_files("runtime")
    download = ["download", "--only-binary", ":all:", "--require-hashes", "--dest", target]
    yield [*pip, *download, "--requirement", str(lock)]


def write_instructions(folder: Path) -> None:
    """Writes `requirements.txt` and `install.sh` beside the wheels."""
    (lock,) = lock_files("runtime")
    shutil.copyfile(lock, folder / "requirements.txt")
    names = " ".join(member.dist for member in members())
    script = folder / "install.sh"
    script.write_text(_INSTALL.format(names=names))
    script.chmod(0o755)


def _commit_time() -> str:
    command = ["git", "log", "-1", "--format=%ct"]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return found.stdout.strip() or "0"


if __name__ == "__main__":
    sys.exit(main())
