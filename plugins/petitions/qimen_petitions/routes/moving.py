"""Moving a petition on: one action per event, each with its own right."""

from qimen_core import InvalidInput, translations
from qimen_orders import EVENT_LABELS, Event
from qimen_petitions.move_forms import FORMS, blank_forms, inputs_of
from qimen_petitions.reading import read_petition
from qimen_petitions.routes.detail import petition_page
from qimen_petitions.services import check_may, move
from qimen_web import Request, Response, action, ui
from qimen_web.forms import bind

_ = translations("qimen_petitions")


@action("/petitions/{order_id:int}/submit", permission="petitions.order.create")
def submit(request: Request, order_id: int) -> Response:
    """提交: a draft, by whoever may take petitions down."""
    check_may(request.ctx, order_id, "create")
    return _moved(request, order_id, Event.SUBMIT)


@action("/petitions/{order_id:int}/accept", permission="petitions.order.accept")
def accept(request: Request, order_id: int) -> Response:
    """受理."""
    return _moved(request, order_id, Event.ACCEPT)


@action("/petitions/{order_id:int}/not-accept", permission="petitions.order.not_accept")
def not_accept(request: Request, order_id: int) -> Response:
    """不予受理."""
    return _moved(request, order_id, Event.NOT_ACCEPT)


@action("/petitions/{order_id:int}/dispatch", permission="petitions.order.dispatch")
def dispatch(request: Request, order_id: int) -> Response:
    """派单."""
    return _moved(request, order_id, Event.DISPATCH)


@action("/petitions/{order_id:int}/claim", permission="petitions.order.claim")
def claim(request: Request, order_id: int) -> Response:
    """接单."""
    return _moved(request, order_id, Event.CLAIM)


@action("/petitions/{order_id:int}/reply", permission="petitions.order.reply")
def reply(request: Request, order_id: int) -> Response:
    """答复."""
    return _moved(request, order_id, Event.REPLY)


@action("/petitions/{order_id:int}/callback", permission="petitions.order.callback")
def callback(request: Request, order_id: int) -> Response:
    """回访."""
    return _moved(request, order_id, Event.CALLBACK)


@action("/petitions/{order_id:int}/close-off", permission="petitions.order.close_off")
def close_off(request: Request, order_id: int) -> Response:
    """销号."""
    return _moved(request, order_id, Event.CLOSE_OFF)


def _moved(request: Request, order_id: int, event: Event) -> Response:
    check_may(request.ctx, order_id, event)
    form = bind(request, FORMS[event])
    if form.valid:
        try:
            move(request.ctx, order_id, event, inputs_of(form.data))
        except InvalidInput as error:
            form.refuse(error)
        else:
            return ui.redirect(
                request,
                request.url("petitions:show_petition", order_id=order_id),
                toast=_("“{event}”已完成").format(event=EVENT_LABELS[event]),
            )
    petition = read_petition(request.ctx, order_id)
    forms = {**blank_forms(request, petition), event.value: form}
    return petition_page(request, petition, forms, status=422)
