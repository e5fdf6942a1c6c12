"""The rates of petitions: every number counted from rows, and every number opens its rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Row, Select, func, select

from qimen_core import Context, Metric, NotFound, Period, scope, scoped
from qimen_core.org.queries import get_unit
from qimen_orders import Order
from qimen_petitions.reading import READ
from qimen_petitions.services import OWNER

__all__ = ["PARTS", "Rate", "figure_rows", "metric_of", "place_of", "rates"]

PARTS: Final = ("numerator", "denominator")
"""The two sets of rows of a rate, as addresses name them."""

PAGE: Final = 100
_SMALL: Final = 30
_order = Order.__table__.c  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Rate:
    """One rate, or a count where there is no denominator.

    Attributes:
        name: The metric's name.
        label: Its Chinese name.
        basis: By which date a row falls into the period.
        numerator: How many rows.
        denominator: Of how many; None for a count.
    """

    name: str
    label: str
    basis: str
    numerator: int
    denominator: int | None

    @property
    def percent(self) -> str:
        """The share, rounded for the eye; nothing to divide by is a dash."""
        if not self.denominator:
            return "—"
        return f"{100 * self.numerator / self.denominator:.1f}%"

    @property
    def few(self) -> bool:
        """So few that the share says little (DOMAIN.md section 5)."""
        return self.denominator is not None and self.denominator < _SMALL


def rates(ctx: Context, path: str, period: Period | None) -> list[Rate]:
    """Return the rates of the petitions at and below a path that the actor may see."""
    return [_rate(ctx, metric, path, period) for metric in _metrics(ctx)]


def metric_of(ctx: Context, name: str) -> Metric:
    """Return one of the metrics shown.

    Raises:
        NotFound: There is none of this name, or the actor may not see it.
    """
    found = next((metric for metric in _metrics(ctx) if metric.name == name), None)
    if found is None:
        raise NotFound
    return found


def figure_rows(
    ctx: Context, metric: Metric, part: str, where: tuple[str, Period | None], before: int = 0
) -> Sequence[Row[Any]]:
    """Return the orders behind a number, newest first, at most ``PAGE`` of them.

    Args:
        ctx: Who asks.
        metric: Which metric.
        part: One of ``PARTS``.
        where: The unit's path, and the days that count.
        before: Go on below this id; 0 for the first page.

    Raises:
        NotFound: The metric has no such part.
    """
    measure = metric.measure(ctx, *where)
    ids = measure.numerator if part == PARTS[0] else measure.denominator
    if ids is None or part not in PARTS:
        raise NotFound
    wanted = (
        select(_order.id, _order.number, _order.title, _order.state, _order.submitted_at)
        .where(_order.id.in_(ids), _order.owner == OWNER)
        .order_by(_order.id.desc())
        .limit(PAGE)
    )
    if before:
        wanted = wanted.where(_order.id < before)
    return ctx.session.execute(scoped(wanted, ctx, READ, _order.org_path)).all()


def place_of(ctx: Context, unit: str) -> tuple[str, str]:
    """Return path and name of the unit that an address names, empty for everything in reach.

    Raises:
        NotFound: It is out of reach.
    """
    if not unit:
        return "", ""
    if not unit.isdecimal():
        raise NotFound
    with scope(ctx.session, ctx, READ):
        found = get_unit(ctx, int(unit[:18]))
    return found.path, found.name


def _metrics(ctx: Context) -> list[Metric]:
    """The engine's own; what other plugins count has other rows."""
    known = ctx.qimen.registry.metrics.values()
    engine = [each for each in known if each.permission == "orders.metric.read"]
    return [each for each in engine if ctx.can_anywhere(each.permission)]


def _rate(ctx: Context, metric: Metric, path: str, period: Period | None) -> Rate:
    measure = metric.measure(ctx, path, period)
    below = measure.denominator
    return Rate(
        metric.name,
        str(metric.label),
        str(metric.basis),
        _count(ctx, measure.numerator),
        None if below is None else _count(ctx, below),
    )


def _count(ctx: Context, ids: Select[tuple[int]]) -> int:
    counted = select(func.count(_order.id)).where(_order.id.in_(ids), _order.owner == OWNER)
    return int(ctx.session.execute(scoped(counted, ctx, READ, _order.org_path)).scalar_one())
