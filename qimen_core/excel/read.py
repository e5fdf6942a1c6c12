"""Reading a clerk's table: guarded, then parsed in a limited process."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import IO

from qimen_core.excel.guard import FileRefused, ReadLimits, kind_of
from qimen_core.excel.sandbox import REFUSED
from qimen_core.i18n import translations

__all__ = ["Cell", "TableRow", "read_table"]

_ = translations("qimen_core")
_SANDBOX = Path(__file__).with_name("sandbox.py")
Cell = str | int | float | bool | date | datetime | None


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row that holds something.

    Attributes:
        number: Its number in the sheet, from 1, as Excel shows it.
        cells: Its cells from column A on.
    """

    number: int
    cells: tuple[Cell, ...]

    def cell(self, column: int) -> Cell:
        """Return the cell of a column (0 is A), ``None`` beyond the last."""
        return self.cells[column] if column < len(self.cells) else None


def read_table(
    path: Path, limits: ReadLimits | None = None, sheet: str = "", head: int = 0
) -> list[TableRow]:
    """Return the rows of a table file that hold something.

    Args:
        path: An .xlsx workbook, or a text table (UTF-8, GB 18030 or UTF-16; comma, tab, semicolon).
        limits: How large it may be.
        sheet: Which sheet; the first visible one when left out.
        head: Only the first so many rows, to look at; all of them when left out.

    Raises:
        FileRefused: It is too large, dangerous, broken, or no table.
    """
    limits = limits or ReadLimits()
    kind = kind_of(path, limits)
    control = {
        "memory": limits.memory,
        "seconds": limits.seconds,
        "rows": limits.rows,
        "columns": limits.columns,
        "cells": limits.cells,
        "output": limits.output_bytes,
        "sheet": sheet,
        "head": head,
    }
    command = [sys.executable, "-I", str(_SANDBOX), kind, str(path.resolve()), json.dumps(control)]
    with tempfile.TemporaryFile("w+", encoding="utf-8") as output:
        _run(command, output, limits)
        output.seek(0)
        return list(_rows(output))


def _run(command: list[str], output: IO[str], limits: ReadLimits) -> None:
    # The command is our interpreter and our file; the path is the only thing from outside, and it
    # is an argument, not a shell word.
    try:
        done = subprocess.run(  # noqa: S603
            command,
            stdout=output,
            stderr=subprocess.PIPE,
            timeout=limits.seconds,
            env={},
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise FileRefused(_("文件解析超时，已中止。请拆分后分批导入。")) from error
    if done.returncode == REFUSED:
        raise FileRefused(_reason(done.stderr.decode(), limits))
    if done.returncode:
        raise FileRefused(_("文件过大或过于复杂，解析已中止。请只保留需要的一张工作表后再上传。"))


def _reason(word: str, limits: ReadLimits) -> str:
    sentences = {
        "rows": _("超过 {rows} 行的上限。请拆分后分批导入。"),
        "columns": _("超过 {columns} 列的上限。请删去多余的列。"),
        "cells": _("超过 {cells} 个单元格的上限。请拆分后分批导入。"),
        "sheet": _("找不到可读取的工作表。"),
        "password": _("文件加了密码。请去掉密码后再上传。"),
        "broken": _("文件已损坏，打不开。请在 Excel 中重新保存后再上传。"),
        "encoding": _("文字编码无法识别。请另存为 UTF-8 编码的 CSV，或改用 .xlsx。"),
    }
    sentence = sentences.get(word.strip(), sentences["broken"])
    return sentence.format(rows=limits.rows, columns=limits.columns, cells=limits.cells)


def _rows(lines: IO[str]) -> Iterator[TableRow]:
    for line in lines:
        number, cells = json.loads(line)
        yield TableRow(number, tuple(_typed(cell) for cell in cells))


def _typed(cell: str | float | bool | dict[str, str] | None) -> Cell:
    if not isinstance(cell, dict):
        return cell
    moment = datetime.fromisoformat(cell["d"])
    return moment if "T" in cell["d"] else moment.date()
