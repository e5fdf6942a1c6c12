"""Charts as numbers: every coordinate is computed here, the macros only write SVG.

Sizes are in the units of the drawing's view box; the page scales it. Colours are numbers 1 to 6
that the style sheet knows in both themes.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count

from qimen_core.i18n import translations

__all__ = [
    "Arc",
    "Bar",
    "BarChart",
    "Label",
    "Line",
    "LineChart",
    "Part",
    "Ring",
    "Tick",
    "bars",
    "donut",
    "lines",
    "ratio",
]

_ = translations("qimen_web")

Number = int | float
Row = tuple[str, ...]

WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 720, 250, 44, 28, 36
COLOURS = 6
RADIUS, CENTRE = 48.0, 60.0
_ids = count(1)


@dataclass(frozen=True)
class Tick:
    """A line of the grid and its number."""

    y: float
    label: str


@dataclass(frozen=True)
class Label:
    """A word below the axis."""

    x: float
    text: str


@dataclass(frozen=True)
class Bar:
    """One column; ``url`` is the list behind its number, or empty."""

    x: float
    y: float
    width: float
    height: float
    middle: float
    text: str
    label: str
    url: str


@dataclass(frozen=True)
class _Drawing:
    title: str
    description: str
    header: Row
    table: tuple[Row, ...]
    id: str
    width: int
    height: int


@dataclass(frozen=True)
class BarChart(_Drawing):
    """Columns over an axis."""

    ticks: tuple[Tick, ...]
    labels: tuple[Label, ...]
    bars: tuple[Bar, ...]
    left: int = LEFT


@dataclass(frozen=True)
class Line:
    """One line: its points as SVG writes them, and each point for its dot."""

    name: str
    tone: int
    points: str
    dots: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class LineChart(_Drawing):
    """Lines over an axis."""

    ticks: tuple[Tick, ...]
    labels: tuple[Label, ...]
    series: tuple[Line, ...]
    left: int = LEFT


@dataclass(frozen=True)
class Arc:
    """A piece of the ring."""

    tone: int
    path: str


@dataclass(frozen=True)
class Part:
    """A line of the ring's legend."""

    label: str
    text: str
    tone: int
    url: str


@dataclass(frozen=True)
class Ring(_Drawing):
    """A ratio or a donut."""

    arcs: tuple[Arc, ...]
    parts: tuple[Part, ...]
    figure: str
    note: str


def bars(
    title: str, data: Sequence[tuple[str, Number, str | None]], desc: str = "", unit: str = ""
) -> BarChart:
    """Return a column chart.

    Args:
        title: What is counted, in Chinese.
        data: For each column its label, its value (≥ 0) and the address of the list behind it.
        desc: A sentence for those who do not see the chart; made from the data when left out.
        unit: The unit of the values, e.g. ``件``.
    """
    top, ticks = _scale([value for _label, value, _url in data])
    slot = (WIDTH - LEFT) / max(1, len(data))
    width = min(44.0, slot * 0.6)
    drawn = []
    for at, (label, value, url) in enumerate(data):
        middle = LEFT + slot * (at + 0.5)
        height = (HEIGHT - TOP - BOTTOM) * value / top
        drawn.append(
            Bar(
                x=round(middle - width / 2, 1),
                y=round(HEIGHT - BOTTOM - height, 1),
                width=round(width, 1),
                height=round(height, 1),
                middle=round(middle, 1),
                text=_text(value),
                label=label,
                url=url or "",
            )
        )
    rows = tuple((label, _text(value)) for label, value, _url in data)
    return BarChart(
        title=title,
        description=desc or _listed(rows, unit),
        header=(_("名称"), f"{title} ({unit})" if unit else title),
        table=rows,
        id=_next_id(),
        width=WIDTH,
        height=HEIGHT,
        ticks=ticks,
        labels=tuple(Label(bar.middle, bar.label) for bar in drawn),
        bars=tuple(drawn),
    )


def lines(
    title: str,
    labels: Sequence[str],
    series: Mapping[str, Sequence[Number]],
    desc: str = "",
    unit: str = "",
) -> LineChart:
    """Return a line chart.

    Args:
        title: What is shown, in Chinese.
        labels: The points of the axis, e.g. months; at most every n-th is written.
        series: By name, as many values (≥ 0) as there are labels.
        desc: A sentence for those who do not see the chart; made from the data when left out.
        unit: The unit of the values.

    Raises:
        ValueError: A series has more or fewer values than there are labels.
    """
    for name, values in series.items():
        if len(values) != len(labels):
            raise ValueError(f"series {name!r} has {len(values)} values for {len(labels)} labels")
    top, ticks = _scale([value for values in series.values() for value in values])
    slot = (WIDTH - LEFT) / max(1, len(labels))
    xs = [round(LEFT + slot * (at + 0.5), 1) for at in range(len(labels))]
    every = math.ceil(len(labels) / 12) or 1
    rows = tuple(
        (label, *(_text(values[at]) for values in series.values()))
        for at, label in enumerate(labels)
    )
    return LineChart(
        title=title,
        description=desc or _listed(rows, unit),
        header=("", *series),
        table=rows,
        id=_next_id(),
        width=WIDTH,
        height=HEIGHT,
        ticks=ticks,
        labels=tuple(Label(xs[at], text) for at, text in enumerate(labels) if at % every == 0),
        series=tuple(
            _line(name, at % COLOURS + 1, xs, values, top)
            for at, (name, values) in enumerate(series.items())
        ),
    )


def ratio(title: str, numerator: int, denominator: int, desc: str = "") -> Ring:
    """Return a ring with a percentage, and its two numbers beside it.

    Without a denominator the figure is a dash: nothing was due, which is not 0 %.
    """
    share = numerator / denominator if denominator else 0.0
    figure = f"{share:.1%}" if denominator else "—"
    note = f"{numerator:,} / {denominator:,}"
    return Ring(
        title=title,
        description=desc or f"{title}：{figure} ({note})",
        header=(_("名称"), title),
        table=((title, note),),
        id=_next_id(),
        width=120,
        height=120,
        arcs=_arcs([(share, 1)]),
        parts=(),
        figure=figure,
        note=note,
    )


def donut(
    title: str,
    data: Sequence[tuple[str, int]] | Sequence[tuple[str, int, str]],
    desc: str = "",
) -> Ring:
    """Return a ring of parts with a legend; a third element is the address of the part's list."""
    total = sum(item[1] for item in data)
    tones = [at % COLOURS + 1 for at in range(len(data))]
    parts = tuple(
        Part(item[0], f"{item[1]:,}", tone, item[2] if len(item) > 2 else "")
        for item, tone in zip(data, tones, strict=True)
    )
    rows = tuple((part.label, part.text) for part in parts)
    shares = [(item[1] / total if total else 0.0, t) for item, t in zip(data, tones, strict=True)]
    return Ring(
        title=title,
        description=desc or _listed(rows, ""),
        header=(_("名称"), title),
        table=rows,
        id=_next_id(),
        width=120,
        height=120,
        arcs=_arcs(shares),
        parts=parts,
        figure=f"{total:,}",
        note="",
    )


def _next_id() -> str:
    return f"chart{next(_ids)}"


def _text(value: Number) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:,.1f}"


def _listed(rows: Sequence[Row], unit: str) -> str:
    return "；".join(f"{row[0]} {'、'.join(row[1:])}{unit}" for row in rows)


def _scale(values: Sequence[Number]) -> tuple[float, tuple[Tick, ...]]:
    """Return the axis' top and its lines: at most five, at round numbers, from zero."""
    highest = max(values, default=0) or 1
    rough = highest / 4
    power = 10 ** math.floor(math.log10(rough)) if rough > 0 else 1
    step = next(m * power for m in (1, 2, 2.5, 5, 10) if m * power >= rough)
    if all(isinstance(value, int) for value in values):
        step = max(1, math.ceil(step))
    steps = math.ceil(highest / step)
    top = step * steps
    floor = HEIGHT - BOTTOM
    ticks = tuple(
        Tick(round(floor - (floor - TOP) * at / steps, 1), f"{step * at:g}")
        for at in range(steps + 1)
    )
    return float(top), ticks


def _line(name: str, tone: int, xs: Sequence[float], values: Sequence[Number], top: float) -> Line:
    floor = HEIGHT - BOTTOM
    dots = tuple(
        (x, round(floor - (floor - TOP) * value / top, 1)) for x, value in zip(xs, values, strict=True)
    )
    return Line(name, tone, " ".join(f"{x},{y}" for x, y in dots), dots)


def _arcs(shares: Sequence[tuple[float, int]]) -> tuple[Arc, ...]:
    arcs: list[Arc] = []
    start = 0.0
    for share, tone in shares:
        if share <= 0:
            continue
        # A full circle has no start and end to draw between: stop just short of it.
        end = start + min(share, 0.9999)
        arcs.append(Arc(tone, _arc(start, end)))
        start += share
    return tuple(arcs)


def _arc(start: float, end: float) -> str:
    """Return the SVG path between two shares of the circle, clockwise from the top."""
    points = []
    for share in (start, end):
        angle = 2 * math.pi * share - math.pi / 2
        points.append(
            f"{CENTRE + RADIUS * math.cos(angle):.2f} {CENTRE + RADIUS * math.sin(angle):.2f}"
        )
    large = 1 if end - start > 0.5 else 0
    return f"M{points[0]} A{RADIUS:g} {RADIUS:g} 0 {large} 1 {points[1]}"
