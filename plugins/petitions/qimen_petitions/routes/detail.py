"""The page of one petition."""

from qimen_petitions.forms import RevealForm, SealedRevealForm
from qimen_petitions.move_forms import MovePanel, panel_of
from qimen_petitions.reading import PetitionFacts, read_petition
from qimen_petitions.rules import ALL_REASONS, CHANNELS, KIND_LABELS
from qimen_petitions.standing import may_reveal_sealed
from qimen_web import Request, Response, page, ui
from qimen_web.forms import blank

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
