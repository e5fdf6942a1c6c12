"""What the analysis suggests: a category, duplicates, and hot issues."""

from qimen_core import translations
from qimen_orders import read_path
from qimen_petitions.analysis.duplicates import duplicates_of
from qimen_petitions.analysis.hot_petitions import hot_list, hot_with, requests_of
from qimen_petitions.analysis.suggesting import suggest
from qimen_petitions.reading import READ, read_petition
from qimen_petitions.services import check_may
from qimen_web import Request, Response, action, fragment, page, ui

_ = translations("qimen_petitions")

_LONGEST = 5000
_MOST_DAYS = 366
_DIGITS = 4
_SPANS = (30, 90, 180, 365)


# By POST although nothing is written: what a resident said does not belong in an address.
@action("/petitions/suggestion", permission="petitions.order.create")
def suggest_category(request: Request) -> Response:
    """Suggest a category for what was typed so far."""
    content = request.form.get("content", "")[:_LONGEST]
    found = suggest(request.ctx, "", content)
    return ui.page(request, "petitions/_suggestion.html", block="suggestion", suggestions=found)


@fragment("/petitions/{order_id:int}/suggestion", permission="petitions.order.accept")
def suggest_for_petition(request: Request, order_id: int) -> Response:
    """Suggest a category for a petition that waits to be accepted."""
    check_may(request.ctx, order_id, "accept")
    petition = read_petition(request.ctx, order_id)
    found = suggest(request.ctx, petition.order.title, petition.content)
    return ui.page(request, "petitions/_suggestion.html", block="suggestion", suggestions=found)


@fragment("/petitions/{order_id:int}/duplicates", permission="petitions.order.read")
def duplicates(request: Request, order_id: int) -> Response:
    """List what may say the same."""
    petition = read_petition(request.ctx, order_id)
    may_merge = any(move.event == "merge" and move.allowed for move in petition.facts.moves)
    return ui.page(
        request,
        "petitions/_duplicates.html",
        block="card",
        order_id=order_id,
        found=duplicates_of(request.ctx, order_id),
        may_merge=may_merge,
    )


@page("/petitions/hot", permission="petitions.order.read")
def list_hot(request: Request) -> Response:
    """Show the hot issues of a period."""
    days = _days(request)
    return ui.page(
        request,
        "petitions/hot.html",
        block="hot",
        hot=hot_list(request.ctx, days),
        periods=_SPANS,
    )


@page("/petitions/hot/{order_id:int}", permission="petitions.order.read")
def show_hot(request: Request, order_id: int) -> Response:
    """Show the requests of one hot issue; it is named by any of them."""
    read_path(request.ctx, order_id, READ)  # 404 where it is out of reach
    hot, issue = hot_with(request.ctx, order_id, _days(request))
    rows = requests_of(request.ctx, issue) if issue else []
    return ui.page(request, "petitions/hot_issue.html", hot=hot, issue=issue, rows=rows)


def _days(request: Request) -> int:
    text = request.query.get("days", "")
    asked = int(text) if text.isdecimal() and len(text) < _DIGITS else 0
    return min(asked, _MOST_DAYS)
