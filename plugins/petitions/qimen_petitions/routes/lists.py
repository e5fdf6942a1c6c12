"""Lists from elsewhere: brought, their columns chosen on screen, checked, imported."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from pydantic import BaseModel

from qimen_core import InvalidInput, QimenError, StoredFile, UnitOfWork, translations, unit_of_work
from qimen_core.excel import ImportReport, Mode, dry_run, run_import, write_error_workbook
from qimen_core.files import path_of
from qimen_core.jobs import RunningJob
from qimen_core.settings import CoreSettings
from qimen_petitions.gathering.choosing import Choosing, chosen, first_choice, mapping_of
from qimen_petitions.gathering.fields import look
from qimen_petitions.gathering.importer import IMPORT, ListImporter
from qimen_petitions.gathering.kept import keep_list, kept_list, let_go, top_rows, written
from qimen_petitions.gathering.list_row import ListRow
from qimen_petitions.gathering.mapping import last_mapping, remember
from qimen_web import Request, Response, action, page, ui
from qimen_web.carrying import Home, asked, carried_by
from qimen_web.forms import Form, blank
from qimen_web.list_export import XLSX
from qimen_web.workbook_job import IMPORT_JOB, keep_errors, mark_imported, sent_table

_ = translations("qimen_petitions")

_SIZE: Final = 20 * 1024 * 1024
_KIB: Final = 1024
_DONE = _("已导入 {count} 件诉求")


class BroughtForm(BaseModel):
    """Cells copied from a table; a file is sent beside."""

    pasted: str = ""


@page("/petitions/import", permission=IMPORT)
def bring_list(request: Request) -> Response:
    """Ask for a file, or for cells copied from a table."""
    return ui.page(request, "petitions/list_bring.html", form=_brought(request))


@action("/petitions/import", permission=IMPORT, body_limit=_SIZE)
def take_list(request: Request) -> Response:
    """Keep the list, and go on to its columns."""
    files = [each for each in request.files.get("file", ()) if each.size]
    try:
        kept = keep_list(request.ctx, files[0] if files else None, request.form.get("pasted", ""))
    except InvalidInput as error:
        form = _brought(request).refuse(error)
        return ui.page(request, "petitions/list_bring.html", block="form", status=422, form=form)
    return ui.redirect(request, request.url("petitions:choose_columns", file_id=kept))


@page("/petitions/import/{file_id:int}", permission=IMPORT)
def choose_columns(request: Request, file_id: int) -> Response:
    """Show the columns as they were recognised, with what stands in the first rows."""
    file, place = kept_list(request.ctx, file_id)
    row = request.query.get("head", "")
    head = look(top_rows(request.ctx, file), int(row) if row.isdecimal() and len(row) < 5 else 0)
    last = last_mapping(request.ctx, place, head.columns)
    return first_choice(request, file, head, last).page(request)


@action("/petitions/import/{file_id:int}", permission=IMPORT)
def import_list(request: Request, file_id: int) -> Response:
    """Check the list and, unless only that was asked, import it; a large one goes on in a job."""
    job = carried_by(request)
    file, place = kept_list(request.ctx, job.payload["file"] if job is not None else file_id)
    row = request.form.get("head_row", "")
    head = look(top_rows(request.ctx, file), int(row) if row.isdecimal() and len(row) < 5 else 0)
    now = chosen(request, file, head)
    if job is not None:
        return _go_on(request, job, now, place)
    try:
        return _take(request, now, place)
    except InvalidInput as error:
        now.form.refuse(error)
    except QimenError as error:
        now.form.refuse(error.message)
    return now.page(request, status=422)


def _take(request: Request, now: Choosing, place: Home) -> Response:
    """Do what was asked of a list while the browser waits.

    Raises:
        QimenError: It cannot be done, or the table cannot be read.
    """
    if not now.form.valid:
        return now.page(request, status=422)
    importer, step = ListImporter(mapping_of(now)), request.form.get("step", "check")
    if now.file.size > request.ctx.setting(CoreSettings).import_direct_kib * _KIB:
        return _later(request, now.file, place)
    with written(path_of(request.ctx.qimen, now.file).read_bytes()) as path:
        report = dry_run(request.ctx, importer, path)
    if step == "errors":
        return ui.download(request, _errors_name(), _marked(report), XLSX)
    mode = _mode(step, report)
    if mode is None:
        return now.page(request, report, 200 if report.ok else 422)
    file_id = now.file.id or 0

    def also(uow: UnitOfWork, _count: int) -> None:
        remember(uow, place, now.head.columns, importer.mapping)
        let_go(uow, file_id)

    count = run_import(request.ctx, importer, report, mode, also)
    toast = str(_DONE.format(count=count))
    return ui.redirect(request, request.url("petitions:list_petitions"), toast=toast)


def _go_on(request: Request, job: RunningJob, now: Choosing, place: Home) -> Response:
    """Do in a worker what was asked of a large list; there is nobody to answer."""
    ctx, importer = request.ctx, ListImporter(mapping_of(now))
    job.progress(0, 0, str(_("正在检查名单")))
    with sent_table(ctx, job) as path:
        report = dry_run(ctx, importer, path)
    mode = _mode(request.form.get("step", "check"), report)
    if mode is None:
        marked = _marked(report) if report.errors else b""
        name = _errors_name() if marked else ""
        keep_errors(ctx, job, IMPORT, report, name=name, marked=marked)
        return Response()
    job.progress(0, len(report.rows), str(_("检查完毕，正在导入")))

    def also(uow: UnitOfWork, count: int) -> None:
        remember(uow, place, now.head.columns, importer.mapping)
        mark_imported(uow, job, str(_DONE.format(count=count)))

    run_import(ctx, importer, report, mode, also)
    return Response()


def _mode(step: str, report: ImportReport[ListRow]) -> Mode | None:
    """Return how the rows are to be written, None where they are not."""
    if not report.rows or step not in {"all", "good"} or (step == "all" and not report.ok):
        return None
    return "good" if step == "good" else "all"


def _later(request: Request, file: StoredFile, place: Home) -> Response:
    """Let a worker go on with the same choices, and show the tray."""
    payload = asked(request, str(_("导入诉求（{file}）").format(file=file.name)))
    with unit_of_work(
        request.ctx, "core.job.ask", permission=IMPORT, subject=payload["route"], unit=place.path
    ) as uow:
        uow.enqueue(IMPORT_JOB, {**payload, "file": file.id, "permission": IMPORT})
    toast = str(_("名单较大，正在后台检查，结果显示在这里"))
    return ui.redirect(request, request.url("web:jobs"), toast=toast)


def _brought(request: Request) -> Form[BroughtForm]:
    return blank(BroughtForm, {"pasted": request.form.get("pasted", "")})


def _marked(report: ImportReport[ListRow]) -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "errors.xlsx"
        write_error_workbook(report, path)
        return path.read_bytes()


def _errors_name() -> str:
    return f"{_('需要修改的行')}.xlsx"
