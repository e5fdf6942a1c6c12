"""The job tray: what runs in the background, how far it is, and what came of it."""

from typing import Any

from sqlalchemy import update

from qimen_core import NavItem
from qimen_core.db.work import unit_of_work
from qimen_core.errors import Conflict
from qimen_core.files import path_of
from qimen_core.i18n import translations
from qimen_core.jobs.models import Job
from qimen_web import ui
from qimen_web.handlers import action, download, fragment, page
from qimen_web.job_tray import ALL, READ, job_file, job_in_reach, job_lines
from qimen_web.request import Request
from qimen_web.response import Response

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
    )
