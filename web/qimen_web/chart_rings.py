"""Rings: a ratio, or the parts of a whole."""

import math
from collections.abc import Sequence

from qimen_core.i18n import translations
from qimen_web.chart_shapes import COLOURS, Arc, Part, Ring, listed, next_id

__all__ = ["donut", "ratio"]

_ = translations("qimen_web")

RADIUS, CENTRE = 48.0, 60.0


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
        id=next_id(),
        width=120,
        height=120,
        arcs=_arcs([(share, 1)]),
        parts=(),
        figure=figure,
        note=note,
    )


def donut(
    title: str,
    data: Sequence[tuple[str, int, str | None]],
    desc: str = "",
) -> Ring:
    """Return a ring of parts with a legend; each part has the address of its list, or None."""
    total = sum(value for _label, value, _url in data)
    tones = [at % COLOURS + 1 for at in range(len(data))]
    parts = tuple(
        Part(label, f"{value:,}", tone, url or "")
        for (label, value, url), tone in zip(data, tones, strict=True)
    )
    rows = tuple((part.label, part.text) for part in parts)
    shares = [(part[1] / total if total else 0.0, t) for part, t in zip(data, tones, strict=True)]
    return Ring(
        title=title,
        description=desc or listed(rows, ""),
        header=(_("名称"), title),
        table=rows,
        id=next_id(),
        width=120,
        height=120,
        arcs=_arcs(shares),
        parts=parts,
        figure=f"{total:,}",
        note="",
    )


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
