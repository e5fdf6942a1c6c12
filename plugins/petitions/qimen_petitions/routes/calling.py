"""Calling back: who is to be called, what to say, and the next one without a detour."""

from qimen_core import InvalidInput, translations
from qimen_orders import RESULT_LABELS, SATISFACTION_LABELS, Event
from qimen_petitions.calling.forms import CallForm
from qimen_petitions.calling.talking import record_call, record_miss, talk_about
from qimen_petitions.calling.waiting import CALLBACK, next_call, waiting_calls
from qimen_petitions.forms import RevealForm, SealedRevealForm
from qimen_petitions.reading import read_petition
from qimen_petitions.services import check_may
from qimen_petitions.standing import may_reveal_sealed
from qimen_web import Request, Response, action, page, ui
from qimen_web.forms import Form, bind, blank

_ = translations("qimen_petitions")

REVEAL = "petitions.order.reveal"


@page("/petitions/callbacks", permission=CALLBACK)
def list_callbacks(request: Request) -> Response:
    """Show who is to be called back, those to call now first."""
    calls = waiting_calls(request.ctx)
    first = next((call.order_id for call in calls if call.callable), None)
    return ui.page(request, "petitions/callbacks.html", calls=calls, first=first)


@page("/petitions/{order_id:int}/call", permission=CALLBACK)
def show_call(request: Request, order_id: int) -> Response:
    """Show what to say and where to write down what was answered."""
    check_may(request.ctx, order_id, Event.CALLBACK)
    order = read_petition(request.ctx, order_id).order
    mine = order.handler_name != request.ctx.actor.name
    form = blank(CallForm, {"caller_name": request.ctx.actor.name if mine else ""})
    return _call_page(request, order_id, form, 200)


@action("/petitions/{order_id:int}/call", permission=CALLBACK)
def save_call(request: Request, order_id: int) -> Response:
    """Write down what the resident said, and go on to the next."""
    check_may(request.ctx, order_id, Event.CALLBACK)
    form = bind(request, CallForm)
    if form.valid:
        try:
            undoable = record_call(request.ctx, order_id, form.data)
        except InvalidInput as error:
            form.refuse(error)
        else:
            done = _("已回访，并已重办") if form.data.redo else _("回访已登记")
            undo = request.url("petitions:undo_move", order_id=order_id, event=Event.CALLBACK)
            return _next(request, order_id, str(done), undo if undoable else None)
    return _call_page(request, order_id, form, 422)


@action("/petitions/{order_id:int}/call/missed", permission="petitions.order.call_missed")
def miss_call(request: Request, order_id: int) -> Response:
    """Write down that nobody took the call, and go on to the next."""
    check_may(request.ctx, order_id, Event.CALL_MISSED)
    record_miss(request.ctx, order_id)
    return _next(request, order_id, str(_("已记为未接通，稍后再打")), None)


def _next(request: Request, order_id: int, toast: str, undo: str | None) -> Response:
    following = next_call(request.ctx, order_id)
    if following is None:
        return ui.redirect(request, request.url("petitions:list_callbacks"), toast=toast, undo=undo)
    shown = request.url("petitions:show_call", order_id=following)
    return ui.redirect(request, shown, toast=toast, undo=undo)


def _call_page(request: Request, order_id: int, form: Form[CallForm], status: int) -> Response:
    petition = read_petition(request.ctx, order_id)
    path = petition.order.org_path
    return ui.page(
        request,
        "petitions/call.html",
        block="form",
        status=status,
        petition=petition,
        order=petition.order,
        order_id=order_id,
        talk=talk_about(request.ctx, petition),
        call_form=form,
        results=list(RESULT_LABELS.items()),
        satisfactions=list(SATISFACTION_LABELS.items()),
        can_reveal=request.ctx.can(REVEAL, path),
        reveal_form=blank(RevealForm, {"field": "phone", "reason": str(_("电话回访诉求人"))}),
        can_reveal_sealed=may_reveal_sealed(request.ctx, petition.sealing, path),
        sealed_form=blank(SealedRevealForm),
    )
