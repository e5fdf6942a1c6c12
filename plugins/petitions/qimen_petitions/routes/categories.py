"""The category scheme as a page that can be edited."""

from qimen_core import InvalidInput, translations
from qimen_petitions.categories import MANAGE, change_category, get_category, scheme
from qimen_petitions.forms import CategoryForm
from qimen_petitions.gathering.emergencies import emergencies
from qimen_petitions.rules import KIND_LABELS
from qimen_web import Request, Response, action, page, ui
from qimen_web.forms import bind, blank

_ = translations("qimen_petitions")


@page("/petitions/categories", permission=MANAGE)
def list_categories(request: Request) -> Response:
    """Show the scheme."""
    return ui.page(
        request,
        "petitions/categories.html",
        rows=scheme(request.session),
        kinds=KIND_LABELS,
        emergencies={each.code: each for each in emergencies(request.session)},
    )


@page("/petitions/categories/{code:str}", permission=MANAGE)
def edit_category(request: Request, code: str) -> Response:
    """Show one category's form."""
    row = get_category(request.session, code)
    values = {name: getattr(row, name, "") for name in CategoryForm.model_fields}
    called = next((each for each in emergencies(request.session) if each.code == code), None)
    if called is not None:
        values |= {
            "emergency_phone": called.phone,
            "emergency_answers": called.answers,
            "emergency_source": called.source,
        }
    return _form_page(request, code, blank(CategoryForm, values), 200)


@action("/petitions/categories/{code:str}", permission=MANAGE)
def save_category(request: Request, code: str) -> Response:
    """Change one category; running clocks keep their limit."""
    form = bind(request, CategoryForm)
    if not form.valid:
        return _form_page(request, code, form, 422)
    try:
        change_category(request.ctx, code, form.data)
    except InvalidInput as error:
        return _form_page(request, code, form.refuse(error), 422)
    return ui.redirect(
        request, request.url("petitions:list_categories"), toast=str(_("类别已保存"))
    )


def _form_page(request: Request, code: str, form: object, status: int) -> Response:
    return ui.page(
        request,
        "petitions/category.html",
        block="form",
        status=status,
        code=code,
        form=form,
        kinds=list(KIND_LABELS.items()),
    )
