"""今日: what is to be done, each number a link; plugins' cards below, each by its own request."""

from qimen_core.clock import local
from qimen_core.i18n import translations
from qimen_web import ui
from qimen_web.handlers import SELF, page
from qimen_web.request import Request
from qimen_web.response import Response

_ = translations("qimen_web")

_WEEKDAYS = (
    _("星期一"), _("星期二"), _("星期三"), _("星期四"), _("星期五"), _("星期六"), _("星期日"),
)  # fmt: skip


@page("/today", permission=SELF)
def today(request: Request) -> Response:
    """Show the start page of everybody who is logged in."""
    hooks = request.shell.qimen.hooks
    day = local(request.ctx.now).date()
    date = str(_("{year} 年 {month} 月 {day} 日")).format(
        year=day.year, month=day.month, day=day.day
    )
    return ui.page(
        request,
        "web/today.html",
        date=f"{date} {_WEEKDAYS[day.weekday()]}",
        todos=hooks.todo_items(request.ctx),
        widgets=hooks.dashboard_widgets(request.ctx),
    )
