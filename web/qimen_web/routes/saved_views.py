"""Keeping and forgetting one's own filters of a list."""

from qimen_core.errors import InvalidInput
from qimen_core.i18n import translations
from qimen_web import saved_views, ui
from qimen_web.addresses import safe_next
from qimen_web.handlers import SELF, action
from qimen_web.request import Request
from qimen_web.response import Response
from qimen_web.ui import Toast

_ = translations("qimen_web")


@action("/views/{list_id:str}", permission=SELF)
def view_save(request: Request, list_id: str) -> Response:
    """Keep the filters that the list shows under a name."""
    form = request.form
    back = safe_next(form.get("back", ""))
    try:
        saved_views.save_view(
            request.ctx, request.user_id, list_id, form.get("name", ""), form.get("query", "")
        )
    except InvalidInput as error:
        return ui.redirect(request, back, toast=Toast(error.message, "warn"))
    return ui.redirect(request, back, toast=str(_("已存为常用筛选")))


@action("/views/{list_id:str}/{view_id:int}/delete", permission=SELF)
def view_delete(request: Request, list_id: str, view_id: int) -> Response:
    """Forget one."""
    saved_views.delete_view(request.ctx, request.user_id, list_id, view_id)
    back = safe_next(request.form.get("back", ""))
    return ui.redirect(request, back, toast=str(_("已删除常用筛选")))
