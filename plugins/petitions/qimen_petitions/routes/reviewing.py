"""评议会: drawing a sample, scoring it in the meeting, the sheet for the wall."""

from datetime import timedelta

from qimen_core import InvalidInput, local, translations
from qimen_orders import SATISFACTION_LABELS
from qimen_petitions.reviewing.forms import ItemForm, OutcomeForm, ReviewForm
from qimen_petitions.reviewing.meetings import (
    MANAGE,
    finish,
    meetings,
    open_review,
    read_meeting,
    score_item,
)
from qimen_petitions.units import units_under
from qimen_web import Request, Response, action, page, ui
from qimen_web.forms import Form, bind, blank

_ = translations("qimen_petitions")


@page("/petitions/reviews", permission=MANAGE)
def list_reviews(request: Request) -> Response:
    """Show the meetings."""
    return ui.page(request, "petitions/reviews.html", meetings=meetings(request.ctx))


@page("/petitions/reviews/new", permission=MANAGE)
def new_review(request: Request) -> Response:
    """Show the form of a new meeting: last month, as a rule."""
    today = local(request.ctx.now).date()
    last = today.replace(day=1) - timedelta(days=1)
    units = units_under(request.ctx, MANAGE)
    first = {"unit_id": units[0].id} if units else {}
    span = {"held_on": today, "start": last.replace(day=1), "end": last}
    return _new_page(request, blank(ReviewForm, {**first, **span}), 200)


@action("/petitions/reviews/new", permission=MANAGE)
def create_review(request: Request) -> Response:
    """Draw the sample and open the meeting."""
    form = bind(request, ReviewForm)
    if form.valid:
        try:
            made = open_review(request.ctx, form.data)
        except InvalidInput as error:
            form.refuse(error)
        else:
            shown = request.url("petitions:show_review", review_id=made)
            return ui.redirect(request, shown, toast=str(_("样本已抽好")))
    return _new_page(request, form, 422)


@page("/petitions/reviews/{review_id:int}", permission=MANAGE)
def show_review(request: Request, review_id: int) -> Response:
    """Show a meeting: its sample, the scores beside the citizens', where they differ."""
    return _meeting_page(request, review_id, blank(OutcomeForm), 200)


@action("/petitions/reviews/{review_id:int}/items/{item_id:int}", permission=MANAGE)
def score_review(request: Request, review_id: int, item_id: int) -> Response:
    """Write down what the meeting says of one petition."""
    read_meeting(request.ctx, review_id)
    form = bind(request, ItemForm)
    if not form.valid:
        raise InvalidInput(form.errors)
    score_item(request.ctx, review_id, item_id, form.data)
    return ui.redirect(request, request.url("petitions:show_review", review_id=review_id))


@action("/petitions/reviews/{review_id:int}/finish", permission=MANAGE)
def finish_review(request: Request, review_id: int) -> Response:
    """Write the outcome down."""
    read_meeting(request.ctx, review_id)
    form = bind(request, OutcomeForm)
    if form.valid:
        try:
            finish(request.ctx, review_id, form.data)
        except InvalidInput as error:
            form.refuse(error)
        else:
            shown = request.url("petitions:show_review", review_id=review_id)
            return ui.redirect(request, shown, toast=str(_("评议结论已保存")))
    return _meeting_page(request, review_id, form, 422)


def _new_page(request: Request, form: Form[ReviewForm], status: int) -> Response:
    units = [unit.option for unit in units_under(request.ctx, MANAGE)]
    return ui.page(
        request, "petitions/review_new.html", block="form", status=status, form=form, units=units
    )


def _meeting_page(
    request: Request, review_id: int, form: Form[OutcomeForm], status: int
) -> Response:
    meeting = read_meeting(request.ctx, review_id)
    form.values["version"] = str(meeting.version)
    return ui.page(
        request,
        "petitions/review.html",
        block="outcome",
        status=status,
        meeting=meeting,
        form=form,
        scores=list(SATISFACTION_LABELS.items()),
    )
