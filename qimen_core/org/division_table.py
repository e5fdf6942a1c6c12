"""Reading a division table (CSV, optionally gzipped) into checked rows; no database here."""

import csv
import gzip
import io
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

from qimen_core.errors import InvalidInput
from qimen_core.i18n import translations
from qimen_core.org.codes import check_code, check_parent

__all__ = ["COLUMNS", "DivisionTable", "Problem", "TableRow", "parse_columns", "read_table"]

_ = translations("qimen_core")

# Our name for a column -> its usual heading in the file.
COLUMNS: Final[dict[str, str]] = {
    "code": "code",
    "name": "name",
    "parent": "parent_code",
    "level": "level",
}
# Words for levels in published tables -> kinds of the core. A kind's own id is always accepted.
LEVEL_WORDS: Final[dict[str, str]] = {
    "town": "township",
    "village": "community",
    "street": "township",
    "area": "county",
    "district": "county",
}
NAME_LIMIT: Final = 100
_GZIP_MAGIC: Final = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class TableRow:
    """One unit as the file gives it; `line` is its line in the file, the heading being line 1.

    Published tables give no days; a workbook may say since when a unit exists and when it ended.
    """

    line: int
    code: str
    name: str
    parent: str | None
    kind: str
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with one line; `message` is a Chinese sentence.

    `column` is one of the names of a `TableRow`'s fields, empty when the line as a whole is meant.
    """

    line: int
    message: str
    column: str = ""


@dataclass
class DivisionTable:
    """The rows that could be read, by code, and everything wrong with the file.

    `rejected` holds the codes of wrong rows, so that their children are not reported as orphans.
    """

    rows: dict[str, TableRow] = field(default_factory=dict)
    rejected: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)

    def check_parents(
        self, existing: Collection[str], only: Iterable[TableRow] | None = None
    ) -> None:
        """Add a problem for every row whose parent is in neither file nor database, or whose code
        does not continue its parent's.

        Args:
            existing: codes of the units in the database.
            only: the rows to look at; those that stay where they are need no second look.
        """
        for row in self.rows.values() if only is None else only:
            if row.parent is None or row.parent in self.rejected:
                continue
            if row.parent not in self.rows and row.parent not in existing:
                message = _("上级代码“{parent}”既不在文件中，也不在库中").format(parent=row.parent)
                self.problems.append(Problem(row.line, message, "parent"))
            elif wrong := check_parent(row.code, row.parent):
                self.problems.append(Problem(row.line, wrong, "code"))
        self.problems.sort(key=lambda problem: problem.line)


def parse_columns(text: str | None) -> dict[str, str]:
    """Return our column names with the file's headings, from `code=区划代码,name=名称,…`.

    Raises:
        InvalidInput: a pair is not `name=heading`, or the name is unknown.
    """
    columns = dict(COLUMNS)
    for pair in filter(None, (text or "").split(",")):
        key, equals, heading = (part.strip() for part in pair.partition("="))
        if not equals or not heading or key not in COLUMNS:
            known = "、".join(COLUMNS)
            message = _("列映射“{pair}”无法识别；写法为 列=表头，列只能是 {known}")
            raise InvalidInput({"columns": message.format(pair=pair, known=known)})
        columns[key] = heading
    return columns


def read_table(path: Path, columns: Mapping[str, str], kinds: Collection[str]) -> DivisionTable:
    """Read and check every line of a file; parents may come in any order and are checked later.

    Args:
        path: CSV, or CSV in gzip; UTF-8 or GB 18030.
        columns: our column names with the file's headings, see `parse_columns`.
        kinds: ids of the kinds of units that are known.

    Raises:
        InvalidInput: the file cannot be read, or a heading is missing.
    """
    try:
        return _read(path, "utf-8-sig", columns, kinds)
    except UnicodeDecodeError:
        try:
            return _read(path, "gb18030", columns, kinds)
        except UnicodeDecodeError as error:
            message = _("{file}：既不是 UTF-8，也不是 GB 18030 编码").format(file=path)
            raise InvalidInput({"file": message}) from error
    except (OSError, EOFError, csv.Error) as error:
        message = _("{file}：无法读取（{error}）").format(file=path, error=error)
        raise InvalidInput({"file": message}) from error


def _read(
    path: Path, encoding: str, columns: Mapping[str, str], kinds: Collection[str]
) -> DivisionTable:
    with _opened(path, encoding) as lines:
        reader = csv.reader(lines)
        filling = _Filling(_places(path, next(reader, []), columns), kinds)
        for cells in reader:
            if any(cells):
                filling.add(reader.line_num, cells)
    return filling.table


@contextmanager
def _opened(path: Path, encoding: str) -> Iterator[io.TextIOBase]:
    with path.open("rb") as raw:
        zipped = raw.read(2) == _GZIP_MAGIC
        raw.seek(0)
        data = gzip.GzipFile(fileobj=raw) if zipped else raw
        with io.TextIOWrapper(data, encoding=encoding, newline="") as text:
            yield text


def _places(path: Path, headings: list[str], columns: Mapping[str, str]) -> dict[str, int]:
    headings = [heading.strip() for heading in headings]
    missing = [heading for heading in columns.values() if heading not in headings]
    if missing:
        message = _("{file}：第 1 行缺少表头 {missing}；现有 {found}，可用 --columns 指定").format(
            file=path, missing="、".join(missing), found="、".join(headings) or _("（空）")
        )
        raise InvalidInput({"columns": message})
    return {key: headings.index(heading) for key, heading in columns.items()}


@dataclass
class _Filling:
    """A table being read, line by line.

    620 000 villages share 41 000 parents: one string each keeps the nationwide table small.
    """

    places: Mapping[str, int]
    kinds: Collection[str]
    table: DivisionTable = field(default_factory=DivisionTable)
    shared: dict[str, str] = field(default_factory=dict)

    def add(self, line: int, cells: list[str]) -> None:
        """Take one line, or write down what is wrong with it."""
        if len(cells) <= max(self.places.values()):
            message = _("只有 {count} 列，少于表头").format(count=len(cells))
            self.table.problems.append(Problem(line, message))
            return
        code, name, parent, level = (
            cells[self.places[key]].strip() for key in ("code", "name", "parent", "level")
        )
        kind = LEVEL_WORDS.get(level, level)
        wrong = self._wrong(code, name, kind)
        self.table.problems.extend(Problem(line, message) for message in wrong)
        if wrong:
            self.table.rejected.add(code)
            return
        above = self.shared.setdefault(parent, parent) if parent else None
        kind = self.shared.setdefault(kind, kind)
        self.table.rows[code] = TableRow(line, code, name, above, kind)

    def _wrong(self, code: str, name: str, kind: str) -> list[str]:
        wrong = []
        if kind not in self.kinds:
            wrong.append(_("级别“{kind}”无法识别").format(kind=kind))
        if not code:
            wrong.append(_("没有代码").format())
        elif message := check_code(code, kind):
            wrong.append(message)
        elif code in self.table.rows:
            message = _("代码“{code}”与第 {line} 行重复")
            wrong.append(message.format(code=code, line=self.table.rows[code].line))
        if not name:
            wrong.append(_("没有名称").format())
        elif len(name) > NAME_LIMIT:
            message = _("名称有 {length} 个字，最多 {limit} 个")
            wrong.append(message.format(length=len(name), limit=NAME_LIMIT))
        return wrong
