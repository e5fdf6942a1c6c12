"""The list of petitions, as a page and as a workbook."""

from dataclasses import replace

from qimen_core import InvalidInput, translations
from qimen_orders import Order
from qimen_petitions.listing import choices_of, petition_list, petition_source, shown_page
from qimen_petitions.rows import row_words
from qimen_web import Request, Response, action, download, page, ui
from qimen_web.list_export import export_list as answer_workbook
from qimen_web.list_spec import Source

_ = translations("qimen_petitions")

EXPORT = "petitions.order.export"
_MOST_PICKED = 1000


@page("/petitions", permission="petitions.order.read")
def list_petitions(request: Request) -> Response:
    """Show a page of the list."""
    can_create = request.ctx.can_anywhere("petitions.order.create")
    return ui.page(
        request,
        "petitions/list.html",
        block="list",
        list=shown_page(request),
        can_create=can_create,
        can_import=request.ctx.can_anywhere("petitions.list.import"),
    )


@download("/petitions/export.xlsx", permission=EXPORT)
def export_list(request: Request) -> Response:
    """Answer the filtered list as a workbook."""
    return _workbook(request, petition_source(request.ctx, EXPORT))


@action("/petitions/export", permission=EXPORT)
def export_selected(request: Request) -> Response:
    """Answer the ticked rows as a workbook."""
    ids = [int(text) for text in request.form.list("ids") if text.isdecimal()][:_MOST_PICKED]
    if not ids:
        raise InvalidInput({}, _("请先勾选要导出的诉求"))
    source = petition_source(request.ctx, EXPORT)
    picked = source.page.where(Order.id.in_(ids))  # type: ignore[union-attr]
    return _workbook(request, replace(source, page=picked))


def _workbook(request: Request, source: Source) -> Response:
    choices = choices_of(request)
    say = row_words(request.ctx, choices.labels)
    return answer_workbook(
        request,
        petition_list(request, choices),
        source,
        str(_("诉求清单")),
        permission=EXPORT,
        cells=lambda row: say(row).cells,
    )
