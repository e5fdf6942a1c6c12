"""A list brought as a clerk's own table: checked as a whole, then written all at once.

Plain forms without script: the browser sends the file again for each step, so the server keeps no
copy of other people's data between them.
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
from qimen_web import ui
from qimen_web.list_export import XLSX
from qimen_web.request import Request
from qimen_web.response import Response

__all__ = ["WorkbookImport"]

_ = translations("qimen_web")
_SHOWN: Final = 200
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
        ``good`` (the right rows), ``errors`` (the workbook back, its wrong cells marked).
        """
        step = request.form.get("step", "check")
        try:
            with _uploaded(request) as path:
                report = dry_run(request.ctx, self.importer, path)
                if step == "errors":
                    return _errors(request, report)
                if step in ("all", "good") and report.rows and (step == "good" or report.ok):
                    mode: Literal["all", "good"] = "all" if step == "all" else "good"
                    count = run_import(request.ctx, self.importer, report, mode)
                    toast = self.done.format(count=count)
                    return ui.redirect(request, request.url(self.parent[1]), toast=toast)
        except QimenError as error:
            return self.page(request, problem=error.message, status=422)
        return self.page(request, report=report, status=200 if report.ok else 422)


@contextmanager
def _uploaded(request: Request) -> Iterator[Path]:
    files = request.files.get("file", ())
    if not files or not files[0].size:
        raise InvalidInput({"file": _("请选择一个表格文件").format()})
    with TemporaryDirectory() as folder:
        path = Path(folder) / "upload.xlsx"
        path.write_bytes(files[0].data.read())
        yield path


def _errors(request: Request, report: ImportReport[Row]) -> Response:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "errors.xlsx"
        write_error_workbook(report, path)
        body = path.read_bytes()
    return ui.download(request, _("需要修改的行").format() + ".xlsx", body, XLSX)
