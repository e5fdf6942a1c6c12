"""A consistent copy of the database, taken while the server runs, and its way back."""

# lint-ok-file: sql-raw -- copies a whole database, asks it nothing

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from sqlalchemy.engine import URL, make_url

from qimen_core.errors import QimenError
from qimen_core.i18n import translations

__all__ = ["dump", "load"]

_ = translations("qimen_core")


def dump(url: str, target: Path) -> None:
    """Write the database at ``url`` into the file ``target``.

    Raises:
        QimenError: ``pg_dump`` is missing or failed.
    """
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        with (
            closing(sqlite3.connect(str(address.database))) as source,
            closing(sqlite3.connect(target)) as copy,
        ):
            source.backup(copy)
        return
    _run(address, "pg_dump", "--format=custom", "--enable-row-security", f"--file={target}")


def load(source: Path, url: str) -> None:
    """Fill the empty database at ``url`` from a file that :func:`dump` wrote.

    Raises:
        QimenError: An SQLite database is already there, or ``pg_restore`` is missing or failed.
    """
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        target = Path(str(address.database))
        if target.exists():
            raise QimenError(_("{file} 已存在。请恢复到一个空的数据目录。").format(file=target))
        shutil.copyfile(source, target)
        return
    _run(address, "pg_restore", "--no-owner", "--exit-on-error", str(source))


def _run(address: URL, program: str, *arguments: str) -> None:
    folder = os.environ.get("QIMEN_PG_BIN")
    binary = shutil.which(program, path=folder)
    if binary is None:
        raise QimenError(
            _("找不到 {program}。请安装 PostgreSQL 客户端,或用 QIMEN_PG_BIN 指明其目录。").format(
                program=program
            )
        )
    host = address.host or str(address.query.get("host", ""))
    environment = {
        **os.environ,
        "PGHOST": host,
        "PGPORT": str(address.port or 5432),
        "PGUSER": address.username or "",
        "PGPASSWORD": str(address.password or ""),
        # The row fence binds the tables' owner as well: say that the whole county is meant.
        "PGOPTIONS": "-c qimen.reach=*",
    }
    done = subprocess.run(  # noqa: S603  (our own fixed arguments)
        [binary, f"--dbname={address.database}", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise QimenError(f"{program}: {done.stderr.strip()}")
