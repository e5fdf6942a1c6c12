"""Charts as numbers: every coordinate is computed here, the macros only write SVG."""

import math
from collections.abc import Mapping, Sequence

from qimen_core.i18n import translations
from qimen_web.chart_rings import donut, ratio
from qimen_web.chart_shapes import (
    COLOURS,
    LEFT,
    Bar,
    BarChart,
    Label,
    Line,
    LineChart,
    Number,
    Tick,
    listed,
    next_id,
    written,
)

__all__ = ["bars", "donut", "lines", "ratio"]

_ = translations("qimen_web")

WIDTH, HEIGHT, TOP, BOTTOM = 720, 250, 28, 36


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
                text=written(value),
                label=label,
                url=url or "",
            )
        )
    rows = tuple((label, written(value)) for label, value, _url in data)
    return BarChart(
        title=title,
        description=desc or listed(rows, unit),
        header=(_("名称"), f"{title} ({unit})" if unit else title),
        table=rows,
        id=next_id(),
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
        (label, *(written(values[at]) for values in series.values()))
        for at, label in enumerate(labels)
    )
    return LineChart(
        title=title,
        description=desc or listed(rows, unit),
        header=("", *series),
        table=rows,
        id=next_id(),
        width=WIDTH,
        height=HEIGHT,
        ticks=ticks,
        labels=tuple(Label(xs[at], text) for at, text in enumerate(labels) if at % every == 0),
        series=tuple(
            _line(name, at % COLOURS + 1, xs, values, top)
            for at, (name, values) in enumerate(series.items())
        ),
    )


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
        (x, round(floor - (floor - TOP) * value / top, 1))
        for x, value in zip(xs, values, strict=True)
    )
    return Line(name, tone, " ".join(f"{x},{y}" for x, y in dots), dots)
