"""Files kept in the data folder: random names on disk, their real names in the database."""

import hashlib
import os
import secrets
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from qimen_core.errors import NotFound
from qimen_core.models import StoredFile

if TYPE_CHECKING:
    from qimen_core.db.work import UnitOfWork
    from qimen_core.runtime import Qimen

__all__ = ["delete", "path_of", "store"]


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
