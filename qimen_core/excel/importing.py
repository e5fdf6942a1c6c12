"""Import in two steps: a dry run that finds every error at once, then all or the good rows."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Generic, Literal, Protocol, TypeVar

from pydantic import BaseModel

from qimen_core.db.work import UnitOfWork, unit_of_work
from qimen_core.errors import InvalidInput
from qimen_core.excel.guard import ReadLimits
from qimen_core.excel.mapping import (
    CellError,
    Headers,
    ParsedRow,
    find_headers,
    is_hint_row,
    label_of,
    parse_row,
)
from qimen_core.excel.read import TableRow, read_table
from qimen_core.i18n import translations

if TYPE_CHECKING:
    from qimen_core.context import Context

__all__ = ["ImportReport", "Importer", "Mode", "dry_run", "run_import"]

_ = translations("qimen_core")
Row = TypeVar("Row", bound=BaseModel)
Mode = Literal["all", "good"]
CHUNK = 5000


class Importer(Protocol[Row]):
    """What a plugin says about one kind of list that clerks bring as a table.

    Four things more may be said, and are left out by most lists:

    - ``headers(sheet)`` returns where the columns stand, when somebody chose them on screen.
    - ``notes(ctx, rows)`` yields sentences on what the right rows would do, for the dry run.
    - ``moving = True``: the rows may move units, so other writers are waited for.
    - ``whole = True``: the rows refer to each other, so ``save`` gets all of them at once.
    """

    name: str
    """``<plugin>.<thing>.import``: the action in the audit."""
    label: str
    """What is imported, in Chinese."""
    permission: str
    """The right that covers every row written."""
    row: type[Row]
    """One line of the table; its fields are made with :func:`column`."""

    def check(self, ctx: "Context", rows: Sequence[ParsedRow[Row]]) -> Iterable[CellError]:
        """Yield what only the list as a whole or the database can tell: duplicates, unknown units.

        Called within the scope of ``permission``; all rows at once, so that one query does.
        """
        ...

    def save(self, uow: UnitOfWork, rows: Sequence[Row]) -> int:
        """Write up to 5000 rows (``uow.insert`` for many) and return how many there are now more.

        Called within the transaction, once a chunk; once in all for a ``whole`` list.
        """
        ...


@dataclass(frozen=True)
class ImportReport(Generic[Row]):
    """What a dry run found.

    Attributes:
        rows: The rows that can be taken.
        errors: Everything that is wrong, in order of rows.
        total: How many rows there are below the headings.
        headers: Where the headings were found.
        sheet: The sheet as it was read, for the error workbook.
        sha256: Of the file, for the audit.
        notes: What the clerk should know although it is no error.
    """

    rows: Sequence[ParsedRow[Row]]
    errors: Sequence[CellError]
    total: int
    headers: Headers
    sheet: Sequence[TableRow]
    sha256: str
    notes: Sequence[str] = field(default=())

    @property
    def ok(self) -> bool:
        """Return whether every row can be taken."""
        return not self.errors and bool(self.rows)

    @property
    def bad_rows(self) -> int:
        """Return how many rows have at least one error."""
        return len({error.row for error in self.errors})


def dry_run(
    ctx: "Context", importer: Importer[Row], path: Path, limits: ReadLimits | None = None
) -> ImportReport[Row]:
    """Read a file and find everything that is wrong with it; nothing is written.

    Args:
        ctx: Who imports; its session is scoped to the importer's permission by the caller.
        importer: What is imported.
        path: The uploaded file.
        limits: How large it may be.

    Raises:
        FileRefused: The file is not read at all.
        HeadersNotFound: The headings are not those of this list.
    """
    sheet = read_table(path, limits)
    chosen: Callable[[Sequence[TableRow]], Headers] | None = getattr(importer, "headers", None)
    headers = chosen(sheet) if chosen is not None else find_headers(sheet, importer.row)
    body = [row for row in sheet if row.number > headers.row]
    if body and is_hint_row(body[0]):
        body = body[1:]
    parsed, errors = _parse(body, headers, importer.row)
    errors += _in_their_words(importer.check(ctx, parsed), headers, importer.row)
    bad = {error.row for error in errors}
    good = [row for row in parsed if row.number not in bad]
    return ImportReport(
        rows=good,
        errors=sorted(errors, key=lambda error: error.row),
        total=len(body),
        headers=headers,
        sheet=sheet,
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        notes=[*_told(ctx, importer, good), *_notes(headers, body)],
    )


def run_import(
    ctx: "Context",
    importer: Importer[Row],
    report: ImportReport[Row],
    mode: Mode = "all",
    also: Callable[[UnitOfWork, int], None] | None = None,
) -> int:
    """Write what a dry run found good, in one transaction with one audit row.

    Args:
        ctx: Who imports.
        importer: What is imported.
        report: Of the dry run; make it anew when time has passed.
        mode: ``all``: refuse when one row has an error. ``good``: leave those rows out.
        also: What belongs into the same transaction, given the number of rows written: a job's
            mark that this is done.

    Returns:
        How many rows were written.

    Raises:
        InvalidInput: There are errors and the mode is ``all``, or no row is good.
    """
    if not report.rows or (mode == "all" and report.errors):
        text = _("有 {bad} 行需要修改，没有导入任何内容。")
        raise InvalidInput({"file": text.format(bad=report.bad_rows)})
    reason = f"sha256={report.sha256} rows={len(report.rows)}/{report.total}"
    values = [row.value for row in report.rows]
    chunk = len(values) if getattr(importer, "whole", False) else CHUNK
    with unit_of_work(
        ctx,
        importer.name,
        permission=importer.permission,
        reason=reason,
        moving=getattr(importer, "moving", False),
    ) as uow:
        count = sum(
            importer.save(uow, values[start : start + chunk])
            for start in range(0, len(values), chunk)
        )
        if also is not None:
            also(uow, count)
    return count


def duplicates(
    rows: Sequence[ParsedRow[Row]], field_name: str, heading: str
) -> Iterator[CellError]:
    """Yield an error for each row whose value of a field stands in an earlier row, too."""
    keys = [getattr(row.value, field_name) for row in rows]
    counts = Counter(key for key in keys if key not in (None, ""))
    first: dict[object, int] = {}
    for row, key in zip(rows, keys, strict=True):
        if counts[key] < 2:
            continue
        if key in first:
            message = _("与第 {row} 行重复").format(row=first[key])
            yield CellError(row.number, heading, str(key), message, _("请删去其中一行。"))
        first.setdefault(key, row.number)


def _parse(
    body: Sequence[TableRow], headers: Headers, model: type[Row]
) -> tuple[list[ParsedRow[Row]], list[CellError]]:
    good: list[ParsedRow[Row]] = []
    errors: list[CellError] = []
    for row in body:
        parsed, wrong = parse_row(row, headers, model)
        errors += wrong
        if parsed is not None:
            good.append(parsed)
    return good, errors


def _in_their_words(
    errors: Iterable[CellError], headers: Headers, model: type[BaseModel]
) -> Iterator[CellError]:
    """Put the clerk's heading for ours, so that the error workbook finds the cell."""
    theirs = {label_of(model, field): heading for field, heading in headers.headings.items()}
    for error in errors:
        yield replace(error, column=theirs.get(error.column, error.column))


def _told(ctx: "Context", importer: Importer[Row], rows: Sequence[ParsedRow[Row]]) -> Iterable[str]:
    notes: Callable[[Context, Sequence[ParsedRow[Row]]], Iterable[str]] | None
    notes = getattr(importer, "notes", None)
    return notes(ctx, rows) if notes is not None and rows else ()


def _notes(headers: Headers, body: Sequence[TableRow]) -> Iterator[str]:
    if headers.ignored:
        yield _("这些列没有用到：{names}。").format(names="、".join(headers.ignored))
    if not body:
        yield str(_("表头下面没有内容。"))
