"""Moving a petition on: one action per event, each with its own right, and taking one back."""

from pydantic import BaseModel

from qimen_core import Conflict, InvalidInput, translations
from qimen_orders import EVENT_LABELS, Event
from qimen_petitions.move_forms import FORMS, inputs_of, panel_of
from qimen_petitions.move_models import SplitForm
from qimen_petitions.reading import read_petition
from qimen_petitions.routes.detail import petition_page
from qimen_petitions.services import check_may, move, split_petition, take_back, version_of
from qimen_web import Request, Response, action, ui
from qimen_web.forms import Form, bind

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


@action("/petitions/{order_id:int}/merge", permission="petitions.order.merge")
def merge(request: Request, order_id: int) -> Response:
    """并件."""
    return _moved(request, order_id, Event.MERGE)


@action("/petitions/{order_id:int}/redirect", permission="petitions.order.redirect")
def redirect(request: Request, order_id: int) -> Response:
    """转送."""
    return _moved(request, order_id, Event.REDIRECT)


@action("/petitions/{order_id:int}/dispatch", permission="petitions.order.dispatch")
def dispatch(request: Request, order_id: int) -> Response:
    """派单."""
    return _moved(request, order_id, Event.DISPATCH)


@action("/petitions/{order_id:int}/whistle", permission="petitions.order.whistle")
def whistle(request: Request, order_id: int) -> Response:
    """吹哨."""
    return _moved(request, order_id, Event.WHISTLE)


@action("/petitions/{order_id:int}/claim", permission="petitions.order.claim")
def claim(request: Request, order_id: int) -> Response:
    """接单."""
    return _moved(request, order_id, Event.CLAIM)


@action("/petitions/{order_id:int}/return", permission="petitions.order.return")
def return_order(request: Request, order_id: int) -> Response:
    """退单."""
    return _moved(request, order_id, Event.RETURN)


@action("/petitions/{order_id:int}/uphold", permission="petitions.order.uphold")
def uphold(request: Request, order_id: int) -> Response:
    """同意退单."""
    return _moved(request, order_id, Event.UPHOLD)


@action("/petitions/{order_id:int}/reject", permission="petitions.order.reject")
def reject(request: Request, order_id: int) -> Response:
    """驳回退单."""
    return _moved(request, order_id, Event.REJECT)


@action("/petitions/{order_id:int}/ask-suspend", permission="petitions.order.ask_suspend")
def ask_suspend(request: Request, order_id: int) -> Response:
    """申请挂起."""
    return _moved(request, order_id, Event.ASK_SUSPEND)


@action("/petitions/{order_id:int}/suspend", permission="petitions.order.suspend")
def suspend(request: Request, order_id: int) -> Response:
    """批准挂起."""
    return _moved(request, order_id, Event.SUSPEND)


@action("/petitions/{order_id:int}/resume", permission="petitions.order.resume")
def resume(request: Request, order_id: int) -> Response:
    """解挂."""
    return _moved(request, order_id, Event.RESUME)


@action("/petitions/{order_id:int}/ask-extend", permission="petitions.order.ask_extend")
def ask_extend(request: Request, order_id: int) -> Response:
    """申请延期."""
    return _moved(request, order_id, Event.ASK_EXTEND)


@action("/petitions/{order_id:int}/extend", permission="petitions.order.extend")
def extend(request: Request, order_id: int) -> Response:
    """批准延期."""
    return _moved(request, order_id, Event.EXTEND)


@action("/petitions/{order_id:int}/decline", permission="petitions.order.decline")
def decline(request: Request, order_id: int) -> Response:
    """不批准申请."""
    return _moved(request, order_id, Event.DECLINE)


@action("/petitions/{order_id:int}/uplift", permission="petitions.order.uplift")
def uplift(request: Request, order_id: int) -> Response:
    """上报."""
    return _moved(request, order_id, Event.UPLIFT)


@action("/petitions/{order_id:int}/split", permission="petitions.order.split")
def split(request: Request, order_id: int) -> Response:
    """拆分子单."""
    return _moved(request, order_id, Event.SPLIT)


@action("/petitions/{order_id:int}/assist-done", permission="petitions.order.assist_done")
def assist_done(request: Request, order_id: int) -> Response:
    """协办完成."""
    return _moved(request, order_id, Event.ASSIST_DONE)


@action("/petitions/{order_id:int}/assist-waived", permission="petitions.order.assist_waived")
def assist_waived(request: Request, order_id: int) -> Response:
    """免除协办."""
    return _moved(request, order_id, Event.ASSIST_WAIVED)


@action("/petitions/{order_id:int}/remind", permission="petitions.order.remind")
def remind(request: Request, order_id: int) -> Response:
    """催办."""
    return _moved(request, order_id, Event.REMIND)


@action("/petitions/{order_id:int}/supervise", permission="petitions.order.supervise")
def supervise(request: Request, order_id: int) -> Response:
    """督办."""
    return _moved(request, order_id, Event.SUPERVISE)


@action("/petitions/{order_id:int}/feedback", permission="petitions.order.feedback")
def feedback(request: Request, order_id: int) -> Response:
    """督办反馈."""
    return _moved(request, order_id, Event.FEEDBACK)


@action("/petitions/{order_id:int}/call-missed", permission="petitions.order.call_missed")
def call_missed(request: Request, order_id: int) -> Response:
    """回访未接通."""
    return _moved(request, order_id, Event.CALL_MISSED)


@action("/petitions/{order_id:int}/callback", permission="petitions.order.callback")
def callback(request: Request, order_id: int) -> Response:
    """回访."""
    return _moved(request, order_id, Event.CALLBACK)


@action("/petitions/{order_id:int}/redo", permission="petitions.order.redo")
def redo(request: Request, order_id: int) -> Response:
    """重办."""
    return _moved(request, order_id, Event.REDO)


@action("/petitions/{order_id:int}/close-off", permission="petitions.order.close_off")
def close_off(request: Request, order_id: int) -> Response:
    """销号."""
    return _moved(request, order_id, Event.CLOSE_OFF)


@action("/petitions/{order_id:int}/undo", permission="petitions.order.undo")
def undo_move(request: Request, order_id: int) -> Response:
    """撤销: the move just made, named in the address; the engine says whether it still may be."""
    check_may(request.ctx, order_id, "undo")
    event = request.query.get("event", "")
    if event not in set(Event):
        raise InvalidInput({"": _("没有说明要撤销哪一步")})
    take_back(request.ctx, order_id, Event(event))
    done = _("“{event}”已撤销").format(event=EVENT_LABELS[event])
    return ui.redirect(request, _page(request, order_id), toast=done)


def _moved(request: Request, order_id: int, event: Event) -> Response:
    check_may(request.ctx, order_id, event)
    form: Form[BaseModel] = bind(request, FORMS[event])
    if form.valid:
        try:
            return _done(request, order_id, event, form.data)
        except InvalidInput as error:
            form.refuse(error)
        except Conflict as first:
            if event is not Event.CLAIM:
                raise
            # Somebody was quicker: nothing went wrong, the order is in good hands.
            said = ui.Toast(str(first.message), tone="info")
            return ui.redirect(request, _page(request, order_id), toast=said)
    petition = read_petition(request.ctx, order_id)
    panel = panel_of(request, petition, event, form)
    return petition_page(request, petition, panel, status=422)


def _done(request: Request, order_id: int, event: Event, data: BaseModel) -> Response:
    if isinstance(data, SplitForm):
        split_petition(request.ctx, order_id, data.title, data.taker)
        undoable = False
    else:
        undoable = move(request.ctx, order_id, event, inputs_of(data))
    undo = request.url("petitions:undo_move", order_id=order_id, event=event) if undoable else None
    done = _("“{event}”已完成").format(event=EVENT_LABELS[event])
    return ui.redirect(request, _page(request, order_id), toast=done, undo=undo)


def _page(request: Request, order_id: int) -> str:
    """Return the petition's address; the new version puts the focus on what comes next."""
    version = version_of(request.ctx, order_id)
    if not version:  # it was lent, and went to somebody else
        return request.url("petitions:list_petitions", mine="handed")
    return request.url("petitions:show_petition", order_id=order_id, v=version)
