"""The words of the 三驾马车: what each still has to write, and the form of one."""

from qimen_core import InvalidInput, translations
from qimen_petitions.estates.forms import ViewForm
from qimen_petitions.estates.permissions import ANSWER, WRITE_VIEW
from qimen_petitions.estates.results import result_of
from qimen_petitions.estates.rules import HORSES, SCORES
from qimen_petitions.estates.views import View, read_view, views_due, write_view
from qimen_web import Request, Response, action, page, ui
from qimen_web.forms import Form, bind, blank

_ = translations("qimen_petitions")


@page("/petitions/ratings/views", permission=WRITE_VIEW)
def list_views(request: Request) -> Response:
    """Show the words that may still be written, the missing ones first."""
    return ui.page(
        request, "petitions/rating_views.html", views=views_due(request.ctx), horses=HORSES
    )


@page("/petitions/ratings/views/{view_id:int}", permission=WRITE_VIEW)
def edit_view(request: Request, view_id: int) -> Response:
    """Show one form, beside what the residents said."""
    view = read_view(request.ctx, view_id)
    values = {name: getattr(view, name) for name in ViewForm.model_fields}
    return _form_page(request, view, blank(ViewForm, values), 200)


@action("/petitions/ratings/views/{view_id:int}", permission=WRITE_VIEW)
def save_view(request: Request, view_id: int) -> Response:
    """Write it down."""
    view = read_view(request.ctx, view_id)
    form = bind(request, ViewForm)
    if form.valid:
        result = result_of(request.ctx, view.rated_id, ANSWER)
        try:
            write_view(request.ctx, view, result.round.state, form.data)
        except InvalidInput as error:
            form.refuse(error)
        else:
            shown = request.url("petitions:list_views")
            return ui.redirect(request, shown, toast=str(_("意见已保存")))
    return _form_page(request, view, form, 422)


def _form_page(request: Request, view: View, form: Form[ViewForm], status: int) -> Response:
    # A company reaches its own word only; of the result it reads what everybody will read, once
    # the answers are in.
    result = result_of(request.ctx, view.rated_id, ANSWER)
    return ui.page(
        request,
        "petitions/rating_view.html",
        block="form",
        status=status,
        view=view,
        result=result,
        over=result.round.state in ("closed", "confirmed"),
        editable=result.round.state in ("open", "closed"),
        horse=HORSES[view.horse],
        scores=[(str(number), label) for number, label in SCORES.items()],
        form=form,
    )
