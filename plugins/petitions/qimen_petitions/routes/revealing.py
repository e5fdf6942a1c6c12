"""Reading one masked field in full, for a reason that stands in the audit."""

from typing import TypeVar

from qimen_core import Forbidden, InvalidInput, ScopedModel, translations
from qimen_core.privacy import reveal
from qimen_orders import find_order
from qimen_petitions.forms import RevealForm, SealedRevealForm
from qimen_petitions.models import Petition, SealedComplainant
from qimen_petitions.services import check_reveal
from qimen_petitions.standing import READ, REVEAL_SEALED, standing
from qimen_web import Request, Response, action, ui
from qimen_web.forms import Form, bind

_ = translations("qimen_petitions")
F = TypeVar("F", RevealForm, SealedRevealForm)

REVEAL = "petitions.order.reveal"


@action("/petitions/{order_id:int}/reveal", permission="petitions.order.reveal")
def reveal_field(request: Request, order_id: int) -> Response:
    """Show one masked field of a petition, once."""
    check_reveal(request.ctx, order_id)
    return _shown(request, order_id, Petition, RevealForm, REVEAL)


@action("/petitions/{order_id:int}/sealed/reveal", permission="petitions.sealed.reveal")
def reveal_sealed(request: Request, order_id: int) -> Response:
    """Show one field of a sealed complainant, once; never to those complained about."""
    order = find_order(request.ctx, order_id, READ)
    request.ctx.require_on(REVEAL_SEALED, order, see=READ)
    if standing(request.ctx, order_id, order.path).named:
        raise Forbidden(_("诉求人已对被反映的单位和个人密封，您不能查看"))
    return _shown(request, order_id, SealedComplainant, SealedRevealForm, REVEAL_SEALED)


def _shown(
    request: Request, order_id: int, model: type[ScopedModel], kind: type[F], permission: str
) -> Response:
    form: Form[F] = bind(request, kind)
    shown, left = "", 0
    if form.valid:
        field, reason = form.data.field, form.data.reason
        try:
            found = reveal(
                request.ctx, model, order_id, field, reason=reason, permission=permission
            )
            shown, left = found.text or str(_("没有填写")), found.left
        except InvalidInput as error:
            form.refuse(error)
    sealed = model is SealedComplainant
    return ui.page(
        request,
        "petitions/_sealed_revealed.html" if sealed else "petitions/_revealed.html",
        block="revealed",
        status=200 if shown else 422,
        form=form,
        order_id=order_id,
        shown=shown,
        left=left,
    )
