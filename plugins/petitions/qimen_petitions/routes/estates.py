"""The estates of a community: the list, one estate, its form, its poster, the workbook."""

from typing import Final

from qimen_core import InvalidInput, local, translations
from qimen_petitions.drawing import qr_path
from qimen_petitions.estates.estate_import import ESTATES
from qimen_petitions.estates.estate_list import estate_list, estate_source
from qimen_petitions.estates.estates import (
    EstateForm,
    EstateSeen,
    add_estate,
    change_estate,
    read_estate,
)
from qimen_petitions.estates.history import rounds_of
from qimen_petitions.estates.keepers import COMMITTEE, COMPANY, communities, keepers
from qimen_petitions.estates.permissions import ESTATE_EXPORT, ESTATE_MANAGE, ESTATE_READ, READ
from qimen_petitions.open311.calls import absolute
from qimen_web import Request, Response, action, download, page, ui
from qimen_web.forms import Form, bind, blank
from qimen_web.list_export import export_list
from qimen_web.lists import run_list
from qimen_web.workbook_import import WorkbookImport

_ = translations("qimen_petitions")

_SIZE: Final = 20 * 1024 * 1024
_IMPORT: Final = WorkbookImport(
    ESTATES,
    title=_("导入小区"),
    parent=(_("小区"), "petitions:list_estates"),
    routes=("petitions:estates_imported", "petitions:estates_template"),
    hint=_("表头可用自己的写法，如“物业项目”“总户数”；至少要有社区和小区。"),
    accept=".xlsx,.xls,.xlsm,.ods",
    done=_("已导入 {count} 个小区"),
)


@page("/petitions/estates", permission=ESTATE_READ)
def list_estates(request: Request) -> Response:
    """List the estates in reach."""
    ctx = request.ctx
    source = estate_source(ctx, ESTATE_READ, gone=request.query.get("gone") == "1")
    return ui.page(
        request,
        "petitions/estates.html",
        block="list",
        list=run_list(request, estate_list(ctx), source),
        may_manage=ctx.can_anywhere(ESTATE_MANAGE),
    )


@download("/petitions/estates/export.xlsx", permission=ESTATE_EXPORT)
def export_estates(request: Request) -> Response:
    """Answer the list as a workbook."""
    gone = request.query.get("gone") == "1"
    source = estate_source(request.ctx, ESTATE_EXPORT, gone=gone)
    name, spec = str(_("小区")), estate_list(request.ctx)
    return export_list(request, spec, source, name, permission=ESTATE_EXPORT)


@page("/petitions/estates/import", permission=ESTATE_MANAGE)
def import_estates(request: Request) -> Response:
    """Show how to bring a workbook."""
    return _IMPORT.page(request)


@download("/petitions/estates/import/template.xlsx", permission=ESTATE_MANAGE)
def estates_template(request: Request) -> Response:
    """Answer an empty workbook with the headings."""
    return _IMPORT.template(request)


@action("/petitions/estates/import", permission=ESTATE_MANAGE, body_limit=_SIZE)
def estates_imported(request: Request) -> Response:
    """Check a workbook and write its rows."""
    return _IMPORT.take(request)


@page("/petitions/estates/new", permission=ESTATE_MANAGE)
def new_estate(request: Request) -> Response:
    """Show the empty form."""
    places = communities(request.ctx)
    first = {"unit_id": places[0].id} if len(places) == 1 else {}
    form = blank(EstateForm, {"valid_from": local(request.ctx.now).date(), **first})
    return _form_page(request, form, 200)


@action("/petitions/estates/new", permission=ESTATE_MANAGE)
def create_estate(request: Request) -> Response:
    """Write an estate down."""
    form = bind(request, EstateForm)
    if form.valid:
        try:
            made = add_estate(request.ctx, form.data)
        except InvalidInput as error:
            form.refuse(error)
        else:
            shown = request.url("petitions:show_estate", estate_id=made)
            return ui.redirect(request, shown, toast=str(_("小区已登记")))
    return _form_page(request, form, 422)


@page("/petitions/estates/{estate_id:int}", permission=ESTATE_READ)
def show_estate(request: Request, estate_id: int) -> Response:
    """Show an estate, who looks after it, and the rounds that rated it."""
    ctx = request.ctx
    seen = read_estate(ctx, estate_id)
    return ui.page(
        request,
        "petitions/estate.html",
        estate=seen,
        rounds=rounds_of(ctx, estate_id) if ctx.can(READ, seen.path) else None,
        may_manage=ctx.can(ESTATE_MANAGE, seen.path),
    )


@page("/petitions/estates/{estate_id:int}/edit", permission=ESTATE_MANAGE)
def edit_estate(request: Request, estate_id: int) -> Response:
    """Show the form of an estate."""
    seen = read_estate(request.ctx, estate_id, ESTATE_MANAGE)
    values = {name: getattr(seen, name) for name in EstateForm.model_fields}
    return _form_page(request, blank(EstateForm, values), 200, seen)


@action("/petitions/estates/{estate_id:int}/edit", permission=ESTATE_MANAGE)
def save_estate(request: Request, estate_id: int) -> Response:
    """Change an estate."""
    seen = read_estate(request.ctx, estate_id, ESTATE_MANAGE)
    form = bind(request, EstateForm)
    if form.valid:
        try:
            change_estate(request.ctx, estate_id, form.data)
        except InvalidInput as error:
            form.refuse(error)
        else:
            shown = request.url("petitions:show_estate", estate_id=estate_id)
            return ui.redirect(request, shown, toast=str(_("小区已保存")))
    return _form_page(request, form, 422, seen)


@page("/petitions/estates/{estate_id:int}/poster", permission=ESTATE_READ)
def estate_poster(request: Request, estate_id: int) -> Response:
    """Show a sheet of paper with the code and the short address of an estate's rating."""
    seen = read_estate(request.ctx, estate_id)
    address = absolute(request, request.url("petitions:rate_form", code=seen.code))
    size, path = qr_path(address)
    return ui.page(
        request, "petitions/estate_poster.html", estate=seen, address=address, qr_size=size, qr=path
    )


def _form_page(
    request: Request, form: Form[EstateForm], status: int, seen: EstateSeen | None = None
) -> Response:
    ctx = request.ctx
    return ui.page(
        request,
        "petitions/estate_form.html",
        block="form",
        status=status,
        form=form,
        estate=seen,
        places=[(str(each.id), each.name) for each in communities(ctx)],
        companies=[(str(each.id), each.name) for each in keepers(ctx, COMPANY)],
        committees=[(str(each.id), each.name) for each in keepers(ctx, COMMITTEE)],
    )
