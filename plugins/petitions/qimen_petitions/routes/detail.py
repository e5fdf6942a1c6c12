"""The page of one petition."""

from qimen_core import RowRef
from qimen_petitions.forms import RevealForm, SealedRevealForm
from qimen_petitions.handed import HANDED_LIST, takes_only
from qimen_petitions.move_forms import MovePanel, panel_of
from qimen_petitions.reading import PetitionFacts, read_petition
from qimen_petitions.rules import ALL_REASONS, CHANNELS, KIND_LABELS
from qimen_petitions.services import may_reveal
from qimen_petitions.standing import may_reveal_sealed
from qimen_web import Request, Response, page, ui
from qimen_web.forms import blank


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
    reference = RowRef("orders_order", order.id or 0, order.org_path)
    return ui.page(
        request,
        "petitions/show.html",
        block="moves",
        status=status,
        petition=petition,
        list_url=HANDED_LIST
        if takes_only(request.ctx)
        else request.url("petitions:list_petitions"),
        facts=petition.facts,
        order=order,
        panel=panel,
        can_reveal=may_reveal(request.ctx, reference),
        reveal_form=blank(RevealForm),
        can_reveal_sealed=may_reveal_sealed(request.ctx, petition.sealing, order.org_path),
        sealed_form=blank(SealedRevealForm),
        reasons=ALL_REASONS,
        channels=CHANNELS,
        kinds=KIND_LABELS,
    )
