"""Puts wheels of the workspace and of everything it needs into `dist/wheelhouse`.

A machine without internet then installs with

    wheelhouse/install.sh /opt/qimen

and needs Python alone for it: neither pip nor ensurepip, which several distributions leave out. The
wheel of uv is in the folder; the script unpacks it, makes a virtual environment and installs from
the folder, each wheel checked against the hash in `requirements.txt`. The dependencies are those of
requirements.lock, made for the platform and the Python that run this script.

With uv in the folder, a clone of the repository is set up from it as well, at the level `runtime`:

    PIP_NO_INDEX=1 PIP_FIND_LINKS=$PWD/dist/wheelhouse make demo
"""

import hashlib
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from workspace import ROOT, lock_files, members

TARGET = ROOT / "dist" / "wheelhouse"
UV_LOCK = ROOT / "scripts" / "uv.lock.txt"

_INSTALL = """#!/bin/sh
# Installs Qimen into a virtual environment, from this folder alone; Python is all it needs.
# Further names are installed from the folder too: a plugin whose wheel was put beside the others.
set -eu
[ $# -ge 1 ] || {{ echo "用法：$0 目录 [插件…]" >&2; exit 2; }}
here=$(cd "$(dirname "$0")" && pwd)
python=${{PYTHON:-python3}}
target=$1
shift
made_for={made_for}
found=$("$python" -c 'import sys, platform
print("%d.%d-%s" % (sys.version_info[0], sys.version_info[1], platform.machine()))')
[ "$found" = "$made_for" ] || {{
    echo "这个离线包是为 Python $made_for 打的，$python 是 $found。" >&2
    echo "请装上那个版本并写 PYTHON=/路径/python3 $0 …，或在相同的机器上重新 make wheelhouse。" >&2
    exit 1
}}
unpacked=$(mktemp -d)
trap 'rm -rf "$unpacked"' EXIT
"$python" -m zipfile -e "$here"/{uv} "$unpacked"
uv=$unpacked/{uv_binary}
chmod 700 "$uv"
export UV_NO_CONFIG=1 UV_OFFLINE=1 UV_NO_PROGRESS=1 UV_NO_CACHE=1 UV_PYTHON_DOWNLOADS=never
# Nothing of this machine's pip or uv settings may point elsewhere.
unset UV_INDEX UV_DEFAULT_INDEX UV_INDEX_URL UV_EXTRA_INDEX_URL UV_FIND_LINKS || true
[ -x "$target/bin/python" ] || "$uv" venv --quiet --python "$python" "$target"
from_here() {{
    "$uv" pip install --quiet --python "$target/bin/python" --no-index --find-links "$here" "$@"
}}
from_here --require-hashes --no-deps --compile-bytecode --requirement "$here/requirements.txt"
for plugin in "$@"; do from_here "$plugin"; done
"$target/bin/qimen" --version
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
    """The commands that fill the folder: members, then the locked dependencies, then uv."""
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    target = str(TARGET)
    for member in members():
        folder = str(member.folder)
        yield [*pip, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", target, folder]
    download = ["download", "--only-binary", ":all:", "--require-hashes", "--dest", target]
    for lock in (*lock_files("runtime"), UV_LOCK):
        yield [*pip, *download, "--requirement", str(lock)]


def write_instructions(folder: Path) -> None:
    """Writes `requirements.txt` and `install.sh` beside the wheels, which have to be there."""
    (lock,) = lock_files("runtime")
    own = "".join(_pinned(folder, member.dist) for member in members())
    (folder / "requirements.txt").write_text(lock.read_text() + own)
    version = UV_LOCK.read_text().split()[0].removeprefix("uv==")
    (uv,) = folder.glob(f"uv-{version}-*.whl")
    script = folder / "install.sh"
    script.write_text(
        _INSTALL.format(
            made_for=f"{sys.version_info[0]}.{sys.version_info[1]}-{platform.machine()}",
            uv=uv.name,
            uv_binary=f"uv-{version}.data/scripts/uv",
        )
    )
    script.chmod(0o755)


def _pinned(folder: Path, dist: str) -> str:
    """The requirement of a member's wheel, with its hash."""
    (wheel,) = folder.glob(f"{dist.replace('-', '_')}-*.whl")
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    return f"{dist}=={wheel.name.split('-')[1]} \\\n    --hash=sha256:{digest}\n"


def _commit_time() -> str:
    command = ["git", "log", "-1", "--format=%ct"]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return found.stdout.strip() or "0"


if __name__ == "__main__":
    sys.exit(main())
