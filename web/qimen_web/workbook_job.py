"""Large tables in a job: kept until imported, checked, and imported exactly once."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory
from typing import Any, Final

from sqlalchemy import delete

from qimen_core.context import Context
from qimen_core.db.session import scope
from qimen_core.db.work import UnitOfWork, unit_of_work
from qimen_core.errors import Conflict, NotFound
from qimen_core.excel import ImportReport
from qimen_core.files import path_of, store
from qimen_core.i18n import translations
from qimen_core.jobs import JobRefused, RunningJob
from qimen_core.jobs.leftovers import UPLOADED
from qimen_core.models import StoredFile
from qimen_web.carrying import asked, home
from qimen_web.job_tray import job_in_reach
from qimen_web.list_export import XLSX
from qimen_web.request import Request, Upload

__all__ = ["IMPORT_JOB", "go_on", "hand_over", "keep_errors", "mark_imported", "sent_table"]

_ = translations("qimen_web")
IMPORT_JOB: Final = "web.workbook.import"
TRAY: Final = "core.job.read"
_TABLE: Final = "application/octet-stream"
_LONGEST_NAME: Final = 40
_F: Any = StoredFile


def hand_over(request: Request, upload: Upload, title: str, permission: str) -> None:
    """Keep a table and enqueue the work on it, together."""
    ctx = request.ctx
    name = upload.name.replace("\\", "/").rpartition("/")[2]
    name = "".join(each for each in name if each.isprintable())[-_LONGEST_NAME:]
    payload = asked(request, _("{title}（{file}）").format(title=title, file=name))
    data, place = upload.data.read(), home(ctx, permission)
    with unit_of_work(
        ctx, "core.job.ask", permission=permission, subject=payload["route"], unit=place.path
    ) as uow:
        kept = store(uow, name, data, _TABLE, place, plugin=request.route.plugin, subject=UPLOADED)
        uow.enqueue(IMPORT_JOB, {**payload, "file": kept.id, "permission": permission})


def go_on(ctx: Context, job_id: int, step: str) -> None:
    """Enqueue the step that a checked table offers, on the same kept file.

    Raises:
        NotFound: It is not the actor's own job, or it offers no such thing.
        Conflict: The table is imported or gone already.
    """
    job = job_in_reach(ctx, job_id)
    offered = job.user_id == ctx.actor.user_id and step in job.result.get("offers", ())
    if job.kind != IMPORT_JOB or not offered:
        raise NotFound
    payload = dict(job.payload)
    with scope(ctx.session, ctx, payload["permission"]):
        if ctx.session.get(StoredFile, payload["file"]) is None:
            raise Conflict(_gone())
    form = [pair for pair in payload["form"] if pair[0] != "step"]
    with unit_of_work(
        ctx, "core.job.ask", permission=TRAY, subject=payload["route"], unit=job.org_path
    ) as uow:
        uow.enqueue(IMPORT_JOB, {**payload, "form": [*form, ["step", step]]})


@contextmanager
def sent_table(ctx: Context, job: RunningJob) -> Iterator[Path]:
    """Yield the kept table under the name that a table has.

    Raises:
        JobRefused: It was imported meanwhile, or its time is over.
    """
    kept = ctx.session.get(StoredFile, job.payload["file"])
    if kept is None:
        raise JobRefused(_gone())
    with TemporaryDirectory() as folder:
        path = Path(folder) / "upload.xlsx"
        try:
            copyfile(path_of(ctx.qimen, kept), path)
        except NotFound as error:
            raise JobRefused(_gone()) from error
        yield path


def mark_imported(uow: UnitOfWork, job: RunningJob, said: str) -> None:
    """Say, in the transaction of the rows, that they are written, and let the table go.

    Raises:
        JobRefused: Another job was first; nothing of this one stays.
    """
    kept = uow.session.get(StoredFile, job.payload["file"])
    won = uow.claim(delete(StoredFile).where(_F.id == job.payload["file"]))
    if kept is None or not won:
        raise JobRefused(_gone())
    path = path_of(uow.ctx.qimen, kept)
    uow.after_commit.append(lambda: path.unlink(missing_ok=True))
    job.result(uow, said=said, tone="ok")
    job.checkpoint(uow, done=True)


def keep_errors(
    ctx: Context,
    job: RunningJob,
    permission: str,
    report: ImportReport[Any],
    *,
    name: str,
    marked: bytes,
) -> None:
    """Leave what a check found in the tray, with the table whose wrong cells are marked."""
    if report.ok:
        said, tone = _("共 {total} 行，全部正确，可以导入。"), "ok"
    else:
        said, tone = _("共 {total} 行，其中 {bad} 行需要修改，没有导入任何内容。"), "warn"
    offers = ["all"] if report.ok else ["good"] if report.rows else []
    place = home(ctx, permission)
    with unit_of_work(
        ctx, "core.job.check", permission=permission, subject=job.payload["route"], unit=place.path
    ) as uow:
        plugin = permission.partition(".")[0]
        file = job.keep(uow, name, marked, place, media_type=XLSX, plugin=plugin) if name else None
        job.result(
            uow,
            file,
            said=said.format(total=report.total, bad=report.bad_rows),
            tone=tone,
            details=list(report.notes),
            offers=offers,
            permission=permission,
        )
        job.checkpoint(uow, done=True)


def _gone() -> str:
    return _("这份表格已经导入或已过保留期，请重新上传。").format()
