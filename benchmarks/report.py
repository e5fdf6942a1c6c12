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


def ratios(cells: Cells, scope: str, other: str, what: str) -> list[float]:
    """Return, round by round, how many times we beat ``other``; or cost as much as the floor."""
    ours, theirs = getattr(cells[OURS, scope], what), getattr(cells[other, scope], what)
    pairs = list(zip(ours, theirs, strict=True))
    if (what == "rate") == (other != "floor"):
        return [mine / their for mine, their in pairs]
    return [their / mine for mine, their in pairs]


def _percentile(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def figures(cells: Cells) -> dict[str, object]:
    """Return everything measured, in plain types."""
    scopes = list(dict.fromkeys(scope for _, scope in cells))
    names = list(dict.fromkeys(name for name, _ in cells))
    return {
        "machine": {"processor": platform.machine(), "cores": os.cpu_count()},
        "python": platform.python_version(),
        "versions": {package: version(package) for package in _PACKAGES},
        "aims": AIMS,
        "pages": {
            scope: {
                name: {
                    "requests_per_second": cells[name, scope].rate,
                    "cpu_seconds_per_request": cells[name, scope].cpu,
                    "p50_ms": 1000 * _percentile(cells[name, scope].latencies, 0.5),
                    "p99_ms": 1000 * _percentile(cells[name, scope].latencies, 0.99),
                    "page_bytes": cells[name, scope].bytes,
                }
                for name in names
            }
            for scope in scopes
        },
        "ratios": {
            scope: {
                name: {
                    what: vars(spread(ratios(cells, scope, name, what))) for what in ("rate", "cpu")
                }
                for name in names
                if name != OURS
            }
            for scope in scopes
        },
    }


def _table(cells: Cells, scope: str) -> list[str]:
    lines = [
        f"### As {scope}",
        "",
        "| | requests/s | CPU ms/request | p50 ms | p99 ms | page kB | rate | CPU | aim |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for name in dict.fromkeys(name for name, _ in cells):
        cell = cells[name, scope]
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
            row += [str(spread(ratios(cells, scope, name, what))) for what in ("rate", "cpu")]
            aim = AIMS.get(name)
            row.append("" if aim is None else f"{'≤' if name == 'floor' else '≥'} {aim:.0f}")
        lines.append("| " + " | ".join(row) + " |")
    return [*lines, ""]


def markdown(cells: Cells, notes: Sequence[str]) -> str:
    """Return one table per scope; ratios are least – **middle** – greatest over the rounds."""
    lines = ["## The list page", "", *[f"- {note}" for note in notes], ""]
    for scope in dict.fromkeys(scope for _, scope in cells):
        lines += _table(cells, scope)
    lines.append(
        "Ratios: times more requests, times less CPU than the peer; "
        "for the floor, times fewer and times more."
    )
    return "\n".join(lines) + "\n"


def write(cells: Cells, notes: Sequence[str], folder: Path) -> str:
    """Write ``list.json`` and ``list.md`` and return the Markdown."""
    text = markdown(cells, notes)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "list.json").write_text(json.dumps(figures(cells), ensure_ascii=False, indent=1))
    (folder / "list.md").write_text(text)
    return text
