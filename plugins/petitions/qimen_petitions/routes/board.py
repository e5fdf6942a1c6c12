"""The supervision board, one page."""

from qimen_core import NotFound, scope
from qimen_core.org.queries import ancestors, get_unit, roots
from qimen_petitions.board import BOARD, COLUMNS, board_rows
from qimen_petitions.units import chosen_unit
from qimen_web import Request, Response, page, ui


@page("/petitions/board", permission=BOARD)
def show_board(request: Request) -> Response:
    """Show what presses in a unit and in each unit right below it."""
    ctx = request.ctx
    number = chosen_unit(request.query.get("unit", ""))
    with scope(request.session, ctx, BOARD):
        if number:
            unit = get_unit(ctx, number)
        else:
            tops = roots(ctx, BOARD)
            if not tops:
                raise NotFound
            unit = tops[0].unit
    way = [each for each in ancestors(ctx, unit.path) if ctx.can(BOARD, each.path)]
    return ui.page(
        request,
        "petitions/board.html",
        unit=unit,
        way=way,
        columns=COLUMNS,
        rows=board_rows(ctx, unit),
    )
