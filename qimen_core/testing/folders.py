"""Where a run of pytest keeps its databases: in memory when there is room, else on disk.

A run makes a database per test, hundreds of small files each on PostgreSQL. On a disk the file
system alone costs ten times what the server does (measured: 0.44 s of processor time a database on
ext4, 0.03 s in memory, `fsync` off both times).
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

__all__ = ["RUN_PREFIX", "databases", "left_behind", "make", "remove"]

RUN_PREFIX = "qimen-tests-"
ENOUGH = 2 * 1024**3
"""Bytes that have to be free in memory: several runs' worth.

A whole run of this project with two workers took 0.28 GiB at most (`du` every ten seconds).
"""

_MEMORY = Path("/dev/shm")  # noqa: S108 (mkdtemp makes the name)
_LINK = "databases"
_OWNER = "owner.pid"


def make() -> Path:
    """Makes the folder of a run and, elsewhere perhaps, the one of its databases.

    QIMEN_TEST_FOLDER names another place for the databases, a disk whose speed is to be measured.
    """
    folder = Path(tempfile.mkdtemp(prefix=RUN_PREFIX))
    quick = Path(tempfile.mkdtemp(prefix=RUN_PREFIX, dir=_quickest()))
    for each in (folder, quick):
        (each / _OWNER).write_text(str(os.getpid()))
    # The server may run as another user and has to come through.
    quick.chmod(0o711)
    (folder / _LINK).symlink_to(quick)
    return folder


def databases(folder: Path) -> Path:
    """The folder of the databases of a run, without a link in its name; else the run's own."""
    link = folder / _LINK
    return link.resolve() if link.is_symlink() else folder


def remove(folder: Path) -> None:
    """Removes both folders of a run."""
    for each in (databases(folder), folder):
        shutil.rmtree(each, ignore_errors=True)


def left_behind() -> Iterator[Path]:
    """The folders of this user's runs that have ended without removing them.

    Those of databases are found by themselves as well: memory has to come free even when the
    run's own folder is gone or lies below another TMPDIR.
    """
    for place in {tempfile.gettempdir(), _quickest()}:
        for owner in Path(place).glob(f"{RUN_PREFIX}*/{_OWNER}"):
            with suppress(FileNotFoundError):  # another run sweeps at the same time
                # Both without following a link: nobody else can have put one into the folder.
                mine = owner.parent.lstat().st_uid == owner.lstat().st_uid == os.getuid()
                if mine and not Path("/proc", owner.read_text()).exists():
                    yield owner.parent


def _quickest() -> str:
    if given := os.environ.get("QIMEN_TEST_FOLDER"):
        return given
    # A container's /dev/shm often holds no more than 64 MiB.
    usable = os.access(_MEMORY, os.W_OK | os.X_OK) and shutil.disk_usage(_MEMORY).free >= ENOUGH
    return str(_MEMORY) if usable else tempfile.gettempdir()
