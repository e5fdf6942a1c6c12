"""A list brought as a clerk's own table: checked as a whole, then written all at once.

A small table is checked at once, and the browser sends the file again for each step, so that the
server keeps no copy of other people's data between them. A large one is kept until it is imported
or its time is over, and worked on in a job: the same view goes on in a worker.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, Generic, Literal, TypeVar

from pydantic import BaseModel

from qimen_core.errors import InvalidInput, QimenError
from qimen_core.excel import (
    Importer,
    ImportReport,
    dry_run,
    run_import,
    write_error_workbook,
    write_template,
)
from qimen_core.i18n import translations
from qimen_core.jobs import RunningJob
from qimen_core.settings import CoreSettings
from qimen_web import ui
from qimen_web.carrying import carried_by
from qimen_web.list_export import XLSX
from qimen_web.request import Request, Upload
from qimen_web.response import Response
from qimen_web.workbook_job import hand_over, keep_errors, mark_imported, sent_table

__all__ = ["WorkbookImport"]

_ = translations("qimen_web")
_SHOWN: Final = 200
_KIB: Final = 1024
Row = TypeVar("Row", bound=BaseModel)


@dataclass(frozen=True)
class WorkbookImport(Generic[Row]):
    """The page of one import; its three routes call :meth:`page`, :meth:`template`, :meth:`take`.

    Args:
        importer: What is imported, and how.
        title: The page's heading.
        parent: Label and route name of the list that it fills.
        routes: Route names of ``take`` and ``template``.
        hint: What the table must hold, in a sentence or two.
        accept: Endings that the file chooser offers.
        done: The message afterwards, with ``{count}``.
    """

    importer: Importer[Row]
    title: str
    parent: tuple[str, str]
    routes: tuple[str, str]
    hint: str
    accept: str
    done: str

    def page(
        self,
        request: Request,
        *,
        report: ImportReport[Row] | None = None,
        problem: str = "",
        status: int = 200,
    ) -> Response:
        """Show how to bring a table, and what was wrong with the last one."""
        return ui.page(
            request,
            "web/workbook_import.html",
            block="content",
            status=status,
            spec=self,
            report=report,
            errors=list(report.errors[:_SHOWN]) if report else [],
            problem=problem,
            direct=request.ctx.setting(CoreSettings).import_direct_kib,
        )

    def template(self, request: Request) -> Response:
        """Answer an empty workbook with the headings."""
        with TemporaryDirectory() as folder:
            path = Path(folder) / "template.xlsx"
            write_template(self.importer.row, str(self.importer.label), path)
            body = path.read_bytes()
        name = _("{label}导入模板").format(label=self.importer.label)
        return ui.download(request, f"{name}.xlsx", body, XLSX)

    def take(self, request: Request) -> Response:
        """Check a table and, unless only that was asked, write its rows.

        The field ``step`` says what is wanted: ``check``, ``all`` (nothing if one row is wrong),
        ``good`` (the right rows), ``errors`` (the workbook back, its wrong cells marked). A table
        above ``import_direct_kib`` is worked on in a job, which shows in the tray what it found.
        """
        step, job = request.form.get("step", "check"), carried_by(request)
        if job is not None:
            return self._go_on(request, job, step)
        try:
            upload = _sent(request)
            if upload.size > request.ctx.setting(CoreSettings).import_direct_kib * _KIB:
                hand_over(request, upload, self.title, self.importer.permission)
                toast = _("文件较大，正在后台检查，结果显示在这里").format()
                return ui.redirect(request, request.url("web:jobs"), toast=toast)
            with _written(upload) as path:
                report = dry_run(request.ctx, self.importer, path)
                if step == "errors":
                    return ui.download(request, _errors_name(), _marked(report), XLSX)
                mode = _mode(step, report)
                if mode is not None:
                    count = run_import(request.ctx, self.importer, report, mode)
                    toast = self.done.format(count=count)
                    return ui.redirect(request, request.url(self.parent[1]), toast=toast)
        except QimenError as error:
            return self.page(request, problem=error.message, status=422)
        return self.page(request, report=report, status=200 if report.ok else 422)

    def _go_on(self, request: Request, job: RunningJob, step: str) -> Response:
        """Do in a worker what was asked of a large table; there is nobody to answer."""
        ctx, permission = request.ctx, self.importer.permission
        job.progress(0, 0, _("正在检查表格").format())
        with sent_table(ctx, job) as path:
            report = dry_run(ctx, self.importer, path)
        mode = _mode(step, report)
        if mode is not None:
            job.progress(0, len(report.rows), _("检查完毕，正在导入").format())
            run_import(
                ctx,
                self.importer,
                report,
                mode,
                lambda uow, count: mark_imported(uow, job, self.done.format(count=count)),
            )
            return Response()
        marked = _marked(report) if report.errors else b""
        name = _errors_name() if marked else ""
        keep_errors(ctx, job, permission, report, name=name, marked=marked)
        return Response()


def _mode(step: str, report: ImportReport[Row]) -> Literal["all", "good"] | None:
    """Return how the rows are to be written, None where they are not."""
    if not report.rows or step not in ("all", "good"):
        return None
    if step == "good":
        return "good"
    return "all" if report.ok else None


def _sent(request: Request) -> Upload:
    files = request.files.get("file", ())
    if not files or not files[0].size:
        raise InvalidInput({"file": _("请选择一个表格文件").format()})
    return files[0]


@contextmanager
def _written(upload: Upload) -> Iterator[Path]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "upload.xlsx"
        path.write_bytes(upload.data.read())
        yield path


def _marked(report: ImportReport[Row]) -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "errors.xlsx"
        write_error_workbook(report, path)
        return path.read_bytes()


def _errors_name() -> str:
    return _("需要修改的行").format() + ".xlsx"
