"""People: the list, a person's page, the workbook."""

from typing import Any

from sqlalchemy import ColumnElement, and_, select

from qimen_core import Context, NavItem, SearchHit
from qimen_core.audit.record import record_history
from qimen_core.db.session import scope
from qimen_core.errors import NotFound
from qimen_core.i18n import translations
from qimen_core.org.paths import successor
from qimen_core.org.queries import ancestors
from qimen_core.people import people as use_cases
from qimen_core.people import positions
from qimen_core.people.models import Person
from qimen_core.privacy import mask_name
from qimen_core.settings import CoreSettings
from qimen_web import ui
from qimen_web.handlers import download, fragment, page
from qimen_web.list_export import export_list
from qimen_web.lists import run_list
from qimen_web.people_list import EXPORT, READ, cells, people_spec, source
from qimen_web.record_changes import change_entries
from qimen_web.request import Request
from qimen_web.response import Response

_ = translations("qimen_web")
MANAGE, REVEAL, PARTY = "core.person.manage", "core.person.reveal", "core.party.read"
NAV = (NavItem("people", _("人员"), "users", "/people", READ, order=210),)
P: Any = Person
_HITS = 20


def search(ctx: Context, query: str) -> list[SearchHit]:
    """Return people for the palette: by initials from the start, else by part of the name."""
    query = query.strip()
    if not query or not ctx.can_anywhere(READ):
        return []
    with scope(ctx.session, ctx, READ):
        rows = _by_initials(ctx, query.lower()) if query.isascii() and query.isalpha() else []
        rows = rows or _found(ctx, P.name.contains(query, autoescape=True), P.org_path)
    kind = str(_("人员"))
    return [
        SearchHit(use_cases.shown_name(ctx, name, path), "", f"/people/{person_id}", kind)
        for person_id, name, path in rows
    ]


def _by_initials(ctx: Context, start: str) -> list[Any]:
    # A range of the index; LIKE, or this and the name at once, would read everybody.
    begins = and_(P.initials >= start, P.initials < successor(start))
    return _found(ctx, begins, P.initials)


def _found(ctx: Context, condition: ColumnElement[bool], order: ColumnElement[Any]) -> list[Any]:
    wanted = select(P.id, P.name, P.org_path).where(condition, P.archived_on.is_(None))
    return list(ctx.session.execute(wanted.order_by(order).limit(_HITS)))


@page("/people", permission=READ)
def people(request: Request) -> Response:
    """List the people in reach."""
    ctx = request.ctx
    found = run_list(request, people_spec(ctx), source(request))
    return ui.page(
        request,
        "web/people.html",
        block="list",
        list=found,
        rows=[(row[0], cells(ctx, row)) for row in found.rows],
        may_manage=ctx.can_anywhere(MANAGE),
    )


@download("/people/export.xlsx", permission=EXPORT)
def people_export(request: Request) -> Response:
    """Answer the list as a workbook, masked as on the page."""
    ctx = request.ctx
    return export_list(
        request,
        people_spec(ctx),
        source(request, EXPORT),
        str(_("人员")),
        permission=EXPORT,
        cells=lambda row: cells(ctx, row),
        limit=ctx.setting(CoreSettings).export_row_limit,
    )


@page("/people/{person_id:int}", permission=READ)
def person(request: Request, person_id: int) -> Response:
    """Show a person: identity masked, positions, and what plugins know."""
    ctx = request.ctx
    seen = use_cases.view(ctx, person_id)
    row = request.session.get(Person, person_id)
    if row is None:
        raise NotFound
    return ui.page(
        request,
        "web/person.html",
        block="content",
        person=seen,
        title=seen.name or mask_name(""),
        trail=ancestors(ctx, seen.org_path, itself=True),
        posts=positions.posts(ctx, person_id),
        panels=ctx.qimen.hooks.person_panels(ctx, row),
        may_manage=ctx.can(MANAGE, seen.org_path),
        may_reveal=ctx.can(REVEAL, seen.org_path),
        may_party=ctx.can(PARTY, seen.org_path),
        today=ctx.qimen.clock.today(),
    )


@fragment("/people/{person_id:int}/history", permission=READ)
def person_history(request: Request, person_id: int) -> Response:
    """Answer who changed which fields of a person when; membership with its own right only."""
    row = request.session.get(Person, person_id)
    if row is None:
        raise NotFound
    ctx = request.ctx
    hidden = () if ctx.can(PARTY, row.org_path) else ("core_party_membership",)
    changes = record_history(ctx, f"core_person:{person_id}", without=hidden)
    return ui.page(request, "web/_person_history.html", entries=change_entries(changes))


@fragment("/people/{person_id:int}/party", permission=PARTY)
def person_party(request: Request, person_id: int) -> Response:
    """Answer a person's party membership; a right of its own."""
    row = request.session.get(Person, person_id)
    if row is None:
        raise NotFound
    return ui.page(
        request,
        "web/_person_party.html",
        person_id=person_id,
        states=positions.memberships(request.ctx, person_id),
        choices=[(code, str(label)) for code, label in positions.PARTY_STATES.items()],
        may_manage=row.archived_on is None and request.ctx.can(MANAGE, row.org_path),
    )
