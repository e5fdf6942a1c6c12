"""The audit, read, exported and verified by the auditor."""

from qimen_core import NavItem
from qimen_core.audit.actions import action_label
from qimen_core.audit.reading import EXPORT, READ, audit_line
from qimen_core.clock import local
from qimen_core.db.work import unit_of_work
from qimen_core.i18n import translations
from qimen_core.org.queries import ancestors
from qimen_core.settings import CoreSettings
from qimen_web import ui
from qimen_web.audit_list import audit_cells, audit_source, audit_spec, changed_fields
from qimen_web.handlers import action, download, page
from qimen_web.jobs import VERIFY_JOB
from qimen_web.list_export import export_list
from qimen_web.lists import run_list
from qimen_web.request import Request
from qimen_web.response import Response

_ = translations("qimen_web")

NAV = (NavItem("audit", _("审计"), "shield-check", "/audit", READ, order=830),)


@page("/audit", permission=READ)
def audit(request: Request) -> Response:
    """List the audit, newest first."""
    ctx = request.ctx
    found = run_list(request, audit_spec(ctx), audit_source(ctx))
    cells = audit_cells(ctx, [row[4] for row in found.rows])
    return ui.page(
        request,
        "web/audit.html",
        block="list",
        list=found,
        rows=[(row[0], cells(row), changed_fields(row[7])) for row in found.rows],
    )


@download("/audit/export.xlsx", permission=EXPORT)
def audit_export(request: Request) -> Response:
    """Answer the list as a workbook, masked as it was written; this stands in the audit, too."""
    ctx = request.ctx
    return export_list(
        request,
        audit_spec(ctx),
        audit_source(ctx, EXPORT),
        str(_("审计")),
        permission=EXPORT,
        cells=audit_cells(ctx),
        limit=ctx.setting(CoreSettings).export_row_limit,
    )


@page("/audit/{seq:int}", permission=READ)
def audit_row(request: Request, seq: int) -> Response:
    """Show one row: who, what, where and when, and every changed field with its masked value."""
    line = audit_line(request.ctx, seq)
    return ui.page(
        request,
        "web/audit_row.html",
        block="content",
        line=line,
        moment=f"{local(line.at):%Y-%m-%d %H:%M:%S}",
        label=action_label(request.ctx.qimen.registry, line.action),
        trail=ancestors(request.ctx, line.org_path, itself=True) if line.org_path else [],
    )


@action("/audit/verify", permission=READ)
def audit_verify(request: Request) -> Response:
    """Let a worker check the whole chain; the tray says how far it is and what was found."""
    with unit_of_work(request.ctx, "core.job.ask", permission=READ, subject=VERIFY_JOB) as uow:
        uow.enqueue(VERIFY_JOB, unit=request.ctx.actor.org_path)
    toast = _("正在后台核验，结果显示在这里").format()
    return ui.redirect(request, request.url("web:jobs"), toast=toast)
