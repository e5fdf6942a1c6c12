"""Reading one field of a sealed complainant in full; never for those complained about."""

from qimen_core import Forbidden, InvalidInput, translations
from qimen_core.privacy import reveal
from qimen_orders import read_path
from qimen_petitions.forms import SealedRevealForm
from qimen_petitions.models import SealedComplainant
from qimen_petitions.standing import READ, REVEAL_SEALED, standing
from qimen_web import Request, Response, action, ui
from qimen_web.forms import Form, bind

_ = translations("qimen_petitions")


@action("/petitions/{order_id:int}/sealed/reveal", permission="petitions.sealed.reveal")
def reveal_sealed(request: Request, order_id: int) -> Response:
    """Show one sealed field, once, for a reason that stands in the audit."""
    unit = read_path(request.ctx, order_id, READ)
    request.ctx.require(REVEAL_SEALED, unit, see=READ)
    if standing(request.ctx, order_id, unit).named:
        raise Forbidden(_("诉求人已对被反映的单位和个人密封，您不能查看"))
    form: Form[SealedRevealForm] = bind(request, SealedRevealForm)
    shown, left = "", 0
    if form.valid:
        try:
            found = reveal(
                request.ctx,
                SealedComplainant,
                order_id,
                form.data.field,
                reason=form.data.reason,
                permission=REVEAL_SEALED,
            )
            shown, left = found.text or str(_("没有填写")), found.left
        except InvalidInput as error:
            form.refuse(error)
    return ui.page(
        request,
        "petitions/_sealed_revealed.html",
        block="revealed",
        status=200 if shown else 422,
        form=form,
        order_id=order_id,
        shown=shown,
        left=left,
    )
