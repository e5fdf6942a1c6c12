"""One route of every kind."""

from noticeboard.models import Notice
from sqlmodel import select

from qimen_core import Context, InvalidInput, NotFound, scope, unit_of_work
from qimen_core.org.models import OrgUnit
from qimen_web import Request, Response, action, download, fragment, page, public, ui

READ = "noticeboard.notice.read"
WRITE = "noticeboard.notice.write"


def texts(ctx: Context) -> list[str]:
    """Return the notices in reach."""
    with scope(ctx.session, ctx, READ):
        return list(ctx.session.exec(select(Notice.text).order_by(Notice.id)))


@page("/noticeboard", permission=READ)
def board(request: Request) -> Response:
    """The list."""
    return ui.page(request, "noticeboard/board.html", notices=texts(request.ctx))


@page("/noticeboard/{notice_id:int}", permission=READ)
def notice(request: Request, notice_id: int) -> Response:
    """One notice."""
    found = request.session.get(Notice, notice_id)
    if found is None:
        raise NotFound
    return ui.page(request, "noticeboard/board.html", notices=[found.text])


@fragment("/noticeboard/card", permission=READ)
def card(request: Request) -> Response:
    """The card's body."""
    return ui.page(request, "noticeboard/board.html", block="content", notices=texts(request.ctx))


@download("/noticeboard/notices.txt", permission=READ)
def text_file(request: Request) -> Response:
    """The list as a file."""
    body = "\n".join(texts(request.ctx)).encode()
    return ui.download(request, "notices.txt", body, "text/plain")


@action("/noticeboard", permission=WRITE)
def put_up(request: Request) -> Response:
    """Put a notice up at the unit with the given id."""
    text = request.form.get("text", "")
    if not text:
        raise InvalidInput({"text": "请填写内容"})
    with unit_of_work(request.ctx, WRITE) as uow:
        unit = request.session.get(OrgUnit, int(request.form["unit"]))
        if unit is None or unit.id is None:
            raise NotFound
        uow.session.add(Notice(org_id=unit.id, org_path=unit.path, text=text))
    return ui.redirect(request, "/noticeboard")


@public("/p/noticeboard/{unit:str}", plugin="noticeboard")
def for_residents(request: Request, unit: str) -> Response:
    """Say that there is a board; its notices are for staff."""
    return ui.json(request, {"unit": unit})
