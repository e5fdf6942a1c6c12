"""Ctrl K: one box for menus, records and actions."""

from qimen_web import palette as finder
from qimen_web import ui
from qimen_web.handlers import SELF, page
from qimen_web.navigation import menu
from qimen_web.request import Request
from qimen_web.response import Response

_LONGEST = 60


@page("/palette", permission=SELF)
def palette(request: Request) -> Response:
    """Answer what matches the query; a whole page for a browser without script."""
    query = request.query.get("q", "")[:_LONGEST]
    return ui.page(
        request,
        "web/palette.html",
        block="results",
        query=query,
        groups=finder.find(request.ctx, menu(request), query),
    )
