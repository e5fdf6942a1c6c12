"""The figures as JSON for programs and Markdown for people."""

import json
import os
import platform
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from statistics import median

from benchmarks.measure import Cell, spread

__all__ = ["AIMS", "markdown", "write"]

OURS = "qimen"
#: How many times cheaper than a peer we mean to be; for the floor, how many times dearer at most.
AIMS = {"django-admin": 15.0, "sqladmin": 15.0, "datasette": 8.0, "floor": 3.0}
_PACKAGES = ("litestar", "sqlalchemy", "django", "sqladmin", "datasette", "uvicorn", "gunicorn")

Cells = Mapping[tuple[str, str], Cell]


def ratios(cells: Cells, page: str, other: str, what: str) -> list[float]:
    """Return, round by round, how many times we beat ``other``; or cost as much as the floor."""
    ours, theirs = getattr(cells[OURS, page], what), getattr(cells[other, page], what)
    pairs = list(zip(ours, theirs, strict=True))
    if (what == "rate") == (other != "floor"):
        return [mine / their for mine, their in pairs]
    return [their / mine for mine, their in pairs]


def _percentile(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def figures(cells: Cells) -> dict[str, object]:
    """Return everything measured, in plain types."""
    pages = list(dict.fromkeys(page for _, page in cells))
    return {
        "machine": {"processor": platform.machine(), "cores": os.cpu_count()},
        "python": platform.python_version(),
        "versions": {package: version(package) for package in _PACKAGES},
        "aims": AIMS,
        "pages": {
            page: {
                name: {
                    "requests_per_second": cells[name, page].rate,
                    "cpu_seconds_per_request": cells[name, page].cpu,
                    "p50_ms": 1000 * _percentile(cells[name, page].latencies, 0.5),
                    "p99_ms": 1000 * _percentile(cells[name, page].latencies, 0.99),
                    "page_bytes": cells[name, page].bytes,
                }
                for name in _names(cells, page)
            }
            for page in pages
        },
        "ratios": {
            page: {
                name: {
                    what: vars(spread(ratios(cells, page, name, what))) for what in ("rate", "cpu")
                }
                for name in _names(cells, page)
                if name != OURS
            }
            for page in pages
        },
    }


def _names(cells: Cells, page: str) -> list[str]:
    return [name for name, at in cells if at == page]


def _table(cells: Cells, page: str) -> list[str]:
    lines = [
        f"### {page[0].upper()}{page[1:]}",
        "",
        "| | requests/s | CPU ms/request | p50 ms | p99 ms | page kB | rate | CPU | aim |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for name in _names(cells, page):
        cell = cells[name, page]
        row = [
            name,
            f"{median(cell.rate):.0f}",
            f"{1000 * median(cell.cpu):.2f}",
            f"{1000 * _percentile(cell.latencies, 0.5):.1f}",
            f"{1000 * _percentile(cell.latencies, 0.99):.1f}",
            f"{cell.bytes / 1000:.0f}",
        ]
        if name == OURS:
            row += ["", "", ""]
        else:
            row += [str(spread(ratios(cells, page, name, what))) for what in ("rate", "cpu")]
            aim = AIMS.get(name)
            row.append("" if aim is None else f"{'≤' if name == 'floor' else '≥'} {aim:.0f}")
        lines.append("| " + " | ".join(row) + " |")
    return [*lines, ""]


def markdown(cells: Cells, notes: Sequence[str]) -> str:
    """Return one table per page; ratios are least – **middle** – greatest over the rounds."""
    lines = ["## The pages", "", *[f"- {note}" for note in notes], ""]
    for page in dict.fromkeys(page for _, page in cells):
        lines += _table(cells, page)
    lines.append(
        "Ratios: times more requests, times less CPU than the peer; "
        "for the floor, times fewer and times more."
    )
    return "\n".join(lines) + "\n"


def write(cells: Cells, notes: Sequence[str], folder: Path) -> str:
    """Write ``pages.json`` and ``pages.md`` and return the Markdown."""
    text = markdown(cells, notes)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pages.json").write_text(json.dumps(figures(cells), ensure_ascii=False, indent=1))
    (folder / "pages.md").write_text(text)
    return text
