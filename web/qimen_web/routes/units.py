"""Units as a list, out as a workbook and in from one."""

from typing import Final

from qimen_core.i18n import translations
from qimen_core.org.workbook import UNITS
from qimen_core.settings import CoreSettings
from qimen_web import ui
from qimen_web.handlers import action, download, page
from qimen_web.list_export import export_list
from qimen_web.lists import run_list
from qimen_web.request import Request
from qimen_web.response import Response
from qimen_web.unit_list import EXPORT, READ, unit_cells, unit_source, unit_spec
from qimen_web.workbook_import import WorkbookImport

_ = translations("qimen_web")
MANAGE = "core.org.manage"
_SIZE: Final = 20 * 1024 * 1024
_IMPORT = WorkbookImport(
    UNITS,
    title=_("导入单位"),
    parent=(_("单位名单"), "web:units"),
    routes=("web:units_imported", "web:units_template"),
    hint=_(
        "可以先导出名单，改好后再导入：按代码认单位，名称不同就更名，上级代码不同就移动，"
        "填了停用日期就停用；名单里没有的单位不受影响。"
    ),
    accept=".xlsx,.xls,.xlsm,.ods,.csv",
    done=_("已导入，新增和变更 {count} 个单位"),
)


@page("/org/units", permission=READ)
def units(request: Request) -> Response:
    """List the units in reach, a subtree or a kind of them."""
    ctx = request.ctx
    found = run_list(request, unit_spec(ctx), unit_source(request))
    cells = unit_cells(ctx, [row[4] for row in found.rows])
    return ui.page(
        request,
        "web/units.html",
        block="list",
        list=found,
        rows=[(row[0], cells(row)) for row in found.rows],
        may_manage=ctx.can_anywhere(MANAGE),
    )


@download("/org/units/export.xlsx", permission=EXPORT)
def units_export(request: Request) -> Response:
    """Answer the list as a workbook, which the import reads back."""
    ctx = request.ctx
    return export_list(
        request,
        unit_spec(ctx),
        unit_source(request, EXPORT),
        str(_("单位名单")),
        permission=EXPORT,
        cells=unit_cells(ctx),
        limit=ctx.setting(CoreSettings).export_row_limit,
    )


@page("/org/import", permission=MANAGE)
def units_import(request: Request) -> Response:
    """Show how to bring a workbook."""
    return _IMPORT.page(request)


@download("/org/import/template.xlsx", permission=MANAGE)
def units_template(request: Request) -> Response:
    """Answer an empty workbook with the headings."""
    return _IMPORT.template(request)


@action("/org/import", permission=MANAGE, body_limit=_SIZE)
def units_imported(request: Request) -> Response:
    """Check a workbook and write its rows."""
    return _IMPORT.take(request)
