"""Reading petitions by program, as a logged-in user sees them."""

from qimen_petitions.listing import petition_list, petition_source
from qimen_petitions.rows import row_words
from qimen_petitions.walking import run_walking
from qimen_web import Request, Response, fragment, ui


# A program is told 401 and not led to a login page: that is what a fragment does.
@fragment("/api/petitions", permission="petitions.order.read")
def api_petitions(request: Request) -> Response:
    """Answer a page of the list as JSON; takes the filters of the page's address.

    ``{"count", "capped", "next", "items": [{"id", "number", …}]}``; ``next`` goes into ``after``.
    """
    ctx = request.ctx
    found = run_walking(
        request,
        lambda on: petition_list(request, on),
        lambda on: petition_source(ctx, on=on),
    )
    say = row_words(ctx)
    return ui.json(
        request,
        {
            "count": found.count,
            "capped": found.capped,
            "next": found.next_key,
            "items": [_item(say(row)._asdict()) for row in found.rows],
        },
    )


def _item(row: dict[str, object]) -> dict[str, object]:
    return {key: value for key, value in row.items() if not key.endswith("_tone")}
