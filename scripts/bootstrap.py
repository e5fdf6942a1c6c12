"""Builds the environment: `.venv` with the locked dependencies and every workspace member.

    python3 scripts/bootstrap.py runtime            what `make demo` needs
    python3 scripts/bootstrap.py dev browser        what `make test` needs
    python3 scripts/bootstrap.py bench              the peers of `make bench` as well

Needs Python 3.11 or later with venv and ensurepip, and nothing else. Running it again when
nothing changed takes milliseconds: a stamp in `.venv` holds a digest of everything the environment
was built from.

The package index is whatever pip is configured to use on this machine (PIP_INDEX_URL, pip.conf),
which is why the lock files name no host: a township installs from its own mirror. A folder of
wheels does for `runtime`, but does not hold what tests need:

    PIP_NO_INDEX=1 PIP_FIND_LINKS=$PWD/dist/wheelhouse make demo

A machine without a clone of the repository needs neither this script nor pip: `install.sh` in that
folder installs Qimen, see docs/operations.md.
"""

import hashlib
import json
import os
import subprocess
import sys
import venv
from pathlib import Path

import system_packages
from workspace import LOCKS, ROOT, lock_files, members

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
UV_LOCK = ROOT / "scripts" / "uv.lock.txt"
STAMP = VENV / "qimen-bootstrap.json"


def main(arguments: list[str]) -> int:
    """Does the steps named on the command line. Returns 0, 1 (a step failed) or 2 (used wrong)."""
    steps = arguments or ["runtime"]
    known = {*LOCKS, "browser"}
    if unknown := [step for step in steps if step not in known]:
        return _fail(f"unknown step {unknown[0]!r}; known: {', '.join(sorted(known))}", 2)
    # Whoever starts this has any Python; the floor is ours and not yet checked by anybody.
    if sys.version_info < (3, 11):  # noqa: UP036
        found = ".".join(map(str, sys.version_info[:2]))
        return _fail(f"Python 3.11 or later is needed, {found} found: make PYTHON=python3.12 …", 2)
    try:
        for step in steps:
            system_packages.ensure_browser() if step == "browser" else ensure(step)
    except subprocess.CalledProcessError as error:
        return _fail(
            f"this command failed with {error.returncode}: {' '.join(map(str, error.cmd))}"
        )
    except system_packages.MissingPackageError as error:
        return _fail(str(error))
    return 0


def ensure(level: str) -> None:
    """Makes `.venv` hold at least what `level` needs."""
    digest = _digest(level)
    stamps = _read_stamps()
    if stamps.get(level) == digest and PYTHON.exists():
        return
    _ensure_venv()
    environment = _index_environment()
    uv = [str(PYTHON), "-m", "uv", "pip", "install", "--quiet", "--python", str(PYTHON)]
    uv += _index_options()
    locks = [part for path in lock_files(level) for part in ("--requirement", str(path))]
    _say(f"installing the locked dependencies ({level})")
    _run([*uv, "--require-hashes", "--compile-bytecode", *locks], environment)
    _say("installing the workspace members")
    editable = [part for member in members() for part in ("--editable", str(member.folder))]
    _run([*uv, "--no-deps", "--no-build-isolation", *editable], environment)
    # A larger set contains the smaller ones, so they are up to date as well.
    names = list(LOCKS)[: list(LOCKS).index(level) + 1]
    STAMP.write_text(json.dumps(stamps | {name: _digest(name) for name in names}, indent=1))


def _ensure_venv() -> None:
    if not PYTHON.exists():
        _say(f"creating {VENV.name}")
        _create_venv()
    pinned = UV_LOCK.read_text().split()[0].removeprefix("uv==")
    probe = [str(PYTHON), "-m", "uv", "--version"]
    found = subprocess.run(probe, capture_output=True, text=True, check=False).stdout
    if f" {pinned} " not in f"{found.strip()} ":
        _say(f"installing uv {pinned}")
        pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--require-hashes", "--no-deps"]
        _run([*pip, "--disable-pip-version-check", "-r", str(UV_LOCK)], os.environ.copy())


def _create_venv() -> None:
    try:
        venv.create(VENV, with_pip=True, clear=True, symlinks=True)
    except subprocess.CalledProcessError:
        # Debian and Ubuntu split ensurepip into a package of its own.
        package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
        if not system_packages.can_install():
            raise system_packages.MissingPackageError(
                f"python3 has no ensurepip. Install the package {package} and run make again."
            ) from None
        system_packages.apt_install([package])
        venv.create(VENV, with_pip=True, clear=True, symlinks=True)


def _digest(level: str) -> str:
    """Changes when the environment of `level` has to be built again."""
    digest = hashlib.sha256(sys.version.encode())
    manifests = [member.folder / "pyproject.toml" for member in members()]
    for path in [*lock_files(level), UV_LOCK, Path(__file__), *manifests]:
        digest.update(str(path).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _read_stamps() -> dict[str, str]:
    try:
        stamps: dict[str, str] = json.loads(STAMP.read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return {}
    return stamps


def _pip_setting(name: str) -> str | None:
    """What pip is configured with on this machine, by the environment or by one of its files."""
    if value := os.environ.get("PIP_" + name.upper().replace("-", "_")):
        return value
    for section in ("install", "global"):
        command = [str(PYTHON), "-m", "pip", "config", "get", f"{section}.{name}"]
        found = subprocess.run(command, capture_output=True, text=True, check=False)
        if found.returncode == 0:
            return found.stdout.strip()
    return None


def _index_environment() -> dict[str, str]:
    """The environment for uv, which does not read pip's configuration by itself."""
    environment = os.environ.copy()
    if "UV_DEFAULT_INDEX" not in environment and (index := _pip_setting("index-url")):
        environment["UV_DEFAULT_INDEX"] = index
    if "SSL_CERT_FILE" not in environment and (cert := _pip_setting("cert")):
        environment["SSL_CERT_FILE"] = cert
    return environment


def _index_options() -> list[str]:
    links = (_pip_setting("find-links") or "").split()
    options = [part for link in links for part in ("--find-links", link)]
    if (_pip_setting("no-index") or "").lower() in {"1", "true", "yes", "on"}:
        options.append("--no-index")
    return options


def _run(command: list[str], environment: dict[str, str]) -> None:
    subprocess.run(command, check=True, cwd=ROOT, env=environment)


def _say(message: str) -> None:
    print(f"setup: {message}", flush=True)


def _fail(message: str, code: int = 1) -> int:
    print(f"setup: {message}", file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
