"""Every failure's answer: in the shell, with a reference number, never with a traceback.

The number is what somebody tells the administrator; the log holds it in one line of JSON. A log
line has the route's pattern and not its address, since an address may hold a tracking code, and
the exception's message only where we wrote it ourselves, since a driver's may hold a value.
"""

import traceback
from dataclasses import dataclass
from secrets import token_hex
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import structlog
from jinja2 import TemplateError

from qimen_core.errors import Conflict, Forbidden, InvalidInput, NotFound, QimenError, Throttled
from qimen_core.i18n import LazyText, translations
from qimen_web import ui
from qimen_web.addresses import ascii_url, safe_next
from qimen_web.refusals import AccountBlocked, Forged, LoginRequired, TooLarge
from qimen_web.response import Response

if TYPE_CHECKING:
    from qimen_web.handlers import Route
    from qimen_web.request import RawRequest, Request

__all__ = ["Failure", "failure_of", "failure_page", "last_resort", "redirected"]

_ = translations("qimen_web")
log = structlog.get_logger("qimen.web")

LOGIN_PATH = "/login"
_OURS = (QimenError, TemplateError, LookupError, RuntimeError, TypeError, AttributeError)


@dataclass(frozen=True)
class Failure:
    """What a person is told."""

    status: int
    title: str
    message: str
    reference: str
    retry_after: int = 0


def failure_of(error: Exception) -> Failure:
    """Return what a person is told about an exception."""
    reference = token_hex(4)
    said = error.message if isinstance(error, QimenError) else ""
    status, title, default = _kind(error)
    wait = error.retry_after if isinstance(error, Throttled) else 0
    return Failure(status, str(title), str(said or default), reference, wait)


_KINDS: tuple[tuple[tuple[type[Exception], ...], int, LazyText, LazyText], ...] = (
    ((NotFound,), 404, _("没有找到"), _("没有这个页面，或者您看不到它。")),
    ((Forbidden, Forged), 403, _("没有权限"), _("您没有这项操作的权限。")),
    ((Conflict,), 409, _("已被他人修改"), _("在您打开之后，别人已经改过了。请刷新后再试。")),
    ((InvalidInput,), 422, _("内容有误"), _("提交的内容有误，请检查后再提交。")),
    ((Throttled,), 429, _("请稍候"), _("尝试次数过多，请稍后再试。")),
    ((TooLarge,), 413, _("内容太大"), _("提交的内容太大。")),
    ((QimenError,), 400, _("无法完成"), _("这项操作现在无法完成。")),
    ((Exception,), 500, _("出错了"), _("系统出了问题，我们已经记录下来。")),
)


def _kind(error: Exception) -> tuple[int, str, str]:
    """Return status, title and sentence; the first kind that fits counts."""
    found = next(row for row in _KINDS if isinstance(error, row[0]))
    return found[1], found[2], found[3]


def write_log(failure: Failure, error: Exception, method: str, route: "Route | None") -> None:
    """Log a failure in one line, under its reference number."""
    fields: dict[str, object] = {
        "reference": failure.reference,
        "status": failure.status,
        "method": method,
        "route": route.name if route else "",
        "path": route.path if route else "",
        "error": type(error).__name__,
    }
    if failure.status < 500:
        log.info("request_refused", **fields)
        return
    if isinstance(error, _OURS):
        fields["message"] = str(error)
    fields["frames"] = [
        f"{frame.filename}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)
    ]
    log.error("request_failed", **fields)


def failure_page(request: "Request", failure: Failure) -> Response:
    """Return the error page, or to htmx a small card and a message."""
    values = {
        "title": failure.title,
        "message": failure.message,
        "reference": failure.reference,
    }
    raw = request.raw
    if raw.by_htmx and raw.partial:
        response = ui.page(request, "web/_error_card.html", status=failure.status, **values)
        told = _("{message}（编号 {reference}）").format(
            message=failure.message, reference=failure.reference
        )
        ui.trigger(response, ui.Toast(told, "danger"))
        if raw.method != "GET":
            # A form that failed keeps what was typed.
            response.header("hx-reswap", "none")
    else:
        response = ui.page(request, "web/error.html", status=failure.status, **values)
    if failure.retry_after:
        response.header("retry-after", str(failure.retry_after))
    return response


def last_resort(failure: Failure) -> Response:
    """Return an answer that needs no template, for when the error page itself fails."""
    text = _("系统出了问题（编号 {reference}）").format(reference=failure.reference)
    return Response(str(text).encode(), status=500, media_type="text/plain; charset=utf-8")


def redirected(
    error: LoginRequired | AccountBlocked, raw: "RawRequest", route: "Route"
) -> Response:
    """Send somebody to the login page, or to what the account must do first.

    A browser gets 302; htmx and fragments get 401 with ``HX-Redirect``, because htmx would
    follow a 302 and put the login page into the middle of the page.
    """
    if isinstance(error, AccountBlocked):
        target = error.path
    else:
        back = _way_back(raw, route)
        target = LOGIN_PATH if back == "/" else f"{LOGIN_PATH}?next={_quoted(back)}"
    if raw.by_htmx or route.kind == "fragment":
        return Response(b"", status=401, media_type="", headers=[("hx-redirect", target)])
    status = 302 if raw.method == "GET" else 303
    return Response(b"", status=status, media_type="", headers=[("location", target)])


def _way_back(raw: "RawRequest", route: "Route") -> str:
    if raw.method == "GET" and route.kind == "page" and not raw.partial:
        query = raw.query_string.decode("latin-1")
        return safe_next(raw.path + (f"?{query}" if query else ""))
    # A part or a form: back to the page it stood on, as far as that was one of ours.
    shown = raw.header("hx-current-url") or raw.header("referer")
    parts = urlsplit(shown)
    if parts.netloc.lower() != raw.header("host").lower():
        return "/"
    return safe_next(parts.path + (f"?{parts.query}" if parts.query else ""))


def _quoted(path: str) -> str:
    from urllib.parse import quote

    return quote(ascii_url(path), safe="/")
