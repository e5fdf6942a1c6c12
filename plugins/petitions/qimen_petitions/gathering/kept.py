"""The list that somebody brought, kept from the upload until it is imported or its time is over."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from sqlalchemy import delete

from qimen_core import (
    Conflict,
    Context,
    InvalidInput,
    NotFound,
    StoredFile,
    UnitOfWork,
    translations,
    unit_of_work,
)
from qimen_core.excel import FileRefused, TableRow, read_table
from qimen_core.files import path_of, store
from qimen_core.jobs.leftovers import UPLOADED
from qimen_petitions.gathering.importer import IMPORT
from qimen_web import Upload
from qimen_web.carrying import Home, home

__all__ = ["keep_list", "kept_list", "let_go", "top_rows", "written"]

_ = translations("qimen_petitions")

UPLOAD: Final = "petitions.list.upload"
_TOP: Final = 40
_TABLE: Final = "application/octet-stream"
_LONGEST_NAME: Final = 60
_F: Any = StoredFile


def keep_list(ctx: Context, upload: Upload | None, pasted: str) -> int:
    """Keep a list that can be read as a table, and return the file's id.

    Args:
        ctx: Who brings it.
        upload: The file, where one was chosen.
        pasted: Cells copied from a table, divided by tabs.

    Raises:
        InvalidInput: Nothing was sent, or it cannot be read; the message says why.
    """
    if upload is None and not pasted.strip():
        raise InvalidInput({"file": _("请选择文件，或粘贴表格内容")})
    data = upload.data.read() if upload is not None else pasted.encode()
    field = "file" if upload is not None else "pasted"
    try:
        with written(data) as path:
            rows = read_table(path, head=_TOP)
    except FileRefused as error:
        raise InvalidInput({field: error.message}) from error
    if len(rows) < 2:
        raise InvalidInput({field: _("表格里没有内容：至少要有一行表头和一行诉求")})
    name = _name(upload.name) if upload is not None else str(_("粘贴的表格"))
    place = home(ctx, IMPORT)
    with unit_of_work(ctx, UPLOAD, permission=IMPORT, unit=place.path) as uow:
        kept = store(uow, name, data, _TABLE, place, plugin="petitions", subject=UPLOADED)
        uow.subject = f"core_file:{kept.id}"
        return kept.id or 0


def kept_list(ctx: Context, file_id: int) -> tuple[StoredFile, Home]:
    """Return a list that the actor brought, and the unit whose habits count for it.

    Raises:
        NotFound: It is somebody else's, imported already, or its time is over.
    """
    file = ctx.session.get(StoredFile, file_id)
    mine = file is not None and file.created_by == ctx.actor.user_id
    if file is None or not mine or (file.plugin, file.subject) != ("petitions", UPLOADED):
        raise NotFound(_("这份名单已经导入或已过保留期，请重新上传"))
    return file, home(ctx, IMPORT)


def top_rows(ctx: Context, file: StoredFile) -> list[TableRow]:
    """Return the first rows of a kept list, for the choice of columns."""
    with written(path_of(ctx.qimen, file).read_bytes()) as path:
        return read_table(path, head=_TOP)


def let_go(uow: UnitOfWork, file_id: int) -> None:
    """Take the kept list away in the transaction that imports it.

    Raises:
        Conflict: Another import of the same list was first; nothing of this one stays.
    """
    file = uow.session.get(StoredFile, file_id)
    won = uow.claim(delete(StoredFile).where(_F.id == file_id))
    if file is None or not won:
        raise Conflict(_("这份名单已经导入或已过保留期，请重新上传"))
    path = path_of(uow.ctx.qimen, file)
    uow.after_commit.append(lambda: path.unlink(missing_ok=True))


@contextmanager
def written(data: bytes) -> Iterator[Path]:
    """Yield a table under the name that a table has; what it is, its content says."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "list.xlsx"
        path.write_bytes(data)
        yield path


def _name(text: str) -> str:
    last = text.replace("\\", "/").rpartition("/")[2]
    return "".join(each for each in last if each.isprintable())[-_LONGEST_NAME:] or "list"
