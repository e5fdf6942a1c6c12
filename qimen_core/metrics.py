"""Metrics: every registered figure, counted from rows at the moment of asking."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import Select, Table, func, select
from sqlalchemy.sql import visitors

from qimen_core.context import Context
from qimen_core.db.scoped import scoped_classes
from qimen_core.db.session import _SCOPED
from qimen_core.descriptors import Metric, Period
from qimen_core.errors import InvalidInput
from qimen_core.i18n import translations

__all__ = ["Figure", "bounded", "compute", "compute_all", "exact", "parse_period"]

_ = translations("qimen_core")


@dataclass(frozen=True)
class Figure:
    """A metric's value: numbers of rows, or a count (`denominator` None); never a ratio.

    `halves` are the rows that count one half above the line, beside those of `numerator`.
    """

    metric: Metric
    numerator: int
    denominator: int | None
    halves: int = 0

    def machine(self) -> dict[str, int]:
        """Return `{"numerator", "denominator"}`, with `"halves"` if there are any, or `{"count"}`.

        All are numbers of rows: what stands above the line is `numerator + halves / 2`.
        """
        if self.denominator is None:
            return {"count": self.numerator}
        halves = {"halves": self.halves} if self.halves else {}
        return {"numerator": self.numerator, **halves, "denominator": self.denominator}


def exact(numerator: int, halves: int = 0) -> str:
    """Return what stands above the line without rounding: `12`, or `12½`."""
    whole, rest = divmod(2 * numerator + halves, 2)
    return f"{whole or ''}½" if rest else str(whole)


def compute_all(ctx: Context, path: str = "", period: Period | None = None) -> dict[str, Figure]:
    """Return every metric that the actor may see at a path, by name.

    Metrics of a plugin that is off there are left out, like everything of it.

    Args:
        ctx: who asks; its reach bounds the rows.
        path: the unit's path; empty for everything in reach.
        period: the days that count; None for all time.
    """
    metrics = ctx.qimen.registry.metrics.values()
    return {
        metric.name: compute(ctx, metric, path, period)
        for metric in metrics
        if (ctx.can(metric.permission, path) if path else ctx.can_anywhere(metric.permission))
    }


def compute(ctx: Context, metric: Metric, path: str, period: Period | None) -> Figure:
    """Return one metric's figure; its rows are limited to the actor's reach once more here."""
    measure = metric.measure(ctx, path, period)
    return Figure(
        metric,
        _count(ctx, metric, measure.numerator),
        None if measure.denominator is None else _count(ctx, metric, measure.denominator),
        0 if measure.half is None else _count(ctx, metric, measure.half),
    )


def bounded(ctx: Context, metric: Metric, rows: Select[tuple[int]]) -> Select[tuple[int]]:
    """Return a measure's rows, limited to where the actor may see the metric.

    A metric that forgot its scope would leak other townships' numbers, so it is added here for
    every scoped table in FROM; said twice, the condition costs nothing.
    """
    classes = scoped_classes()
    for source in rows.get_final_froms():
        for table in visitors.iterate(source):
            if isinstance(table, Table) and table in classes:
                column: Any = table.c[classes[table].scope_column]
                rows = rows.where(ctx.visible(metric.permission, column))
    return rows


def _count(ctx: Context, metric: Metric, rows: Select[tuple[int]]) -> int:
    rows = bounded(ctx, metric, rows)
    counted = select(func.count()).select_from(rows.subquery())
    marked = counted.execution_options(**{_SCOPED: metric.permission})
    return int(ctx.session.execute(marked).scalar_one())


_YEAR: Final = re.compile(r"(\d{4})")
_QUARTER: Final = re.compile(r"(\d{4})-?[Qq]([1-4])")
_MONTH: Final = re.compile(r"(\d{4})-(\d{2})")
_RANGE: Final = re.compile(r"(\d{4}-\d{2}-\d{2})\.\.(\d{4}-\d{2}-\d{2})")


def parse_period(text: str) -> Period:
    """Return the period named by `2026`, `2026Q3`, `2026-11` or `2026-01-01..2026-03-31`.

    The last day of a range belongs to it.

    Raises:
        InvalidInput: it is none of these, or a date does not exist.
    """
    try:
        start, last = _span(text.strip())
        if last < start:
            raise ValueError(text)
        return Period(start, last + timedelta(days=1), text.strip())
    except (ValueError, OverflowError) as error:
        message = _("期间“{text}”无法识别；写法：2026、2026Q3、2026-11、2026-01-01..2026-03-31")
        raise InvalidInput({"period": message.format(text=text)}) from error


def _span(text: str) -> tuple[date, date]:
    if found := _YEAR.fullmatch(text):
        return _months(int(found[1]), 1, 12)
    if found := _QUARTER.fullmatch(text):
        first = int(found[2]) * 3 - 2
        return _months(int(found[1]), first, first + 2)
    if found := _MONTH.fullmatch(text):
        return _months(int(found[1]), int(found[2]), int(found[2]))
    if found := _RANGE.fullmatch(text):
        return date.fromisoformat(found[1]), date.fromisoformat(found[2])
    raise ValueError(text)


def _months(year: int, first: int, last: int) -> tuple[date, date]:
    return date(year, first, 1), date(year, last, monthrange(year, last)[1])
