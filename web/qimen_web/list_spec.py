"""What a list is: its columns, filters, bulk actions and where its rows come from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import ColumnElement, Row, Select, Subquery, Table, and_, true

from qimen_core.clock import LOCAL
from qimen_core.recall import Recall

if TYPE_CHECKING:
    from qimen_web.request import Request

__all__ = [
    "BulkAction",
    "Cells",
    "Column",
    "Filter",
    "KeptOptions",
    "ListSpec",
    "Source",
    "Span",
    "SpanFilter",
]

_STATEMENTS = 60

Option = tuple[str, str]
Options = Sequence[Option] | Callable[["Request"], Sequence[Option]]
Cells = Callable[[Row[Any]], Sequence[object]]
_DAY = timedelta(days=1)


class KeptOptions(tuple[Option, ...]):
    """Options that a plugin remembers from request to request, hundreds of places as a rule.

    The drawn filters are remembered by what they show, so the options are hashed at every request:
    these only once.
    """

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        return super().__hash__()


@dataclass(frozen=True)
class Column:
    """A column of a list.

    Args:
        key: Its name in addresses.
        label: Its head, in Chinese.
        sort: What the rows are ordered by under this column; None: it cannot be sorted by. It
            must never be NULL (wrap it in ``coalesce``), for a page begins after a value.
        default: Whether it is shown unless somebody chose otherwise.
        numeric: Whether its cells stand to the right.
        width: Characters it gets in Excel.
    """

    key: str
    label: str
    sort: ColumnElement[Any] | None = None
    default: bool = True
    numeric: bool = False
    width: int = 16


@dataclass(frozen=True)
class Filter:
    """A filter with one value in the address.

    Args:
        key: Its name in addresses.
        label: Its Chinese name.
        where: Returns the condition for a value.
        kind: ``text`` is typed, ``select`` is chosen from ``options``, ``flag`` is a tick.
        options: Pairs of value and Chinese label, or a function of the request. A value that is
            not among them is ignored.
        fixed: Whether the condition follows from the value and from what may be remembered (see
            :meth:`.Context.remember`), not from the moment and not from other rows. Statements
            with fixed conditions only are kept.
    """

    key: str
    label: str
    where: Callable[[str], ColumnElement[bool]]
    kind: Literal["text", "select", "flag"] = "text"
    options: Options = ()
    fixed: bool = False

    def choices(self, request: "Request") -> Sequence[Option]:
        """Return the options of a select."""
        return self.options(request) if callable(self.options) else self.options


@dataclass(frozen=True)
class Span:
    """Days from ``first`` to ``last``, both included, in Asia/Shanghai; None: an open end."""

    first: date | None
    last: date | None

    def days(self, column: ColumnElement[date]) -> ColumnElement[bool]:
        """Return the condition on a column that holds days."""
        return _between(column, self.first, self.last, include_end=True)

    def moments(self, column: ColumnElement[datetime]) -> ColumnElement[bool]:
        """Return the condition on a column that holds moments."""
        # A day that is no moment in UTC any more bounds nothing.
        start = _midnight(self.first) if self.first and self.first > date.min else None
        end = _midnight(self.last + _DAY) if self.last and self.last < date.max - _DAY else None
        return _between(column, start, end, include_end=False)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), LOCAL)


def _between(
    column: ColumnElement[Any], start: object, end: object, include_end: bool
) -> ColumnElement[bool]:
    conditions: list[ColumnElement[bool]] = []
    if start is not None:
        conditions.append(column >= start)
    if end is not None:
        conditions.append(column <= end if include_end else column < end)
    return and_(true(), *conditions)


@dataclass(frozen=True)
class SpanFilter:
    """A filter by days; in the address ``<key>_from`` and ``<key>_to``."""

    key: str
    label: str
    where: Callable[[Span], ColumnElement[bool]]
    fixed: bool = False


@dataclass(frozen=True)
class BulkAction:
    """Something to do with all ticked rows; their ids are posted as ``ids``.

    Args:
        label: The button, in Chinese.
        route: Name of the POST route.
        permission: Who gets the button; empty: everyone who sees the list.
        tone: ``default``, ``primary`` or ``danger``.
        confirm: A question to ask first.
    """

    label: str
    route: str
    permission: str = ""
    tone: str = "default"
    confirm: str = ""


@dataclass(frozen=True)
class ListSpec:
    """A list; written once, next to its route.

    Args:
        id: Its name in saved views and in the page, e.g. ``petitions-orders``.
        columns: In the order of the cells.
        filters: In the order of the filter bar.
        sort: The order nobody chose: a column's key, with ``-`` for descending.
        bulk: What can be done with several rows.
        export: Name of the route that exports the list; empty: none.
        size: Rows a page.
        cap: Where counting stops; above it the count says ``100000+``.
    """

    id: str
    columns: Sequence[Column]
    filters: Sequence[Filter | SpanFilter] = ()
    sort: str = ""
    bulk: Sequence[BulkAction] = ()
    export: str = ""
    size: int = 50
    cap: int = 100_000

    def __post_init__(self) -> None:
        """Check that the default order is one that the list has.

        Raises:
            ValueError: ``sort`` names no column with a ``sort``.
        """
        if self.sorting(self.sort) is None:
            raise ValueError(f"list {self.id!r}: sort={self.sort!r} names no sortable column")

    def sorting(self, sort: str) -> tuple[ColumnElement[Any], bool] | None:
        """Return what a ``sort`` value orders by and whether it descends; None if unknown."""
        key = sort.removeprefix("-")
        for column in self.columns:
            if column.key == key and column.sort is not None:
                return column.sort, sort.startswith("-")
        return None


@dataclass(frozen=True)
class Source:
    """Where the rows come from. Statements on scoped tables are made with ``scoped(…)``.

    Args:
        key: The unique integer column that rows are told apart by.
        page: A select whose first column is ``key``, without order or limit.
        rows: For wide rows of a large table: returns a select of the rows, first column ``key``,
            joined from a subquery whose column ``id`` holds the keys of one page. ``page`` then
            selects ``key`` alone, from the narrowest index that answers the filters.
        walk: The table of ``key``, where it is large. Above ``many`` matches a page in the order
            of ``key`` is found by walking the primary key, which has it together after a few
            rows. PostgreSQL's planner sees that by its statistics; SQLite's does not and sorts
            all that match: 7 ms against 0.01 ms at 100 000 rows, measured.
        many: From how many matches on walking is shorter.
        kept: The statements made so far. They live as long as the source: one that is asked for
            by :meth:`.Context.remember` has them ready at the next request.
    """

    key: ColumnElement[int]
    page: Select[Any]
    rows: Callable[[Subquery], Select[Any]] | None = None
    walk: Table | None = None
    many: int = 2000
    kept: Recall = field(default_factory=lambda: Recall(_STATEMENTS), compare=False)
