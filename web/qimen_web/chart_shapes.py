"""The shapes of charts, with every coordinate computed; macros write them as SVG.

Sizes are in the units of the drawing's view box; the page scales it. Colours are numbers 1 to 6
that the style sheet knows in both themes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count

__all__ = [
    "COLOURS",
    "LEFT",
    "Arc",
    "Bar",
    "BarChart",
    "Drawing",
    "Label",
    "Line",
    "LineChart",
    "Number",
    "Part",
    "Ring",
    "Row",
    "Tick",
    "listed",
    "next_id",
    "written",
]

Number = int | float
Row = tuple[str, ...]

LEFT = 44
COLOURS = 6
_ids = count(1)


def next_id() -> str:
    """Return an id that no other chart of this process has; titles are tied to it."""
    return f"chart{next(_ids)}"


def written(value: Number) -> str:
    """Return ``1,234``, or one decimal place where the value is not whole."""
    return f"{value:,}" if isinstance(value, int) else f"{value:,.1f}"


def listed(rows: Sequence[Row], unit: str) -> str:
    """Return a table as one sentence, for those who do not see the chart."""
    return "；".join(f"{row[0]} {'、'.join(row[1:])}{unit}" for row in rows)


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
class Drawing:
    title: str
    description: str
    header: Row
    table: tuple[Row, ...]
    id: str
    width: int
    height: int


@dataclass(frozen=True)
class BarChart(Drawing):
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
class LineChart(Drawing):
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
class Ring(Drawing):
    """A ratio or a donut."""

    arcs: tuple[Arc, ...]
    parts: tuple[Part, ...]
    figure: str
    note: str
