"""People from a clerk's own workbook."""

from typing import Final

from qimen_core.i18n import translations
from qimen_core.people.importer import PEOPLE
from qimen_web.handlers import action, download, page
from qimen_web.request import Request
from qimen_web.response import Response
from qimen_web.workbook_import import WorkbookImport

_ = translations("qimen_web")
MANAGE = "core.person.manage"
_SIZE: Final = 20 * 1024 * 1024
_IMPORT = WorkbookImport(
    PEOPLE,
    title=_("导入人员"),
    parent=(_("人员"), "web:people"),
    routes=("web:people_imported", "web:people_template"),
    hint=_("表头可用自己的写法，如“手机号”“家庭住址”；至少要有姓名和单位。"),
    accept=".xlsx,.xls,.xlsm,.ods",
    done=_("已导入 {count} 人"),
)


@page("/people/import", permission=MANAGE)
def people_import(request: Request) -> Response:
    """Show how to bring a workbook."""
    return _IMPORT.page(request)


@download("/people/import/template.xlsx", permission=MANAGE)
def people_template(request: Request) -> Response:
    """Answer an empty workbook with the headings."""
    return _IMPORT.template(request)


@action("/people/import", permission=MANAGE, body_limit=_SIZE)
def people_imported(request: Request) -> Response:
    """Check a workbook and write its rows."""
    return _IMPORT.take(request)
