"""The list component: everything about a list stands in its address.

``run_list`` reads the address, asks the database for one page and returns a :class:`ListPage`
that the macros of ``web/macros/list.html`` draw.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, Select, func, select

from qimen_web.list_cursor import beyond, encode
from qimen_web.list_page import ListPage, ShownBulk, ShownColumn
from qimen_web.list_reading import Reading, read, shown_keys
from qimen_web.list_spec import (
    BulkAction,
    Column,
    Filter,
    ListSpec,
    Source,
    Span,
    SpanFilter,
)
from qimen_web.saved_views import shown_views

if TYPE_CHECKING:
    from qimen_web.request import Request

__all__ = [
    "BulkAction",
    "Column",
    "Filter",
    "ListPage",
    "ListSpec",
    "Source",
    "Span",
    "SpanFilter",
    "all_rows",
    "chosen_columns",
    "run_list",
]


def run_list(
    request: "Request", spec: ListSpec, source: Source, counted: int | None = None
) -> ListPage:
    """Return the page of the list that the request's address asks for.

    Args:
        request: The request; its query says filters, order, columns and place.
        spec: What the list is.
        source: Where its rows come from.
        counted: How many rows match, where the caller knows; counting stopped above ``spec.cap``.
    """
    reading = read(request, spec)
    matching = source.page.where(*reading.conditions)
    rows, next_key, previous_key = _page(request, spec, source, matching, reading)
    if counted is not None:
        count, capped = min(counted, spec.cap), counted > spec.cap
    elif not next_key and not previous_key:
        count, capped = len(rows), False
    else:
        count, capped = _count(request, spec, matching)
    url = request.path
    here = reading.address(url)
    return ListPage(
        id=spec.id,
        url=url,
        here=here,
        rows=rows,
        count=count,
        capped=capped,
        next_key=next_key,
        previous_key=previous_key,
        columns=_columns(spec, reading, url),
        filters=reading.filters,
        chips=[(text, reading.address(url, *keys)) for text, keys in reading.words],
        kept=reading.kept,
        query_string=here.partition("?")[2],
        saved=shown_views(request, spec.id, url, here),
        save_url=f"/views/{spec.id}",
        bulk=_bulk(request, spec),
        export_url=reading.address(request.url(spec.export)) if spec.export else "",
        hidden_classes=_hidden(spec, reading.cols),
    )


def all_rows(
    request: "Request", spec: ListSpec, source: Source, limit: int
) -> Iterator[Sequence[Any]]:
    """Yield every row that the address asks for, in its order, at most ``limit``; for exports."""
    reading = read(request, spec)
    statement = source.page.where(*reading.conditions)
    statement = _ordered(statement, source, reading, reading.descending).limit(limit)
    if source.rows is None:
        yield from request.session.execute(statement).yield_per(500)
        return
    ids = request.session.execute(statement).scalars().all()
    for start in range(0, len(ids), 500):
        yield from _looked_up(request, source.rows, ids[start : start + 500])


def chosen_columns(request: "Request", spec: ListSpec) -> list[tuple[int, Column]]:
    """Return the columns that the address shows, each with its number; an export writes these."""
    shown = shown_keys(spec, read(request, spec).cols)
    return [(at, column) for at, column in enumerate(spec.columns) if column.key in shown]


# ---- asking the database ------------------------------------------------------------------------


def _ordered(
    statement: Select[Any], source: Source, reading: Reading, descending: bool
) -> Select[Any]:
    column, key = reading.column, source.key
    if column is key:
        return statement.order_by(key.desc() if descending else key.asc())
    if descending:
        return statement.order_by(column.desc(), key.desc())
    return statement.order_by(column.asc(), key.asc())


def _page(
    request: "Request",
    spec: ListSpec,
    source: Source,
    matching: Select[Any],
    reading: Reading,
) -> tuple[Sequence[Sequence[Any]], str, str]:
    """Return the rows and the cursors of the next page and the one before."""
    backwards = reading.before is not None and reading.after is None
    descending = reading.descending != backwards
    cursor = reading.before if backwards else reading.after
    statement = matching.add_columns(reading.column)
    if cursor is not None:
        statement = statement.where(beyond(reading.column, source.key, cursor, descending))
    statement = _ordered(statement, source, reading, descending).limit(spec.size + 1)
    found = list(request.session.execute(statement))
    more = len(found) > spec.size
    found = found[: spec.size]
    if backwards:
        found.reverse()
    next_key = encode(found[-1][-1], found[-1][0]) if found and (more or backwards) else ""
    back = found and (more if backwards else cursor is not None)
    previous_key = encode(found[0][-1], found[0][0]) if back else ""
    if source.rows is None:
        return [row[:-1] for row in found], next_key, previous_key
    ids = [row[0] for row in found]
    return _looked_up(request, source.rows, ids), next_key, previous_key


def _looked_up(request: "Request", statement: Select[Any], ids: Sequence[int]) -> list[Row[Any]]:
    if not ids:
        return []
    by_id = {row[0]: row for row in request.session.execute(statement, {"ids": ids})}
    return [by_id[each] for each in ids if each in by_id]


def _count(request: "Request", spec: ListSpec, matching: Select[Any]) -> tuple[int, bool]:
    """Return how many rows match, and whether counting stopped at the cap."""
    some = matching.with_only_columns(matching.selected_columns[0]).limit(spec.cap + 1)
    statement = select(func.count()).select_from(some.subquery())
    options = matching.get_execution_options()
    count: int = request.session.execute(statement.execution_options(**options)).scalar_one()
    return (spec.cap, True) if count > spec.cap else (count, False)


# ---- drawing ------------------------------------------------------------------------------------


def _columns(spec: ListSpec, reading: Reading, url: str) -> list[ShownColumn]:
    shown = shown_keys(spec, reading.cols)
    current = reading.sort or spec.sort
    first = 2 if spec.bulk else 1
    address = reading.address(url, "sort")
    base = f"{address}&" if "?" in address else f"{address}?"
    direction = "descending" if current.startswith("-") else "ascending"
    made = []
    for at, column in enumerate(spec.columns):
        mine = current.removeprefix("-") == column.key
        # A click on the column in force turns it round.
        other = f"-{column.key}" if mine and not current.startswith("-") else column.key
        made.append(
            ShownColumn(
                key=column.key,
                label=column.label,
                numeric=column.numeric,
                default=column.default or at == 0,
                shown=column.key in shown,
                place=at + first,
                sort_url=f"{base}sort={other}" if column.sort is not None else "",
                direction=direction if mine else "",
            )
        )
    return made


def _hidden(spec: ListSpec, cols: str) -> str:
    shown = shown_keys(spec, cols)
    first = 2 if spec.bulk else 1
    return "".join(
        f" gv-hide-{at + first}"
        for at, column in enumerate(spec.columns)
        if column.key not in shown
    )


def _bulk(request: "Request", spec: ListSpec) -> list[ShownBulk]:
    return [
        ShownBulk(each.label, request.url(each.route), each.tone, each.confirm)
        for each in spec.bulk
        if not each.permission or request.ctx.can_anywhere(each.permission)
    ]
