"""The job tray: what runs in the background, how far it is, and what came of it."""

from typing import Any

from sqlalchemy import update

from qimen_core import NavItem
from qimen_core.db.work import unit_of_work
from qimen_core.errors import Conflict, NotFound
from qimen_core.events.dead import MANAGE, dead_deliveries, try_again
from qimen_core.files import path_of
from qimen_core.i18n import translations
from qimen_core.jobs.models import Job
from qimen_web import ui
from qimen_web.carrying import unsealed
from qimen_web.guards import check_permission
from qimen_web.handlers import action, download, fragment, page
from qimen_web.job_tray import ALL, READ, job_file, job_in_reach, job_lines
from qimen_web.list_export import begin_export
from qimen_web.request import Request
from qimen_web.response import Response
from qimen_web.workbook_job import go_on

_ = translations("qimen_web")
NAV = (NavItem("jobs", _("后台任务"), "stack-2", "/jobs", READ, order=810),)
_J: Any = Job


@page("/jobs", permission=READ)
def jobs(request: Request) -> Response:
    """Show the latest jobs, one's own or everybody's."""
    return _tray(request, "web/jobs.html")


@fragment("/jobs/tray", permission=READ)
def jobs_tray(request: Request) -> Response:
    """Answer the tray alone; it asks again as long as something waits or runs."""
    return _tray(request, "web/_jobs.html")


@action("/jobs/{job_id:int}/cancel", permission=READ)
def job_cancel(request: Request, job_id: int) -> Response:
    """Stop a job: at once while it waits, at its next step while it runs."""
    ctx = request.ctx
    job = job_in_reach(ctx, job_id)
    with unit_of_work(
        ctx, "core.job.cancel", permission=READ, subject=f"job:{job_id}", unit=job.org_path
    ) as uow:
        named = update(Job).where(_J.id == job_id)
        stopped = named.where(_J.state == "queued").values(
            state="cancelled", cancel_requested=True, finished_at=ctx.now
        )
        asked = named.where(_J.state == "running", _J.cancel_requested.is_(False)).values(
            cancel_requested=True
        )
        at_once = uow.claim(stopped)
        if not at_once and not uow.claim(asked):
            raise Conflict(_("任务已经结束或正在取消，请刷新后再看").format())
    toast = _("任务已取消") if at_once else _("已要求停止，任务做完当前一步后停下")
    everybody = {"show": "all"} if request.form.get("show") == "all" else {}
    return ui.redirect(request, request.url("web:jobs", **everybody), toast=str(toast))


@download("/jobs/{job_id:int}/result", permission=READ)
def job_result(request: Request, job_id: int) -> Response:
    """Answer the file that a job made; who fetched it stands in the audit."""
    file = job_file(request.ctx, job_id)
    body = path_of(request.ctx.qimen, file).read_bytes()
    name, media_type, sha256 = file.name, file.media_type, file.sha256
    with unit_of_work(
        request.ctx, "core.job.fetch", permission=READ, subject=f"job:{job_id}", unit=file.org_path
    ) as uow:
        uow.changes["core_file"] = {"sha256": sha256}
    return ui.download(request, name, body, media_type)


@action("/jobs/exports", permission=READ)
def job_export(request: Request) -> Response:
    """Make in the background the workbook that a list's page offered to make."""
    shell, form = request.shell, request.form
    payload = unsealed(shell, request.user_id, form.get("what", ""), form.get("seal", ""))
    route = next((each for each in shell.routes if each.name == payload["route"]), None)
    if route is None or route.permission is None:
        raise NotFound
    check_permission(route, request.ctx)
    begin_export(request.ctx, payload, route.permission)
    toast = _("正在后台生成，完成后在这里下载").format()
    return ui.redirect(request, request.url("web:jobs"), toast=toast)


@action("/jobs/{job_id:int}/go-on", permission=READ)
def job_go_on(request: Request, job_id: int) -> Response:
    """Do what a checked table offers: import it, or its right rows."""
    go_on(request.ctx, job_id, request.form.get("step", ""))
    return ui.redirect(request, request.url("web:jobs"), toast=_("已开始导入").format())


@action("/jobs/deliveries/{event_id:int}/{plugin:str}/retry", permission=MANAGE)
def delivery_retry(request: Request, event_id: int, plugin: str) -> Response:
    """Deliver once more what was given up."""
    try_again(request.ctx, event_id, plugin)
    toast = _("已重新排队，稍后再次送达").format()
    return ui.redirect(request, request.url("web:jobs", show="all"), toast=toast)


def _tray(request: Request, template: str) -> Response:
    ctx = request.ctx
    may_all = ctx.can_anywhere(ALL)
    everybody = may_all and request.query.get("show") == "all"
    lines = job_lines(ctx, everybody=everybody)
    return ui.page(
        request,
        template,
        block="content" if template == "web/jobs.html" else None,
        lines=lines,
        waiting=any(line.active for line in lines),
        everybody=everybody,
        may_all=may_all,
        dead=dead_deliveries(ctx) if everybody and template == "web/jobs.html" else [],
    )
