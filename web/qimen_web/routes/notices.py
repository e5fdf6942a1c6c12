"""What came to the asker's units, under the bell."""

from datetime import datetime

from qimen_core.errors import NotFound
from qimen_core.i18n import translations
from qimen_web import notices, ui
from qimen_web.addresses import safe_next
from qimen_web.handlers import SELF, action, page
from qimen_web.request import Request
from qimen_web.response import Response

_ = translations("qimen_web")


@page("/notices", permission=SELF)
def notice_list(request: Request) -> Response:
    """Show the newest notices, or only those that were not read."""
    found = notices.latest(request.ctx)
    waiting = [each for each in found if not each.read]
    only = request.query.get("show", "") == "unread"
    return ui.page(
        request,
        "web/notices.html",
        shown=waiting if only else found,
        waiting=len(waiting),
        total=len(found),
        only=only,
    )


@action("/notices/{notice_id:int}/open", permission=SELF)
def notice_open(request: Request, notice_id: int) -> Response:
    """Mark one as read and go to what it speaks of."""
    return ui.redirect(request, safe_next(notices.read_one(request.ctx, notice_id)))


@action("/notices/read", permission=SELF)
def notice_read_all(request: Request) -> Response:
    """Mark all as read."""
    moment = notices.read_all(request.ctx)
    undo = request.url("web:notice_unread", at=moment.isoformat())
    return ui.redirect(
        request, request.url("web:notice_list"), toast=str(_("已全部标为已读")), undo=undo
    )


@action("/notices/unread", permission=SELF)
def notice_unread(request: Request) -> Response:
    """Take back the last marking."""
    try:
        moment = datetime.fromisoformat(request.query.get("at", ""))
    except ValueError:
        raise NotFound from None
    if moment.tzinfo is None:
        raise NotFound
    notices.unread_again(request.ctx, moment)
    return ui.redirect(request, request.url("web:notice_list"), toast=str(_("已撤销")))
