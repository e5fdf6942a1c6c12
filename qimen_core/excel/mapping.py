"""From a clerk's own headings to the fields of a row model, and from cells to values."""

# lint-ok-file: chinese -- words in clerks' own headings, read and never shown

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, Field, JsonValue, ValidationError
from pydantic.fields import FieldInfo

from qimen_core.errors import QimenError
from qimen_core.excel.read import Cell, TableRow
from qimen_core.excel.values import BadCell, as_text
from qimen_core.i18n import translations

__all__ = [
    "CellError",
    "Headers",
    "HeadersNotFound",
    "ParsedRow",
    "column",
    "find_headers",
    "parse_row",
    "plain_heading",
]

_ = translations("qimen_core")
Row = TypeVar("Row", bound=BaseModel)
_ROWS_LOOKED_AT = 15
_HINT = re.compile(r"必填|选填|可选|填写|格式|示例|例如|^如|多个|YYYY|\d=是|\S/\S")


class HeadersNotFound(QimenError):
    """No row of the sheet holds the headings; the message lists them."""


@dataclass(frozen=True, slots=True)
class CellError:
    """One thing that is wrong.

    Attributes:
        row: Number of the row as Excel shows it.
        column: The clerk's own heading; ``""`` when the row as a whole is meant.
        value: What stands in the cell.
        message: What is wrong.
        remedy: How to mend it.
    """

    row: int
    column: str
    value: str
    message: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Headers:
    """Where the headings are.

    Attributes:
        row: Number of the row they stand in.
        columns: Column index by field name.
        headings: The clerk's heading by field name.
        ignored: Headings that no field wants.
    """

    row: int
    columns: Mapping[str, int]
    headings: Mapping[str, str]
    ignored: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ParsedRow(Generic[Row]):
    """A row that became a value."""

    number: int
    value: Row


def column(label: str, *aliases: str, default: Any = ..., **rules: Any) -> Any:
    """Return a field of a row model that stands under a heading.

    Args:
        label: The heading that we print ourselves, in Chinese.
        aliases: Other headings that clerks use for it.
        default: The value of a blank cell; without it the column must be there and filled.
        rules: Any of pydantic's rules, e.g. ``max_length=60``.
    """
    extra: dict[str, JsonValue] = {"aliases": list(aliases)}
    return Field(default, title=label, json_schema_extra=extra, **rules)


def find_headers(rows: Sequence[TableRow], model: type[BaseModel]) -> Headers:
    """Return where the headings stand, looking at the first rows of a sheet.

    Titles above the headings do not disturb. Of several rows the one with the most known headings
    counts.

    Raises:
        HeadersNotFound: A column that must be there is nowhere.
    """
    known = {plain_heading(name): field for field, names in _names(model).items() for name in names}
    best: Headers | None = None
    for row in rows[:_ROWS_LOOKED_AT]:
        found = _match(row, known)
        if best is None or len(found.columns) > len(best.columns):
            best = found
    _refuse_incomplete(best, model)
    assert best is not None
    return best


def label_of(model: type[BaseModel], field: str) -> str:
    """Return our own heading of a field."""
    return str(model.model_fields[field].title or field)


def is_hint_row(row: TableRow) -> bool:
    """Say whether the row under the headings only explains how to fill them in."""
    texts = [cell for cell in row.cells if isinstance(cell, str) and cell.strip()]
    filled = [cell for cell in row.cells if cell not in (None, "")]
    hints = sum(1 for text in texts if _HINT.search(text))
    return bool(texts) and len(texts) == len(filled) and hints * 2 >= len(texts)


def parse_row(
    row: TableRow, headers: Headers, model: type[Row]
) -> tuple[ParsedRow[Row] | None, list[CellError]]:
    """Return the row as a value, or everything that is wrong with it."""
    values = {
        field: value
        for field, index in headers.columns.items()
        if (value := _tidy(row.cell(index))) is not None
    }
    try:
        return ParsedRow(row.number, model.model_validate(values)), []
    except ValidationError as error:
        return None, [_cell_error(row, headers, model, item) for item in error.errors()]


def _names(model: type[BaseModel]) -> dict[str, list[str]]:
    return {name: [name, *_titles(field)] for name, field in model.model_fields.items()}


def _titles(field: FieldInfo) -> list[str]:
    extra = field.json_schema_extra
    aliases = extra.get("aliases", []) if isinstance(extra, dict) else []
    return [str(field.title or ""), *(str(alias) for alias in aliases)]  # type: ignore[union-attr]


def plain_heading(heading: object) -> str:
    """Return a heading without stars, brackets, spaces and case: ``*姓名（必填）`` is ``姓名``."""
    text = unicodedata.normalize("NFKC", str(as_text(heading) or "")).casefold()
    text = re.sub(r"[(\[【].*?[)\]】]", "", text)
    return re.sub(r"[\s*:_\-·.、,]+", "", text)


def _match(row: TableRow, known: Mapping[str, str]) -> Headers:
    columns: dict[str, int] = {}
    headings: dict[str, str] = {}
    ignored: list[str] = []
    for index, cell in enumerate(row.cells):
        field = known.get(plain_heading(cell)) if cell is not None else None
        if field is not None and field not in columns:
            columns[field], headings[field] = index, str(cell).strip()
        elif cell not in (None, ""):
            ignored.append(str(cell).strip())
    return Headers(row.number, columns, headings, tuple(ignored))


def _refuse_incomplete(found: Headers | None, model: type[BaseModel]) -> None:
    present = found.columns if found else {}
    missing = [
        label_of(model, name)
        for name, field in model.model_fields.items()
        if field.is_required() and name not in present
    ]
    if missing or not present:
        names = "、".join(missing or [label_of(model, name) for name in model.model_fields])
        raise HeadersNotFound(
            _("表头中没有找到：{names}。请检查表头，或下载模板后填写。").format(names=names)
        )


def _tidy(cell: Cell) -> Cell:
    if isinstance(cell, str):
        return cell.strip() or None
    return cell


def _cell_error(row: TableRow, headers: Headers, model: type[BaseModel], item: Any) -> CellError:
    field = str(item["loc"][0]) if item["loc"] else ""
    cause = item.get("ctx", {}).get("error")
    message, remedy = (
        (cause.message, cause.remedy) if isinstance(cause, BadCell) else _sentence(item)
    )
    heading = headers.headings.get(field) or (label_of(model, field) if field else "")
    index = headers.columns.get(field)
    value = as_text(row.cell(index)) if index is not None else None
    return CellError(row.number, heading, "" if value is None else str(value), message, remedy)


def _sentence(item: Any) -> tuple[str, str]:
    context = {key: value for key, value in item.get("ctx", {}).items() if key != "error"}
    message, remedy = _SENTENCES.get(item["type"], (_("内容不符合要求"), _("请核对后修改。")))
    return message.format(**context), remedy.format(**context)


_SENTENCES = {
    "missing": (_("没有填写"), _("这一列必须填写。")),
    "string_too_long": (_("超过 {max_length} 个字"), _("请缩短到 {max_length} 个字以内。")),
    "string_too_short": (_("太短"), _("至少 {min_length} 个字。")),
    "string_type": (_("不是文字"), _("请填写文字。")),
    "string_pattern_mismatch": (_("格式不对"), _("请按模板中的说明填写。")),
    "greater_than_equal": (_("太小"), _("不能小于 {ge}。")),
    "less_than_equal": (_("太大"), _("不能大于 {le}。")),
    "enum": (_("不在可选范围内"), _("只能填：{expected}。")),
    "literal_error": (_("不在可选范围内"), _("只能填：{expected}。")),
}


def required_labels(model: type[BaseModel]) -> Iterable[str]:
    """Return the headings of the columns that must be filled, for the template."""
    return [
        label_of(model, name) for name, field in model.model_fields.items() if field.is_required()
    ]
