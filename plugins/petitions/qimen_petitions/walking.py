"""The two ways to a page of a list: sort what a covering index finds, or walk the primary key.

A narrow scope is answered from one covering index and sorted. Where thousands of rows match, the
walk from the end of the primary key has a page together after a few rows. PostgreSQL's planner
sees that by its statistics; SQLite's does not, so there the walk is asked for by writing the
conditions on columns without an index (``+column``). Measured at 100 000 rows: 0.01 ms against
7 ms for the ids of a first page.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.sql.elements import UnaryExpression
from sqlalchemy.sql.operators import custom_op

from qimen_web import Request
from qimen_web.list_page import ListPage
from qimen_web.list_reading import read
from qimen_web.list_spec import ListSpec, Source
from qimen_web.lists import run_list

__all__ = ["Columns", "plain", "run_walking", "unindexed"]

Columns = Callable[[ColumnElement[Any]], ColumnElement[Any]]

# Above so many matches, walking has found a page sooner than sorting.
MANY = 2000


def plain(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return the column as it is; its indexes may be used."""
    return column


def unindexed(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return the column in a form that no index of SQLite answers."""
    return UnaryExpression(column, operator=custom_op("+"), type_=column.type)


def run_walking(
    request: Request,
    spec: Callable[[Columns], ListSpec],
    source: Callable[[Columns], Source],
) -> ListPage:
    """Return the page of the list, found the shorter way, with its count from the index.

    Args:
        request: The request.
        spec: Makes the list's description for one way of naming columns.
        source: Makes where its rows come from, likewise.
    """
    narrow, where_from = spec(plain), source(plain)
    matching = where_from.page.where(*read(request, narrow).conditions)
    count = _count(request, matching, narrow.cap + 1)
    sqlite = request.session.get_bind().dialect.name == "sqlite"
    if sqlite and count > MANY:
        return run_list(request, spec(unindexed), source(unindexed), count)
    return run_list(request, narrow, where_from, count)


def _count(request: Request, matching: Select[Any], limit: int) -> int:
    counted = select(func.count()).select_from(matching.limit(limit).subquery())
    options = matching.get_execution_options()
    return int(request.session.execute(counted.execution_options(**options)).scalar_one())
