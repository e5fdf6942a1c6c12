"""A list as an Excel workbook: the rows, order and columns that its address shows.

Few rows are answered at once, many in a job: the same view goes on in a worker, and the workbook
waits in the job tray for whoever asked.
"""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import func, select

from qimen_core.clock import local
from qimen_core.context import Context
from qimen_core.db.work import unit_of_work
from qimen_core.errors import InvalidInput
from qimen_core.excel import ExportColumn, Exported, write_table
from qimen_core.i18n import translations
from qimen_core.jobs import RunningJob
from qimen_core.settings import CoreSettings
from qimen_web import ui
from qimen_web.carrying import asked, carried_by, home, seal
from qimen_web.csrf import SAFE_METHODS
from qimen_web.job_tray import is_under_way
from qimen_web.list_reading import read
from qimen_web.list_spec import ListSpec, Source
from qimen_web.lists import all_rows, chosen_columns
from qimen_web.request import Request
from qimen_web.response import Response

__all__ = ["EXPORT_JOB", "XLSX", "begin_export", "export_list"]

_ = translations("qimen_web")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
EXPORT_JOB = "web.list.export"
_BETWEEN_NOTES = 200


def export_list(
    request: Request,
    spec: ListSpec,
    source: Source,
    title: str,
    *,
    permission: str,
    cells: Callable[[Sequence[Any]], Sequence[object]] = lambda row: row[1:],
    limit: int | None = None,
) -> Response:
    """Answer with the workbook, and leave who took out what in the audit.

    Above ``export_direct_rows`` the answer offers to make it in the background. The view is then
    called again by a worker, with a request of the same address, so it must need nothing else.

    Args:
        request: The request; its query says filters, order and columns as on the page.
        spec: The list.
        source: Where its rows come from.
        title: The sheet's and the file's name, in Chinese.
        permission: The right to export, kept with the audit row.
        cells: Makes of a row one value per column of the list, masked as on the page.
        limit: At most so many rows; the setting ``export_row_limit`` when left out.

    Raises:
        InvalidInput: More rows match than the limit allows.
    """
    ctx, job = request.ctx, carried_by(request)
    settings = ctx.setting(CoreSettings)
    most = settings.export_row_limit if limit is None else limit
    rows = _matching(request, spec, source, most + 1)
    if rows > most:
        text = _("超过 {limit} 行，不能一次导出。请缩小筛选范围后分次导出。")
        raise InvalidInput({"export": text.format(limit=most)})
    if job is None and rows > settings.export_direct_rows:
        return _later(request, title, rows, permission)
    columns = chosen_columns(request, spec)
    places = [at for at, _column in columns]

    def values() -> Iterator[Sequence[object]]:
        for number, row in enumerate(all_rows(request, spec, source, most + 1)):
            if job is not None and number % _BETWEEN_NOTES == 0:
                job.progress(number, max(rows, number + 1))
            made = cells(row)
            yield [made[at] for at in places]

    with TemporaryDirectory() as folder:
        written = write_table(
            Path(folder) / "list.xlsx",
            [ExportColumn(str(column.label), column.width) for _at, column in columns],
            values(),
            title=title,
            user=ctx.actor.name,
            at=ctx.now,
            limit=most,
        )
        name = f"{title}-{local(ctx.now):%Y%m%d-%H%M}.xlsx"
        if job is not None:
            job.progress(written.rows, written.rows)
            _keep(request, job, spec, permission, name, book=written)
            return Response()
        body = written.path.read_bytes()
    with unit_of_work(ctx, permission, subject=f"list:{spec.id}") as uow:
        uow.changes["export"] = {"rows": str(written.rows), "sha256": written.sha256}
    return ui.download(request, name, body, XLSX)


def begin_export(ctx: Context, payload: dict[str, Any], permission: str) -> None:
    """Enqueue an export in the actor's name, unless the same one waits or runs already."""
    if is_under_way(ctx, EXPORT_JOB, payload):
        return
    place = home(ctx, permission)
    with unit_of_work(
        ctx, "core.job.ask", permission=permission, subject=payload["route"], unit=place.path
    ) as uow:
        uow.enqueue(EXPORT_JOB, payload)


def _matching(request: Request, spec: ListSpec, source: Source, most: int) -> int:
    """Return how many rows the address asks for; counting stops at ``most``."""
    matching = source.page.where(*read(request, spec).conditions)
    some = matching.with_only_columns(matching.selected_columns[0]).limit(most)
    counted = select(func.count()).select_from(some.subquery())
    options = matching.get_execution_options()
    number: int = request.session.execute(counted.execution_options(**options)).scalar_one()
    return number


def _later(request: Request, title: str, rows: int, permission: str) -> Response:
    """Enqueue what was posted; ask first where the address was only opened: that writes nothing."""
    payload = asked(request, title)
    if request.method not in SAFE_METHODS:
        begin_export(request.ctx, payload, permission)
        toast = _("共 {rows} 行，正在后台生成").format(rows=f"{rows:,}")
        return ui.redirect(request, request.url("web:jobs"), toast=toast)
    text, mac = seal(request.shell, request.user_id, payload)
    return ui.page(
        request,
        "web/export_later.html",
        block="content",
        title=title,
        rows=rows,
        text=text,
        mac=mac,
        direct=request.ctx.setting(CoreSettings).export_direct_rows,
    )


def _keep(
    request: Request, job: RunningJob, spec: ListSpec, permission: str, name: str, *, book: Exported
) -> None:
    """Leave the workbook for who asked; file, audit and the mark that it is done are one."""
    ctx = request.ctx
    body, place = book.path.read_bytes(), home(ctx, permission)
    with unit_of_work(ctx, permission, subject=f"list:{spec.id}") as uow:
        plugin = request.route.plugin
        file = job.keep(uow, name, body, place, media_type=XLSX, plugin=plugin)
        said = _("共 {rows} 行").format(rows=f"{book.rows:,}")
        job.result(uow, file, said=said, rows=book.rows, permission=permission)
        job.checkpoint(uow, done=True)
        uow.changes["export"] = {"rows": str(book.rows), "sha256": book.sha256}
