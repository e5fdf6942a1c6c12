"""The rates of petitions: every number counted from rows, and every number opens its rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Select, false, func, or_, select

from qimen_core import Context, Metric, NotFound, Period, scope, scoped
from qimen_core.bulletins.reading import Frozen, FrozenFigure
from qimen_core.metrics import exact
from qimen_core.org.queries import Unit, get_unit
from qimen_orders import Order
from qimen_petitions.reading import READ
from qimen_petitions.services import OWNER

__all__ = [
    "PARTS",
    "Rate",
    "figure_rows",
    "frozen_of",
    "frozen_rows",
    "metric_of",
    "place_of",
    "rates",
]

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
        halves: How many rows more that count one half above the line.
        frozen: The same as it was frozen, where it was.
    """

    name: str
    label: str
    basis: str
    numerator: int
    denominator: int | None
    halves: int = 0
    frozen: "Rate | None" = None

    @property
    def above(self) -> str:
        """What stands above the line, exact: ``12``, or ``12½``."""
        return exact(self.numerator, self.halves)

    @property
    def changed(self) -> bool:
        """It does not count today what was frozen: rows were added, ended or put right since."""
        was = self.frozen
        return was is not None and (was.above, was.denominator) != (self.above, self.denominator)

    @property
    def percent(self) -> str:
        """The share, rounded for the eye; nothing to divide by is a dash."""
        if not self.denominator:
            return "—"
        return f"{50 * (2 * self.numerator + self.halves) / self.denominator:.1f}%"

    @property
    def few(self) -> bool:
        """So few that the share says little (DOMAIN.md section 5)."""
        return self.denominator is not None and self.denominator < _SMALL


def rates(
    ctx: Context, path: str, period: Period | None, frozen: Frozen | None = None
) -> list[Rate]:
    """Return the rates of the petitions at and below a path that the actor may see.

    Args:
        ctx: Who asks.
        path: The unit's, empty for everything in reach.
        period: The days that count.
        frozen: The unit's bulletin of these days, to be shown beside.
    """
    was = {} if frozen is None else frozen_of(ctx, frozen)
    return [
        replace(_rate(ctx, metric, path, period), frozen=_as_rate(was.get(metric.name)))
        for metric in _metrics(ctx)
    ]


def _as_rate(figure: FrozenFigure | None) -> Rate | None:
    if figure is None:
        return None
    return Rate(
        figure.name,
        figure.label,
        figure.basis,
        figure.numerator,
        figure.denominator,
        figure.halves,
    )


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

    Those that count one half above the line are among them, and say so in ``half``.

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
    halves = measure.half if part == PARTS[0] else None
    half = false() if halves is None else _order.id.in_(halves)
    wanted = _columns(half).where(or_(_order.id.in_(ids), half))
    if before:
        wanted = wanted.where(_order.id < before)
    return ctx.session.execute(scoped(wanted.limit(PAGE), ctx, READ, _order.org_path)).all()


def frozen_rows(
    ctx: Context, figure: FrozenFigure, part: str, before: int = 0
) -> tuple[Sequence[Row[Any]], int]:
    """Return the orders behind a frozen number as they stand today, and the last id looked at.

    What was kept is an id: an order that is gone, or out of reach, does not come back by it. The
    last id is 0 on the last page.

    Args:
        ctx: Who asks.
        figure: What was frozen.
        part: One of ``PARTS``.
        before: Go on below this id; 0 for the first page.
    """
    halves = figure.parts.get("half", ()) if part == PARTS[0] else ()
    known = sorted({*figure.parts[part], *halves}, reverse=True)
    wanted = [each for each in known if not before or each < before][:PAGE]
    rows = _columns(_order.id.in_(set(halves).intersection(wanted)))
    rows = scoped(rows.where(_order.id.in_(wanted)), ctx, READ, _order.org_path)
    return ctx.session.execute(rows).all(), wanted[-1] if len(wanted) == PAGE else 0


def frozen_of(ctx: Context, frozen: Frozen) -> Mapping[str, FrozenFigure]:
    """Return a bulletin's figures, only petitions in them: it holds every owner's orders."""
    ids = [
        each
        for figure in frozen.figures.values()
        for some in figure.parts.values()
        for each in some
    ]
    if not ids:
        return frozen.figures
    others = select(_order.id).where(_order.owner != OWNER, _order.id.between(min(ids), max(ids)))
    found = set(ctx.session.scalars(scoped(others, ctx, READ, _order.org_path)))
    return {name: figure.without(found) for name, figure in frozen.figures.items()}


def _columns(half: ColumnElement[bool]) -> Select[Any]:
    shown = (_order.id, _order.number, _order.title, _order.state, _order.submitted_at)
    rows = select(*shown, half.label("half"))
    return rows.where(_order.owner == OWNER).order_by(_order.id.desc())


def place_of(ctx: Context, unit: str) -> Unit | None:
    """Return the unit that an address names, None for everything in reach.

    Raises:
        NotFound: It is out of reach.
    """
    if not unit:
        return None
    if not unit.isdecimal():
        raise NotFound
    with scope(ctx.session, ctx, READ):
        return get_unit(ctx, int(unit[:18]))


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
        0 if measure.half is None else _count(ctx, measure.half),
    )


def _count(ctx: Context, ids: Select[tuple[int]]) -> int:
    counted = select(func.count(_order.id)).where(_order.id.in_(ids), _order.owner == OWNER)
    return int(ctx.session.execute(scoped(counted, ctx, READ, _order.org_path)).scalar_one())
