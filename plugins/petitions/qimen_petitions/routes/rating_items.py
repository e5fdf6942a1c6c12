"""The scheme of items as pages that can be edited."""

from qimen_core import InvalidInput, translations
from qimen_petitions.estates.items import (
    ItemForm,
    NewItemForm,
    add_item,
    change_item,
    get_item,
    scheme,
)
from qimen_petitions.estates.permissions import ITEMS_MANAGE
from qimen_web import Request, Response, action, page, ui
from qimen_web.forms import bind, blank

_ = translations("qimen_petitions")


@page("/petitions/ratings/items", permission=ITEMS_MANAGE)
def list_items(request: Request) -> Response:
    """Show the scheme, each item with its weight and where it comes from."""
    rows = scheme(request.session)
    total = sum(row.weight for row in rows if row.active)
    return ui.page(request, "petitions/rating_items.html", rows=rows, total=total)


@page("/petitions/ratings/items/new", permission=ITEMS_MANAGE)
def new_item(request: Request) -> Response:
    """Show the empty form."""
    return _form_page(request, "", blank(NewItemForm), 200)


@action("/petitions/ratings/items/new", permission=ITEMS_MANAGE)
def create_item(request: Request) -> Response:
    """Add an item to the scheme."""
    form = bind(request, NewItemForm)
    if form.valid:
        try:
            add_item(request.ctx, form.data)
        except InvalidInput as error:
            form.refuse(error)
        else:
            return _saved(request)
    return _form_page(request, "", form, 422)


@page("/petitions/ratings/items/{code:str}", permission=ITEMS_MANAGE)
def edit_item(request: Request, code: str) -> Response:
    """Show one item's form."""
    row = get_item(request.session, code)
    values = {name: getattr(row, name) for name in ItemForm.model_fields}
    return _form_page(request, code, blank(ItemForm, values), 200)


@action("/petitions/ratings/items/{code:str}", permission=ITEMS_MANAGE)
def save_item(request: Request, code: str) -> Response:
    """Change one item; rounds keep what they were opened with."""
    form = bind(request, ItemForm)
    get_item(request.session, code)
    if not form.valid:
        return _form_page(request, code, form, 422)
    change_item(request.ctx, code, form.data)
    return _saved(request)


def _saved(request: Request) -> Response:
    shown = request.url("petitions:list_items")
    return ui.redirect(request, shown, toast=str(_("评价事项已保存")))


def _form_page(request: Request, code: str, form: object, status: int) -> Response:
    return ui.page(
        request,
        "petitions/rating_item.html",
        block="form",
        status=status,
        code=code,
        name=get_item(request.session, code).label if code else "",
        form=form,
    )
