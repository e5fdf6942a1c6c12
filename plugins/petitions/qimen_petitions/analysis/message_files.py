"""Messages from a table file: to learn from, to judge by, to look for duplicates in."""

import gzip
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from qimen_core import LOCAL, QimenError, translations
from qimen_core.excel import TableRow, read_table

__all__ = ["FileMessage", "read_messages_of"]

_ = translations("qimen_petitions")

_MOST_BYTES = 20 * 2**20
_CHUNK = 2**20
_DIGITS = 10

# lint-ok-file: chinese -- headings of the files that are read, not shown
_HEADINGS: Mapping[str, frozenset[str]] = {
    "label": frozenset({"label", "category", "类别", "诉求类别"}),
    "title": frozenset({"title", "标题", "主题", "诉求", "留言主题"}),
    "detail": frozenset({"detail", "content", "内容", "诉求内容", "留言详情"}),
    "ref": frozenset({"id", "msg_id", "row", "number", "编号", "留言编号"}),
    "fold": frozenset({"fold", "折"}),
    "group": frozenset({"dup_group", "group", "组"}),
    "person": frozenset({"user", "person", "phone", "留言用户", "诉求人"}),
    "time": frozenset({"time", "submitted", "提交时间", "留言时间"}),
    "support": frozenset({"support", "点赞数"}),
    "against": frozenset({"against", "反对数"}),
    "unit": frozenset({"unit", "社区", "属地"}),
    "place": frozenset({"place", "地点"}),
}


@dataclass(frozen=True, slots=True)
class FileMessage:
    """One line of the file; what the file has no column for is empty."""

    ref: str
    title: str
    detail: str
    label: str = ""
    fold: str = ""
    group: str = ""
    person: str = ""
    at: datetime | None = None
    votes: int = 0
    unit: str = ""
    place: str = ""

    @property
    def text(self) -> str:
        """Title and detail as one."""
        return f"{self.title} {self.detail}"


def read_messages_of(path: Path, needed: Sequence[str] = ("title", "detail")) -> list[FileMessage]:
    """Return the messages of an .xlsx, .csv or .csv.gz file.

    Args:
        path: The file; its first line holds the headings.
        needed: Fields that it must have a column for.

    Raises:
        QimenError: It is no such table, or a column is missing; the message names it.
    """
    rows = _rows(path)
    columns = _columns(rows[0]) if rows else {}
    if missing := [name for name in needed if name not in columns]:
        message = _("{file} 的第一行缺少列：{columns}。可用的列名：{known}")
        known = "；".join("、".join(sorted(_HEADINGS[name])) for name in missing)
        raise QimenError(message.format(file=path.name, columns="、".join(missing), known=known))
    return [_message(row, columns) for row in rows[1:]]


def _rows(path: Path) -> list[TableRow]:
    if path.suffix != ".gz":
        return read_table(path)
    with tempfile.NamedTemporaryFile(suffix=".csv") as plain:
        _unpack(path, plain)
        return read_table(Path(plain.name))


def _unpack(path: Path, target: IO[bytes]) -> None:
    """Unpack a file up to a size; a small file may hold a very large one."""
    written = 0
    try:
        with gzip.open(path) as packed:
            while chunk := packed.read(_CHUNK):
                written += len(chunk)
                if written > _MOST_BYTES:
                    raise QimenError(_("{file} 解压后太大").format(file=path.name))
                target.write(chunk)
    except (OSError, EOFError) as error:
        message = _("{file} 不能解压：{reason}")
        raise QimenError(message.format(file=path.name, reason=error)) from error
    target.flush()


def _columns(head: TableRow) -> dict[str, int]:
    found: dict[str, int] = {}
    for at, cell in enumerate(head.cells):
        heading = str(cell or "").strip().lower()
        for name, known in _HEADINGS.items():
            if heading in known:
                found.setdefault(name, at)
    return found


def _message(row: TableRow, columns: Mapping[str, int]) -> FileMessage:
    def cell(name: str) -> str:
        value = row.cell(columns[name]) if name in columns else None
        return "" if value is None else str(value).strip()

    return FileMessage(
        ref=cell("ref") or str(row.number),
        title=cell("title"),
        detail=cell("detail"),
        label=cell("label"),
        fold=cell("fold"),
        group=cell("group"),
        person=cell("person"),
        at=_moment(cell("time")),
        votes=_number(cell("support")) - _number(cell("against")),
        unit=cell("unit"),
        place=cell("place"),
    )


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < _DIGITS else 0


def _moment(text: str) -> datetime | None:
    """Return the moment of a cell; the ways in which files write it, local time."""
    for form in ("%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y-%m-%d %H:%M"):
        try:
            return datetime.strptime(text, form).replace(tzinfo=LOCAL)
        except ValueError:
            continue
    return None
