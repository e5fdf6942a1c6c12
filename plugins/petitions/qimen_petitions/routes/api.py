"""Reading petitions by program, as a logged-in user sees them."""

from typing import cast

from qimen_petitions.listing import shown_page
from qimen_petitions.rows import PetitionRow
from qimen_web import Request, Response, fragment, ui


# A program is told 401 and not led to a login page: that is what a fragment does.
@fragment("/api/petitions", permission="petitions.order.read")
def api_petitions(request: Request) -> Response:
    """Answer a page of the list as JSON; takes the filters of the page's address.

    ``{"count", "capped", "next", "items": [{"id", "number", …}]}``; ``next`` goes into ``after``.
    """
    found = shown_page(request)
    return ui.json(
        request,
        {
            "count": found.count,
            "capped": found.capped,
            "next": found.next_key,
            "items": [_item(cast(PetitionRow, row)._asdict()) for row in found.rows],
        },
    )


def _item(row: dict[str, object]) -> dict[str, object]:
    return {key: value for key, value in row.items() if not key.endswith("_tone")}
