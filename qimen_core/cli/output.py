"""What commands print: JSON for a program, plain lines or a table for a person."""

import json
import sys
from collections.abc import Iterable, Sequence

import rich_click as click
from rich.console import Console
from rich.table import Table

__all__ = ["emit_json", "emit_table"]


def emit_json(value: object) -> None:
    """Print one JSON document, Chinese readable, on standard output."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def emit_table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print rows under headings; in a pipe the lines are not wrapped."""
    console = Console(soft_wrap=not sys.stdout.isatty())
    table = Table(*(str(heading) for heading in headings), box=None, pad_edge=False)
    for row in rows:
        table.add_row(*("" if cell is None else str(cell) for cell in row))
    console.print(table, highlight=False)
