"""A list as an Excel workbook: the rows, order and columns that its address shows."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from qimen_core.clock import local
from qimen_core.db.work import unit_of_work
from qimen_core.excel import ExportColumn, write_table
from qimen_web import ui
from qimen_web.list_spec import ListSpec, Source
from qimen_web.lists import all_rows, chosen_columns

if TYPE_CHECKING:
    from qimen_web.request import Request
    from qimen_web.response import Response

__all__ = ["XLSX", "export_list"]

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ROW_LIMIT = 50_000


def export_list(
    request: "Request",
    spec: ListSpec,
    source: Source,
    title: str,
    *,
    permission: str,
    cells: Callable[[Sequence[Any]], Sequence[object]] = lambda row: row[1:],
    limit: int = ROW_LIMIT,
) -> "Response":
    """Answer with the workbook, and leave who took out what in the audit.

    Args:
        request: The request; its query says filters, order and columns as on the page.
        spec: The list.
        source: Where its rows come from.
        title: The sheet's and the file's name, in Chinese.
        permission: The right to export, kept with the audit row.
        cells: Makes of a row one value per column of the list, masked as on the page.
        limit: At most so many rows.

    Raises:
        InvalidInput: More rows match than the limit allows.
    """
    ctx = request.ctx
    columns = chosen_columns(request, spec)
    places = [at for at, _column in columns]

    def values() -> Iterator[Sequence[object]]:
        for row in all_rows(request, spec, source, limit + 1):
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
            limit=limit,
        )
        body = written.path.read_bytes()
    with unit_of_work(ctx, permission, subject=f"list:{spec.id}") as uow:
        uow.changes["export"] = {"rows": str(written.rows), "sha256": written.sha256}
    return ui.download(request, f"{title}-{local(ctx.now):%Y%m%d-%H%M}.xlsx", body, XLSX)
