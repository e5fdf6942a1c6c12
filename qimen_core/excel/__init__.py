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
from qimen_core.excel.mapping import CellError, HeadersNotFound, ParsedRow, column
from qimen_core.excel.read import TableRow, read_table
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
)
from qimen_core.excel.write import ExportColumn, Exported, write_table

__all__ = [
    "BadCell",
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
    "HeadersNotFound",
    "ImportReport",
    "Importer",
    "Mode",
    "ParsedRow",
    "ReadLimits",
    "TableRow",
    "column",
    "dry_run",
    "duplicates",
    "read_table",
    "run_import",
    "write_error_workbook",
    "write_table",
    "write_template",
]
