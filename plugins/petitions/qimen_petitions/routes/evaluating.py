"""The resident's own word on the tracking page; code and phone are asked again, unseen."""

from qimen_petitions.calling.evaluating import evaluate
from qimen_petitions.calling.forms import EvaluationForm, RemindForm
from qimen_petitions.following import find_case, follow
from qimen_petitions.reminding import remind
from qimen_petitions.routes.case import case_page, first_form, reserve_follow
from qimen_web import Request, Response, public, ui
from qimen_web.forms import bind


@public("/p/petitions/follow/evaluate", plugin="petitions", methods=("POST",))
def evaluate_case(request: Request) -> Response:
    """Take the resident's word once and show the case; what does not fit goes where it always goes.

    The code travels in the body alone, so the answer is the page itself and no redirect.
    """
    form = bind(request, EvaluationForm)
    code, tail = str(form.values["code"]), str(form.values["tail"])
    counted = reserve_follow(request, code)
    order_id = find_case(request.ctx, code, tail)
    if order_id is None:
        return ui.redirect(request, f"{request.url('petitions:follow_form')}?missed=1")
    counted.succeeded()
    if form.valid:
        evaluate(request.ctx, order_id, form.data)
    case = follow(request.ctx, code, tail)
    if case is None:
        return ui.redirect(request, f"{request.url('petitions:follow_form')}?missed=1")
    status = 200 if form.valid else 422
    return case_page(request, case, form, status=status, thanked=form.valid)


@public("/p/petitions/follow/remind", plugin="petitions", methods=("POST",))
def remind_case(request: Request) -> Response:
    """Take the resident's reminder down, once in so many days, and show the case."""
    form = bind(request, RemindForm)
    code, tail = str(form.values["code"]), str(form.values["tail"])
    counted = reserve_follow(request, code)
    order_id = find_case(request.ctx, code, tail)
    if order_id is None:
        return ui.redirect(request, f"{request.url('petitions:follow_form')}?missed=1")
    counted.succeeded()
    reminded = form.valid and remind(request.ctx, order_id, form.data.key)
    case = follow(request.ctx, code, tail)
    if case is None:
        return ui.redirect(request, f"{request.url('petitions:follow_form')}?missed=1")
    return case_page(request, case, first_form(code, tail), reminded=reminded)
