"""The list component: everything about a list stands in its address.

``run_list`` reads the address, asks the database for one page and returns a :class:`ListPage`
that the macros of ``web/macros/list.html`` draw.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Row, Select, func, literal_column, select
from sqlalchemy.orm import Session

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


def run_list(request: "Request", spec: ListSpec, source: Source) -> ListPage:
    """Return the page of the list that the request's address asks for.

    Args:
        request: The request; its query says filters, order, columns and place.
        spec: What the list is.
        source: Where its rows come from.
    """
    reading = read(request, spec)
    count, found = _asked(request.session, spec, source, reading)
    rows, next_key, previous_key = _shown(found, spec.size, reading)
    url = request.path
    here = reading.address(url)
    return ListPage(
        id=spec.id,
        url=url,
        here=here,
        rows=rows,
        count=min(count, spec.cap),
        capped=count > spec.cap,
        next_key=next_key,
        previous_key=previous_key,
        columns=_columns(spec, reading, url),
        filters=tuple(reading.filters),
        chips=tuple((text, reading.address(url, *keys)) for text, keys in reading.words),
        kept=tuple(reading.kept),
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
    statement = source.page.where(*reading.conditions).add_columns(reading.column)
    statement = _ordered(statement, source.key, reading.column, reading.descending).limit(limit)
    for row in request.session.execute(_whole(source, statement, reading.descending)).yield_per(
        500
    ):
        yield row[:-1]


def chosen_columns(request: "Request", spec: ListSpec) -> list[tuple[int, Column]]:
    """Return the columns that the address shows, each with its number; an export writes these."""
    shown = shown_keys(spec, read(request, spec).cols)
    return [(at, column) for at, column in enumerate(spec.columns) if column.key in shown]


# ---- asking the database ------------------------------------------------------------------------


def _asked(
    session: Session, spec: ListSpec, source: Source, reading: Reading
) -> tuple[int, Sequence[Row[Any]]]:
    """Return how many rows match and those of the page, with one row more where there is one."""
    statements = _statements(spec, source, reading)
    if source.walk is None:
        found = session.execute(statements.page).all()
        if len(found) <= spec.size and reading.after is None and reading.before is None:
            return len(found), found
        return session.execute(statements.count).scalar_one(), found
    count = session.execute(statements.count).scalar_one()
    walks = count > source.many and reading.column is source.key
    return count, session.execute(statements.walk if walks else statements.page).all()


@dataclass(frozen=True)
class _Statements:
    """What a page asks; each is made when it is asked for the first time."""

    source: Source
    reading: Reading
    size: int
    cap: int

    @cached_property
    def _matching(self) -> Select[Any]:
        return self.source.page.where(*self.reading.conditions)

    @cached_property
    def count(self) -> Select[Any]:
        """How many match, at most one more than the list counts."""
        one: Select[Any] = self._matching.with_only_columns(
            literal_column("1"), maintain_column_froms=True
        )
        counted = select(func.count()).select_from(one.limit(self.cap + 1).subquery())
        return counted.execution_options(**self._matching.get_execution_options())

    @cached_property
    def page(self) -> Select[Any]:
        """The rows, and one more where there is one."""
        return _page(self.source, self._matching, self.reading, self.size + 1)

    @cached_property
    def walk(self) -> Select[Any]:
        """The same in the order of the primary key, by no other index."""
        assert self.source.walk is not None
        hinted = self._matching.with_hint(self.source.walk, "NOT INDEXED", "sqlite")
        return _page(self.source, hinted, self.reading, self.size + 1)


def _statements(spec: ListSpec, source: Source, reading: Reading) -> _Statements:
    def make() -> _Statements:
        return _Statements(source, reading, spec.size, spec.cap)

    return make() if reading.changing else source.kept.get(reading.place, make)


def _page(source: Source, matching: Select[Any], reading: Reading, limit: int) -> Select[Any]:
    statement = matching.add_columns(reading.column)
    cursor = reading.before if reading.backwards else reading.after
    descending = reading.descending != reading.backwards
    if cursor is not None:
        statement = statement.where(beyond(reading.column, source.key, cursor, descending))
    ordered = _ordered(statement, source.key, reading.column, descending).limit(limit)
    return _whole(source, ordered, descending)


def _ordered(
    statement: Select[Any], key: ColumnElement[int], column: ColumnElement[Any], descending: bool
) -> Select[Any]:
    columns = (key,) if column is key else (column, key)
    return statement.order_by(*(each.desc() if descending else each.asc() for each in columns))


def _whole(source: Source, statement: Select[Any], descending: bool) -> Select[Any]:
    """Return the select of the rows that a select of their keys and sort values stands for.

    The sort value is each row's last.
    """
    if source.rows is None:
        return statement
    key, *_more, value = statement.selected_columns
    keys = statement.with_only_columns(key.label("id"), value.label("value")).subquery("page")
    rows = source.rows(keys).add_columns(keys.c.value)
    rows = _ordered(rows, keys.c.id, keys.c.value, descending)
    return rows.execution_options(**statement.get_execution_options())


def _shown(
    found: Sequence[Row[Any]], size: int, reading: Reading
) -> tuple[Sequence[Sequence[Any]], str, str]:
    """Return the rows of a page and the cursors of the next one and the one before."""
    more = len(found) > size
    found = found[:size]
    if reading.backwards:
        found = found[::-1]
    forth = found and (more or reading.backwards)
    back = found and (more if reading.backwards else reading.after is not None)
    next_key = encode(found[-1][-1], found[-1][0]) if forth else ""
    previous_key = encode(found[0][-1], found[0][0]) if back else ""
    return [row[:-1] for row in found], next_key, previous_key


# ---- drawing ------------------------------------------------------------------------------------


def _columns(spec: ListSpec, reading: Reading, url: str) -> tuple[ShownColumn, ...]:
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
    return tuple(made)


def _hidden(spec: ListSpec, cols: str) -> str:
    shown = shown_keys(spec, cols)
    first = 2 if spec.bulk else 1
    return "".join(
        f" gv-hide-{at + first}"
        for at, column in enumerate(spec.columns)
        if column.key not in shown
    )


def _bulk(request: "Request", spec: ListSpec) -> tuple[ShownBulk, ...]:
    return tuple(
        ShownBulk(each.label, request.url(each.route), each.tone, each.confirm)
        for each in spec.bulk
        if not each.permission or request.ctx.can_anywhere(each.permission)
    )
