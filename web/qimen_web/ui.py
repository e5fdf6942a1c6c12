"""What a view answers with: a page, a redirect, a file, data."""

import json as _json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from hmac import compare_digest
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from qimen_web.addresses import ascii_url
from qimen_web.cookies import dropped, set_cookie
from qimen_web.response import Response
from qimen_web.templates_env import render, render_block

if TYPE_CHECKING:
    from qimen_web.request import Request

__all__ = ["Toast", "download", "json", "page", "redirect", "trigger"]

_TOAST_SECONDS = 60


@dataclass(frozen=True)
class Toast:
    """A message that appears for some seconds.

    Args:
        message: The sentence.
        tone: ``ok``, ``warn``, ``danger`` or ``info``.
        undo: The address that 撤销 posts to.
        keep: Stays until it is closed, for what has to be copied down.
    """

    message: str
    tone: str = "ok"
    undo: str | None = None
    keep: bool = False


def page(
    request: "Request",
    template: str,
    *,
    block: str | None = None,
    status: int = 200,
    toast: str | Toast | None = None,
    push: str | None = None,
    **values: object,
) -> Response:
    """Render a template: the whole page, or only ``block`` when htmx asks for a part.

    Args:
        request: The request.
        template: Its name, e.g. ``petitions/list.html``.
        block: The block that a partial request gets.
        status: The HTTP status; the template sees it as ``status``.
        toast: A message to show with it.
        push: The address the browser shows from then on.
        values: What the template is given.
    """
    shell = request.shell
    found = shell.environment.get_template(template)
    partial = request.partial
    shown = _toast(toast)
    known: dict[str, object] = {
        "request": request,
        "ctx": request.ctx,
        "now": request.ctx.now,
        "status": status,
    }
    if partial and block is not None:
        body = render_block(found, block, {**known, **values})
    else:
        known["toast"] = None if partial else shown or _flashed(request)
        body = render(found, {**known, **_frame(request), **values})
    response = Response(body.encode(), status=status)
    response.header("vary", "HX-Request-Type, Cookie")
    if shown is not None and partial:
        trigger(response, shown)
    if push is not None:
        response.header("hx-push-url", ascii_url(push))
    return response


def _frame(request: "Request") -> dict[str, object]:
    from qimen_web.navigation import frame

    return frame(request)


def _toast(toast: str | Toast | None) -> Toast | None:
    return Toast(str(toast)) if isinstance(toast, str) else toast


def trigger(response: Response, toast: Toast) -> None:
    """Let htmx show a message; headers are latin-1, so the JSON is escaped to ASCII."""
    detail: dict[str, object] = {"target": "body", "message": str(toast.message)}
    detail |= {"tone": toast.tone, "keep": toast.keep}
    if toast.undo:
        detail["undo"] = ascii_url(toast.undo)
    response.header("hx-trigger", _json.dumps({"gv:toast": detail}))


def redirect(
    request: "Request", url: str, *, toast: str | Toast | None = None, undo: str | None = None
) -> Response:
    """Send the browser elsewhere: 303, or ``HX-Redirect`` when htmx asked.

    Args:
        request: The request.
        url: A path of this site.
        toast: A message that the next page shows.
        undo: The address that 撤销 posts to.
    """
    shown = _toast(toast)
    if shown is not None and undo:
        shown = replace(shown, undo=undo)
    target = ascii_url(url)
    if request.raw.by_htmx:
        response = Response(b"", status=200, headers=[("hx-redirect", target)])
    else:
        response = Response(b"", status=303, media_type="", headers=[("location", target)])
    if shown is not None:
        response.header("set-cookie", _flash(request, shown))
    return response


def _flash(request: "Request", toast: Toast) -> str:
    names = request.shell.cookies
    text = quote(_json.dumps([str(toast.message), toast.tone, toast.undo, toast.keep]), safe="")
    sealed = f"{request.shell.toast_mac(text)}.{text}"
    return set_cookie(names, names.toast, sealed, max_age=_TOAST_SECONDS)


def _flashed(request: "Request") -> Toast | None:
    """Return the message that a redirect left behind, once."""
    names = request.shell.cookies
    sealed = request.raw.cookies.get(names.toast, "")
    if not sealed:
        return None
    request.set_cookies.append(dropped(names, names.toast))
    mac, _dot, text = sealed.partition(".")
    if not compare_digest(mac.encode(), request.shell.toast_mac(text).encode()):
        return None
    return Toast(*_json.loads(unquote(text)))


def download(request: "Request", filename: str, body: bytes | Path, media_type: str) -> Response:
    """Answer with a file, always as an attachment.

    Args:
        request: The request.
        filename: The name it is saved under; Chinese is fine, the header carries it encoded.
        body: Its bytes, or the file that holds them.
        media_type: Its type.
    """
    del request
    data = body if isinstance(body, bytes) else body.read_bytes()
    response = Response(data, media_type=media_type)
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "._-") else "_" for c in filename)
    response.header(
        "content-disposition",
        f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe='')}",
    )
    return response


def json(request: "Request", data: Mapping[str, object], status: int = 200) -> Response:
    """Answer with JSON."""
    del request
    body = _json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
    return Response(body, status=status, media_type="application/json")
