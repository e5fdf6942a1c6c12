"""Whether the server lives, where the browser reports to, and the way in."""

import json

import structlog

from qimen_web.handlers import public
from qimen_web.headers import CSP_REPORT_PATH
from qimen_web.request import Request
from qimen_web.response import Response
from qimen_web.ui import json as answer_json
from qimen_web.ui import redirect

log = structlog.get_logger("qimen.web")

_REPORTED = ("effective-directive", "violated-directive", "disposition", "line-number")


@public("/healthz", plugin="web")
def health(request: Request) -> Response:
    """Say that the server lives and what became of each plugin."""
    reports = request.shell.qimen.reports
    states = {report.name: report.state for report in reports}
    return answer_json(request, {"status": "ok", "plugins": states})


@public("/", plugin="web")
def start(request: Request) -> Response:
    """Lead to 今日."""
    return redirect(request, "/today")


@public("/robots.txt", plugin="web")
def robots(request: Request) -> Response:
    """Ask search engines to stay away."""
    del request
    return Response(b"User-agent: *\nDisallow: /\n", media_type="text/plain; charset=utf-8")


@public("/favicon.ico", plugin="web")
def favicon(request: Request) -> Response:
    """Lead to the icon that the pages name."""
    return redirect(request, request.shell.assets.url("web/icons/mark.svg"))


@public(CSP_REPORT_PATH, plugin="web", methods=("POST",), body_limit=16 * 1024, unsigned=True)
def csp_report(request: Request) -> Response:
    """Log what the browser refused to run; the address is left out, it may hold a code."""
    report = _report(request.form.get("body", ""))
    fields = {name: str(report.get(name, ""))[:80] for name in _REPORTED}
    blocked = str(report.get("blocked-uri", "")).partition("?")[0][:120]
    log.warning("csp_report", blocked=blocked, **fields)
    return Response(b"", status=204, media_type="")


def _report(body: str) -> dict[str, object]:
    try:
        sent = json.loads(body)
    except ValueError:
        return {}
    report = sent.get("csp-report") if isinstance(sent, dict) else None
    return report if isinstance(report, dict) else {}
