"""A year's holidays from a table: checked as a whole, then written all at once.

Plain forms without script: the browser sends the file again for each step, so the server keeps
no copy between them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from qimen_core.errors import InvalidInput, QimenError
from qimen_core.excel import (
    ImportReport,
    dry_run,
    run_import,
    write_error_workbook,
    write_template,
)
from qimen_core.i18n import translations
from qimen_core.workdays.importer import WORKDAYS, WorkdayRow
from qimen_web import ui
from qimen_web.handlers import action, download, page
from qimen_web.list_export import XLSX
from qimen_web.request import Request
from qimen_web.response import Response

_ = translations("qimen_web")
MANAGE = "core.calendar.manage"
_SIZE: Final = 2 * 1024 * 1024
_SHOWN: Final = 200


@page("/calendar/import", permission=MANAGE)
def calendar_import(request: Request) -> Response:
    """Show how to bring a workbook."""
    return _page(request)


@download("/calendar/import/template.xlsx", permission=MANAGE)
def calendar_template(request: Request) -> Response:
    """Answer an empty workbook with the headings."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "template.xlsx"
        write_template(WorkdayRow, str(WORKDAYS.label), path)
        body = path.read_bytes()
    return ui.download(request, _("节假日导入模板").format() + ".xlsx", body, XLSX)


@action("/calendar/import", permission=MANAGE, body_limit=_SIZE)
def calendar_imported(request: Request) -> Response:
    """Check a workbook and, unless only that was asked, write its rows.

    `step` says what is wanted: `check`, `all` (nothing if one row is wrong), `good` (the right
    rows), `errors` (the workbook back, its wrong cells marked).
    """
    step = request.form.get("step", "check")
    try:
        with _uploaded(request) as path:
            report = dry_run(request.ctx, WORKDAYS, path)
            if step == "errors":
                return _errors(request, report)
            if step in ("all", "good") and report.rows and (step == "good" or report.ok):
                count = run_import(
                    request.ctx, WORKDAYS, report, "all" if step == "all" else "good"
                )
                toast = _("已导入 {count} 天").format(count=count)
                return ui.redirect(request, request.url("web:calendar"), toast=toast)
    except QimenError as error:
        return _page(request, problem=error.message, status=422)
    return _page(request, report=report, status=200 if report.ok else 422)


@contextmanager
def _uploaded(request: Request) -> Iterator[Path]:
    files = request.files.get("file", ())
    if not files or not files[0].size:
        raise InvalidInput({"file": _("请选择一个表格文件").format()})
    with TemporaryDirectory() as folder:
        path = Path(folder) / "upload.xlsx"
        path.write_bytes(files[0].data.read())
        yield path


def _errors(request: Request, report: ImportReport[WorkdayRow]) -> Response:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "errors.xlsx"
        write_error_workbook(report, path)
        body = path.read_bytes()
    return ui.download(request, _("需要修改的行").format() + ".xlsx", body, XLSX)


def _page(
    request: Request,
    *,
    report: ImportReport[WorkdayRow] | None = None,
    problem: str = "",
    status: int = 200,
) -> Response:
    return ui.page(
        request,
        "web/calendar_import.html",
        block="content",
        status=status,
        report=report,
        errors=list(report.errors[:_SHOWN]) if report else [],
        problem=problem,
    )
