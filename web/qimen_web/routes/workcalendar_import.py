"""A year's holidays from a table, and the calendar as one."""

from typing import Final

from qimen_core.i18n import translations
from qimen_core.workdays.importer import WORKDAYS
from qimen_web.calendar_export import export_calendar
from qimen_web.handlers import action, download, page
from qimen_web.request import Request
from qimen_web.response import Response
from qimen_web.workbook_import import WorkbookImport

_ = translations("qimen_web")
READ, MANAGE = "core.calendar.read", "core.calendar.manage"
_SIZE: Final = 2 * 1024 * 1024
_IMPORT = WorkbookImport(
    WORKDAYS,
    title=_("导入节假日"),
    parent=(_("工作日历"), "web:calendar"),
    routes=("web:calendar_imported", "web:calendar_template"),
    hint=_("每行一天：日期、安排（上班或放假）、名称；只列与平常周次不同的日子。"),
    accept=".xlsx,.csv",
    done=_("已导入 {count} 天"),
)


@download("/calendar/export.xlsx", permission=READ)
def calendar_export(request: Request) -> Response:
    """Answer the days that differ from the week, which the import reads back."""
    return export_calendar(request, READ)


@page("/calendar/import", permission=MANAGE)
def calendar_import(request: Request) -> Response:
    """Show how to bring a table."""
    return _IMPORT.page(request)


@download("/calendar/import/template.xlsx", permission=MANAGE)
def calendar_template(request: Request) -> Response:
    """Answer an empty workbook with the headings."""
    return _IMPORT.template(request)


@action("/calendar/import", permission=MANAGE, body_limit=_SIZE)
def calendar_imported(request: Request) -> Response:
    """Check a table and write its rows."""
    return _IMPORT.take(request)
