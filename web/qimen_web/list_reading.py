"""Reading a list's address: filters, order, columns, place. What it gets wrong is left out."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from sqlalchemy import ColumnElement

from qimen_web.list_cursor import Cursor, decode
from qimen_web.list_page import ShownFilter
from qimen_web.list_spec import Filter, ListSpec, Span, SpanFilter

if TYPE_CHECKING:
    from qimen_web.request import Request

__all__ = ["Reading", "read", "shown_keys"]

_TEXT_LIMIT = 100


@dataclass(frozen=True, slots=True)
class Reading:
    """What an address says about a list; what it gets wrong is left out.

    ``changing`` names the active filters whose condition is not fixed.
    """

    conditions: list[ColumnElement[bool]]
    filters: list[ShownFilter]
    words: list[tuple[str, tuple[str, ...]]]
    active: list[tuple[str, str]]
    changing: list[str]
    sort: str
    column: ColumnElement[Any]
    descending: bool
    after: Cursor | None
    before: Cursor | None
    cols: str

    @property
    def kept(self) -> list[tuple[str, str]]:
        """Return the pairs besides the filters."""
        return [pair for pair in (("sort", self.sort), ("cols", self.cols)) if pair[1]]

    @property
    def backwards(self) -> bool:
        """Return whether the page is the one before a row."""
        return self.before is not None and self.after is None

    @property
    def place(self) -> tuple[object, ...]:
        """Return all that the statements of the page depend on besides the list itself."""
        return tuple(self.active), self.sort, self.after, self.before

    def address(self, url: str, *without: str) -> str:
        """Return the list's address, without some of its parameters."""
        pairs = [pair for pair in (*self.active, *self.kept) if pair[0] not in without]
        return f"{url}?{urlencode(pairs)}" if pairs else url


def read(request: "Request", spec: ListSpec) -> Reading:
    """Return what the request's address says about a list."""
    query = request.query
    sort = query.get("sort", "")
    found = spec.sorting(sort) if sort else None
    if found is None:
        sort, found = "", spec.sorting(spec.sort)
    assert found is not None  # ListSpec checked its own default
    reading = Reading(
        conditions=[],
        filters=[],
        words=[],
        active=[],
        changing=[],
        sort=sort,
        column=found[0],
        descending=found[1],
        after=decode(query.get("after", ""), found[0]),
        before=decode(query.get("before", ""), found[0]),
        cols=_cols(request, spec),
    )
    for each in spec.filters:
        if isinstance(each, SpanFilter):
            _read_span(request, each, reading)
        else:
            _read_filter(request, each, reading)
    return reading


def _read_filter(request: "Request", each: Filter, into: Reading) -> None:
    value = request.query.get(each.key, "").strip()[:_TEXT_LIMIT]
    options = each.choices(request) if each.kind == "select" else ()
    options = options if isinstance(options, tuple) else tuple(options)
    said = value
    if each.kind == "select" and value:
        said = next((str(label) for option, label in options if str(option) == value), "")
        value = value if said else ""
    elif each.kind == "flag":
        value = "1" if value == "1" else ""
    into.filters.append(ShownFilter(each.key, each.label, each.kind, value, "", options))
    if value:
        into.active.append((each.key, value))
        into.changing.extend(() if each.fixed else (each.key,))
        into.conditions.append(each.where(value))
        text = str(each.label) if each.kind == "flag" else f"{each.label}：{said}"
        into.words.append((text, (each.key,)))


def _read_span(request: "Request", each: SpanFilter, into: Reading) -> None:
    keys = (f"{each.key}_from", f"{each.key}_to")
    first, last = (_day(request.query.get(key, "")) for key in keys)
    texts = [day.isoformat() if day else "" for day in (first, last)]
    into.filters.append(ShownFilter(each.key, each.label, "range", texts[0], texts[1], ()))
    if first or last:
        into.changing.extend(() if each.fixed else (each.key,))
        into.active.extend(pair for pair in zip(keys, texts, strict=True) if pair[1])
        into.conditions.append(each.where(Span(first, last)))
        into.words.append((f"{each.label}：{texts[0] or '…'} – {texts[1] or '…'}", keys))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _cols(request: "Request", spec: ListSpec) -> str:
    asked = request.query.get("cols", "").split(".")
    return ".".join(column.key for column in spec.columns if column.key in asked)


def shown_keys(spec: ListSpec, cols: str) -> set[str]:
    """Return the keys of the columns to show; the first is always among them."""
    first = spec.columns[0].key
    if cols:
        return {first, *cols.split(".")}
    return {first, *(column.key for column in spec.columns if column.default)}
