"""The audit, read and verified by the auditor."""

from datetime import UTC, date, datetime, time, timedelta

from qimen_core import NavItem
from qimen_core.audit.reading import READ, AuditFilter, audit_rows
from qimen_core.clock import LOCAL
from qimen_core.db.work import unit_of_work
from qimen_core.i18n import translations
from qimen_web import ui
from qimen_web.handlers import action, page
from qimen_web.jobs import VERIFY_JOB
from qimen_web.request import Request
from qimen_web.response import Response

_ = translations("qimen_web")

PAGE = 50
_KEPT = ("actor", "action", "subject", "since", "until")

NAV = (NavItem("audit", _("审计"), "shield-check", "/audit", READ, order=830),)


@page("/audit", permission=READ)
def audit(request: Request) -> Response:
    """List the audit, newest first."""
    query = request.query
    before = query.get("before", "")
    wanted = AuditFilter(
        actor=query.get("actor", "").strip(),
        action=query.get("action", "").strip(),
        subject=query.get("subject", "").strip(),
        since=_midnight(query.get("since", "")),
        until=_midnight(query.get("until", ""), days=1),
    )
    number = int(before) if before.isdecimal() and len(before) < 18 else 0
    rows = audit_rows(request.ctx, wanted, before=number, limit=PAGE + 1)
    shown = rows[:PAGE]
    kept = {name: query[name] for name in _KEPT if query.get(name)}
    more = len(rows) > PAGE and request.url("web:audit", **kept, before=shown[-1].seq)
    permissions = request.ctx.qimen.registry.permissions
    return ui.page(
        request,
        "web/audit.html",
        block="list",
        rows=shown,
        more=more or "",
        query=query,
        labels={name: each.label for name, each in permissions.items()},
    )


@action("/audit/verify", permission=READ)
def audit_verify(request: Request) -> Response:
    """Let a worker check the whole chain; the tray says how far it is and what was found."""
    with unit_of_work(request.ctx, "core.job.ask", permission=READ, subject=VERIFY_JOB) as uow:
        uow.enqueue(VERIFY_JOB, unit=request.ctx.actor.org_path)
    toast = _("正在后台核验，结果显示在这里").format()
    return ui.redirect(request, request.url("web:jobs"), toast=toast)



def _midnight(text: str, days: int = 0) -> datetime | None:
    """Return the start of a day in the county, in UTC; None for what is no date."""
    try:
        day = date.fromisoformat(text)
        return datetime.combine(day + timedelta(days=days), time(), LOCAL).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
