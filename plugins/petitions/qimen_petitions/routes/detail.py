"""The page of one petition, and revealing a masked field of it."""

from qimen_core import InvalidInput, translations
from qimen_core.privacy import reveal
from qimen_petitions.forms import RevealForm, SealedRevealForm
from qimen_petitions.models import Petition
from qimen_petitions.move_forms import MovePanel, panel_of
from qimen_petitions.reading import PetitionFacts, read_petition
from qimen_petitions.rules import ALL_REASONS, CHANNELS, KIND_LABELS
from qimen_petitions.services import check_may
from qimen_petitions.standing import may_reveal_sealed
from qimen_web import Request, Response, action, page, ui
from qimen_web.forms import Form, bind, blank

_ = translations("qimen_petitions")

REVEAL = "petitions.order.reveal"


@page("/petitions/{order_id:int}", permission="petitions.order.read")
def show_petition(request: Request, order_id: int) -> Response:
    """Show one petition: steps, facts, what can be done next, clocks and timeline."""
    petition = read_petition(request.ctx, order_id)
    return petition_page(
        request, petition, panel_of(request, petition, request.query.get("move", ""))
    )


def petition_page(
    request: Request, petition: PetitionFacts, panel: MovePanel, status: int = 200
) -> Response:
    """Render the page, or only its panel of moves to htmx."""
    order = petition.order
    return ui.page(
        request,
        "petitions/show.html",
        block="moves",
        status=status,
        petition=petition,
        facts=petition.facts,
        order=order,
        panel=panel,
        can_reveal=request.ctx.can(REVEAL, order.org_path),
        reveal_form=blank(RevealForm),
        can_reveal_sealed=may_reveal_sealed(request.ctx, petition.sealing, order.org_path),
        sealed_form=blank(SealedRevealForm),
        reasons=ALL_REASONS,
        channels=CHANNELS,
        kinds=KIND_LABELS,
    )


@action("/petitions/{order_id:int}/reveal", permission="petitions.order.reveal")
def reveal_field(request: Request, order_id: int) -> Response:
    """Show one masked field in full, once, for a reason that stands in the audit."""
    check_may(request.ctx, order_id, "reveal")
    form: Form[RevealForm] = bind(request, RevealForm)
    shown, left = "", 0
    if form.valid:
        try:
            found = reveal(
                request.ctx,
                Petition,
                order_id,
                form.data.field,
                reason=form.data.reason,
                permission=REVEAL,
            )
            shown, left = found.text, found.left
        except InvalidInput as error:
            form.refuse(error)
    return ui.page(
        request,
        "petitions/_revealed.html",
        block="revealed",
        status=200 if shown else 422,
        form=form,
        order_id=order_id,
        shown=shown,
        left=left,
    )
