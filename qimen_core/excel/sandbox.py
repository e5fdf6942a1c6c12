"""Reads one untrusted table file in a process of its own, under limits that the kernel holds.

Run by path, not as a module, so that nothing of the application is loaded beside the parser:
``python -I sandbox.py KIND PATH CONTROL``. Writes one JSON line a row, ``[row, [cell, …]]``, and
exits with 0, or with 3 and a word on stderr that says why not. A cell is a text, a number, a
boolean, ``null``, or ``{"d": "2021-03-05"}`` for a date.
"""

import csv
import io
import json
import resource
import sys
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path

REFUSED = 3


def main(kind: str, path: str, control: str) -> int:
    """Parse ``path`` and write its rows to stdout."""
    limits = json.loads(control)
    _limit(limits)
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    try:
        rows = _csv_rows(Path(path)) if kind == "csv" else _sheet_rows(path, limits["sheet"])
        _write(rows, limits)
    except Refusal as refusal:
        sys.stderr.write(str(refusal))
        return REFUSED
    return 0


class Refusal(Exception):
    """A word that the parent turns into a sentence."""


def _limit(limits: dict[str, int]) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (limits["memory"], limits["memory"]))
    resource.setrlimit(resource.RLIMIT_CPU, (limits["seconds"], limits["seconds"] + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (limits["output"], limits["output"]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _write(rows: Iterable[tuple[int, list[object]]], limits: dict[str, int]) -> None:
    written = filled = 0
    for number, cells in rows:
        held = [place for place, cell in enumerate(cells) if not _blank(cell)]
        if not held:
            continue  # formatted but blank
        if held[-1] >= limits["columns"]:
            raise Refusal("columns")
        written += 1
        filled += len(held)
        if written > limits["rows"]:
            raise Refusal("rows")
        if filled > limits["cells"]:
            raise Refusal("cells")
        # Columns that are only formatted, beyond any that a list may have, are left out.
        kept = cells[: limits["columns"]]
        sys.stdout.write(json.dumps([number, kept], ensure_ascii=False) + "\n")
        if written == limits["head"]:
            break
    sys.stdout.flush()


def _blank(cell: object) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _sheet_rows(path: str, wanted: str) -> Iterator[tuple[int, list[object]]]:
    import python_calamine as calamine

    try:
        book = calamine.CalamineWorkbook.from_path(path)
        name = wanted or _first_visible(book)
        sheet = book.get_sheet_by_name(name)
    except calamine.WorksheetNotFound as error:
        raise Refusal("sheet") from error
    except calamine.PasswordError as error:
        raise Refusal("password") from error
    except calamine.CalamineError as error:
        raise Refusal("broken") from error
    # The sheet may begin further right than column A; cells keep their own column.
    left: list[object] = [None] * (sheet.start[1] if sheet.start else 0)
    for number, row in enumerate(sheet.iter_rows(), start=1):
        yield number, left + [_cell(value) for value in row]


def _first_visible(book: object) -> str:
    for sheet in book.sheets_metadata:  # type: ignore[attr-defined]
        if str(sheet.visible).endswith(".Visible") and str(sheet.typ).endswith(".WorkSheet"):
            return str(sheet.name)
    raise Refusal("sheet")


def _cell(value: object) -> object:
    if isinstance(value, datetime):
        return {"d": value.isoformat()}
    if isinstance(value, date):
        return {"d": value.isoformat()}
    if isinstance(value, time | timedelta):
        return str(value)
    return None if value == "" else value


def _csv_rows(path: Path) -> Iterator[tuple[int, list[object]]]:
    text = _decode(path.read_bytes())
    csv.field_size_limit(200_000)
    # Only a line's end ends a row; what Python takes for one in a text is part of the text.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    try:
        for number, row in enumerate(reader, start=1):
            # Excel writes ="001" to keep a zero; the text inside is meant, never a formula.
            yield number, [_unquoted(cell) or None for cell in row]
    except csv.Error as error:
        raise Refusal("broken") from error


def _delimiter(text: str) -> str:
    """Return what stands in most of the first lines: a comma in somebody's words is in few."""
    first = text[:20_000].splitlines()[:20]
    # Where several stand in as many, or none does, the comma comes first.
    return max(",\t;", key=lambda mark: sum(mark in line for line in first))


def _unquoted(cell: str) -> str:
    inner = cell.strip()
    return inner[2:-1] if inner.startswith('="') and inner.endswith('"') else inner


def _decode(raw: bytes) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _decoded(raw, "utf-16")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return _decoded(raw, encoding)
        except Refusal:
            continue
    raise Refusal("encoding")


def _decoded(raw: bytes, encoding: str) -> str:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        raise Refusal("encoding") from error


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:4]))
