"""The work calendar as a workbook: the days that differ from the week, as the import reads them."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import select

from qimen_core.clock import local
from qimen_core.db.work import unit_of_work
from qimen_core.excel import ExportColumn, write_table
from qimen_core.i18n import translations
from qimen_core.models import Workday
from qimen_core.workdays.importer import WORKDAYS
from qimen_web import ui
from qimen_web.list_export import XLSX
from qimen_web.request import Request
from qimen_web.response import Response

__all__ = ["export_calendar"]

_ = translations("qimen_web")
W: Any = Workday


def export_calendar(request: Request, permission: str) -> Response:
    """Answer with every day that was entered, and leave in the audit who took it out.

    Args:
        request: The request.
        permission: The right to read the calendar; its days are no secret.
    """
    ctx = request.ctx
    title = str(_("工作日历"))
    fields = WORKDAYS.row.model_fields.values()
    with TemporaryDirectory() as folder:
        written = write_table(
            Path(folder) / "calendar.xlsx",
            [ExportColumn(str(field.title), 16) for field in fields],
            _rows(request),
            title=title,
            user=ctx.actor.name,
            at=ctx.now,
        )
        body = written.path.read_bytes()
    with unit_of_work(
        ctx, "core.calendar.export", permission=permission, subject="list:calendar"
    ) as uow:
        uow.changes["export"] = {"rows": str(written.rows), "sha256": written.sha256}
    return ui.download(request, f"{title}-{local(ctx.now):%Y%m%d-%H%M}.xlsx", body, XLSX)


def _rows(request: Request) -> Iterator[Sequence[object]]:
    days = select(W.day, W.is_workday, W.name).order_by(W.day)
    for day, worked, name in request.session.execute(days):
        yield day, str(_("上班") if worked else _("放假")), name
