"""Messages to residents: what became of each, the list for the telephone, and sending again."""

from pathlib import Path
from tempfile import TemporaryDirectory

from qimen_core import NavItem
from qimen_core.clock import local
from qimen_core.db.work import unit_of_work
from qimen_core.excel import ExportColumn, write_table
from qimen_core.i18n import translations
from qimen_core.messages.looking import (
    STATES,
    mark_told,
    paper_list,
    send_again,
    shown_messages,
    state_of,
)
from qimen_core.messages.sending import PAPER, READ, SEND
from qimen_web import ui
from qimen_web.handlers import action, page
from qimen_web.list_export import XLSX
from qimen_web.request import Request
from qimen_web.response import Response

_ = translations("qimen_web")
NAV = (NavItem("messages", _("居民消息"), "message-circle", "/messages", READ, order=805),)
_TONES = {"sent": "ok", "told": "ok", "dead": "danger", PAPER: "warn", "waiting": "info"}


@page("/messages", permission=READ)
def messages(request: Request) -> Response:
    """Show the latest messages, those of one state if the address names one."""
    chosen = request.query.get("state", "")
    return ui.page(
        request,
        "web/messages.html",
        rows=shown_messages(request.ctx, chosen),
        states=STATES,
        state_of=state_of,
        tones=_TONES,
        chosen=chosen if chosen in STATES else "",
        may_call=request.ctx.can_anywhere(SEND),
    )


@action("/messages/{message_id:int}/again", permission=SEND)
def message_again(request: Request, message_id: int) -> Response:
    """Send once more what failed."""
    send_again(request.ctx, message_id)
    toast = _("已重新排队，稍后再次发送").format()
    return ui.redirect(request, request.url("web:messages"), toast=toast)


@action("/messages/{message_id:int}/told", permission=SEND)
def message_told(request: Request, message_id: int) -> Response:
    """Note that somebody told it."""
    mark_told(request.ctx, message_id)
    return ui.redirect(
        request, request.url("web:messages", state=PAPER), toast=_("已记为告知").format()
    )


@action("/messages/phone-list", permission=SEND)
def phone_list(request: Request) -> Response:
    """Answer the numbers to call and what to say; that it was taken out stands in the audit."""
    ctx, title = request.ctx, str(_("电话告知清单"))
    columns = [
        ExportColumn(str(_("单位")), 18),
        ExportColumn(str(_("事由")), 14),
        ExportColumn(str(_("电话")), 16),
        ExportColumn(str(_("怎么说")), 60),
        ExportColumn(str(_("已告知（打勾）")), 14),
    ]
    rows = [(*row, "") for row in paper_list(ctx)]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "list.xlsx"
        made = write_table(path, columns, rows, title=title, user=ctx.actor.name, at=ctx.now)
        body = path.read_bytes()
    with unit_of_work(ctx, SEND, subject="list:messages") as uow:
        uow.changes["export"] = {"rows": str(made.rows), "sha256": made.sha256}
    return ui.download(request, f"{title}-{local(ctx.now):%Y%m%d-%H%M}.xlsx", body, XLSX)
