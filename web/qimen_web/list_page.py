"""One page of a list, as the macros draw it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from qimen_core.i18n import translations
from qimen_web.saved_views import ShownView

__all__ = ["ListPage", "ShownBulk", "ShownColumn", "ShownFilter"]

_ = translations("qimen_web")


@dataclass(frozen=True, slots=True)
class ShownColumn:
    """A column as the page draws it; ``place`` is its cell's number in the row, from 1."""

    key: str
    label: str
    numeric: bool
    default: bool
    shown: bool
    place: int
    sort_url: str
    direction: str


@dataclass(frozen=True, slots=True)
class ShownFilter:
    """A filter as the page draws it."""

    key: str
    label: str
    kind: str
    value: str
    value_to: str
    options: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ShownBulk:
    """A bulk action that the asker may use."""

    label: str
    url: str
    tone: str
    confirm: str


@dataclass(frozen=True, slots=True)
class ListPage:
    """One page of a list.

    Attributes:
        rows: Plain rows, first element the id.
        count: How many rows match; never more than the list's cap.
        capped: Whether counting stopped at the cap.
        next_key: The cursor of the next page, empty on the last.
        previous_key: The cursor of the page before, empty on the first.
        kept: What the filter form carries on: order, columns.
        chips: Each active filter in words, with the address without it.
        here: The address of this page.
    """

    id: str
    url: str
    here: str
    rows: Sequence[Sequence[Any]]
    count: int
    capped: bool
    next_key: str
    previous_key: str
    columns: tuple[ShownColumn, ...]
    filters: tuple[ShownFilter, ...]
    chips: tuple[tuple[str, str], ...]
    kept: tuple[tuple[str, str], ...]
    query_string: str
    saved: tuple[ShownView, ...]
    save_url: str
    bulk: tuple[ShownBulk, ...]
    export_url: str
    hidden_classes: str

    def with_rows(self, rows: Sequence[Sequence[Any]]) -> "ListPage":
        """Return the page with its rows made ready to show (state words, remaining time)."""
        return replace(self, rows=rows)

    @property
    def count_text(self) -> str:
        """Return the count in words."""
        number = f"{self.count}+" if self.capped else f"{self.count:,}"
        return _("共 {number} 条").format(number=number)

    @property
    def next_url(self) -> str:
        """Return the address of the next page, empty on the last."""
        return self._at("after", self.next_key)

    @property
    def previous_url(self) -> str:
        """Return the address of the page before, empty on the first."""
        return self._at("before", self.previous_key)

    def _at(self, side: str, key: str) -> str:
        if not key:
            return ""
        base = f"{self.url}?{self.query_string}&" if self.query_string else f"{self.url}?"
        return f"{base}{side}={key}"
