"""Files kept in the data folder: random names on disk, their real names in the database."""

import hashlib
import os
import secrets
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from sqlmodel import select

from qimen_core.db.session import unscoped
from qimen_core.errors import NotFound
from qimen_core.models import StoredFile

if TYPE_CHECKING:
    from qimen_core.db.work import UnitOfWork
    from qimen_core.runtime import Qimen

__all__ = ["Place", "delete", "path_of", "remove_orphans", "store"]


class Place(Protocol):
    """The unit that a file belongs to."""

    @property
    def id(self) -> int | None:
        """Its row."""
        ...

    @property
    def path(self) -> str:
        """Its place in the tree."""
        ...


def store(
    uow: "UnitOfWork",
    name: str,
    data: bytes,
    media_type: str,
    unit: Place,
    *,
    plugin: str,
    subject: str = "",
) -> StoredFile:
    """Keep a file within a unit of work; should that fail, the file goes as well.

    The bytes are on the disk before the row is committed, so a committed row always has them.

    Args:
        uow: The unit of work that the file belongs to.
        name: The name it is saved under by whoever fetches it.
        data: Its content, checked by the caller.
        media_type: Its MIME type, from its content and not from its name.
        unit: Whose it is.
        plugin: The plugin that keeps it.
        subject: What it is about, e.g. ``orders_order:17``.
    """
    stored_as = secrets.token_hex(16)
    target = _folder(uow.ctx.qimen) / stored_as
    _write(target, data)
    uow.after_rollback.append(partial(target.unlink, missing_ok=True))
    file = StoredFile(
        plugin=plugin,
        subject=subject,
        name=name,
        stored_as=stored_as,
        media_type=media_type,
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        org_id=unit.id or 0,
        org_path=unit.path,
        created_at=uow.ctx.now,
        created_by=uow.ctx.actor.user_id,
    )
    uow.session.add(file)
    uow.session.flush()
    return file


def path_of(qimen: "Qimen", file: StoredFile) -> Path:
    """Return where a file's bytes are.

    Raises:
        NotFound: They are gone from the data folder.
    """
    found = _folder(qimen) / file.stored_as
    if not found.is_file():
        raise NotFound
    return found


def delete(uow: "UnitOfWork", file: StoredFile) -> None:
    """Remove a file's row, and its bytes once that is committed."""
    target = _folder(uow.ctx.qimen) / file.stored_as
    uow.session.delete(file)
    uow.after_commit.append(partial(target.unlink, missing_ok=True))


def remove_orphans(qimen: "Qimen", older_than: timedelta = timedelta(days=1)) -> int:
    """Remove bytes without a row, as a process leaves them that is killed before its commit.

    Args:
        qimen: The application.
        older_than: Younger files are let be: their transaction may still be open.

    Returns:
        How many files are gone.
    """
    limit = qimen.clock.now().timestamp() - older_than.total_seconds()
    old = {file.name: file for file in _folder(qimen).iterdir() if file.stat().st_mtime < limit}
    if not old:
        return 0
    with qimen.db.session() as session, unscoped(session):
        kept = set(session.exec(select(StoredFile.stored_as)))
    for name in old.keys() - kept:
        old[name].unlink(missing_ok=True)
    return len(old.keys() - kept)


def _folder(qimen: "Qimen") -> Path:
    folder = qimen.config.data / "files"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _write(target: Path, data: bytes) -> None:
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as opened:
        opened.write(data)
        opened.flush()
        os.fsync(descriptor)
