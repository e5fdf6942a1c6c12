"""Tables in and out: read within limits, checked as a whole, written as text only."""

from qimen_core.excel.error_workbook import write_error_workbook
from qimen_core.excel.guard import FileRefused, ReadLimits
from qimen_core.excel.importing import (
    Importer,
    ImportReport,
    Mode,
    dry_run,
    duplicates,
    run_import,
)
from qimen_core.excel.mapping import (
    CellError,
    Headers,
    HeadersNotFound,
    ParsedRow,
    column,
    plain_heading,
)
from qimen_core.excel.read import Cell, TableRow, read_table
from qimen_core.excel.template import write_template
from qimen_core.excel.values import (
    BadCell,
    ExcelBool,
    ExcelDate,
    ExcelIdNumber,
    ExcelInt,
    ExcelPhone,
    ExcelPhones,
    ExcelText,
    as_text,
)
from qimen_core.excel.write import ExportColumn, Exported, write_table

__all__ = [
    "BadCell",
    "Cell",
    "CellError",
    "ExcelBool",
    "ExcelDate",
    "ExcelIdNumber",
    "ExcelInt",
    "ExcelPhone",
    "ExcelPhones",
    "ExcelText",
    "ExportColumn",
    "Exported",
    "FileRefused",
    "Headers",
    "HeadersNotFound",
    "ImportReport",
    "Importer",
    "Mode",
    "ParsedRow",
    "ReadLimits",
    "TableRow",
    "as_text",
    "column",
    "dry_run",
    "duplicates",
    "plain_heading",
    "read_table",
    "run_import",
    "write_error_workbook",
    "write_table",
    "write_template",
]
