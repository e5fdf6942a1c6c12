"""走访, 座谈会, 居民议事会: the list, one event with its requests, and 需求清单."""

import secrets
from dataclasses import replace
from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, true

from qimen_core import InvalidInput, local, scope, scoped, translations
from qimen_orders import Order
from qimen_petitions.categories import category_options
from qimen_petitions.gathering.emergencies import emergencies
from qimen_petitions.gathering.events import (
    CHANNEL_OF,
    KINDS,
    MANAGE,
    READ,
    ROWS,
    GatheringForm,
    RequestForm,
    add_request,
    hold,
    read_event,
)
from qimen_petitions.gathering.models import Gathering
from qimen_petitions.listing import choices_of, petition_list, petition_source
from qimen_petitions.reading import READ as READ_ORDERS
from qimen_petitions.registering import CREATE
from qimen_petitions.rows import row_words
from qimen_petitions.tracking import format_code
from qimen_petitions.units import gathering_places
from qimen_web import Request, Response, action, download, page, ui
from qimen_web.forms import Form, bind, blank
from qimen_web.list_export import export_list as answer_workbook
from qimen_web.list_spec import Column, Filter, ListSpec, Source, SpanFilter
from qimen_web.lists import run_list

_ = translations("qimen_petitions")

EXPORT: Final = "petitions.order.export"
_g: Any = Gathering.__table__.c  # type: ignore[attr-defined]
_order: Any = Order.__table__.c  # type: ignore[attr-defined]

_KINDS = tuple(KINDS.items())
_EVENTS = ListSpec(
    id="petitions-gatherings",
    columns=(
        Column("held_on", _("日期"), sort=_g.held_on, width=12),
        Column("kind", _("方式"), width=12),
        Column("unit", _("社区"), width=18),
        Column("place", _("地点"), width=24),
        Column("hosts", _("组织人"), width=18),
        Column("people", _("人数"), numeric=True, width=8),
        Column("requests", _("诉求"), numeric=True, width=8),
    ),
    filters=(
        Filter("kind", _("方式"), lambda kind: _g.kind == kind, "select", _KINDS, fixed=True),
        SpanFilter("held", _("日期"), lambda span: _held(span.first, span.last), fixed=True),
    ),
    sort="-held_on",
)


def _held(first: date | None, last: date | None) -> ColumnElement[bool]:
    conditions = [_g.held_on >= first] if first else []
    conditions += [_g.held_on <= last] if last else []
    return and_(true(), *conditions)


@page("/petitions/gatherings", permission=READ)
def list_gatherings(request: Request) -> Response:
    """Show the events, newest first."""
    source = Source(_g.id, scoped(ROWS, request.ctx, READ, _g.org_path))
    found = run_list(request, _EVENTS, source)
    rows = [(row[0], row[1], KINDS[row[2]], *row[3:]) for row in found.rows]
    return ui.page(
        request,
        "petitions/gatherings.html",
        block="list",
        list=found.with_rows(rows),
        may_hold=request.ctx.can_anywhere(MANAGE),
        may_list=request.ctx.can_anywhere(READ_ORDERS),
    )


@page("/petitions/gatherings/new", permission=MANAGE)
def new_gathering(request: Request) -> Response:
    """Show the empty form of an event, today's."""
    places = gathering_places(request.ctx)
    first = {"unit_id": places[0].id} if len(places) == 1 else {}
    today = local(request.ctx.now).date()
    form = blank(GatheringForm, {"held_on": today, "hosts": request.ctx.actor.name, **first})
    return _event_form(request, form, 200)


@action("/petitions/gatherings/new", permission=MANAGE)
def hold_gathering(request: Request) -> Response:
    """Write the event down and go on to its requests."""
    form = bind(request, GatheringForm)
    if not form.valid:
        return _event_form(request, form, 422)
    try:
        made = hold(request.ctx, form.data)
    except InvalidInput as error:
        return _event_form(request, form.refuse(error), 422)
    return ui.redirect(request, request.url("petitions:show_gathering", gathering_id=made))


@page("/petitions/gatherings/{gathering_id:int}", permission=READ)
def show_gathering(request: Request, gathering_id: int) -> Response:
    """Show an event, what was asked at it, and the form for the next request."""
    form = blank(RequestForm, {"key": secrets.token_hex(16)})
    return _event_page(request, gathering_id, form, 200)


@action("/petitions/gatherings/{gathering_id:int}/requests", permission=CREATE)
def take_request(request: Request, gathering_id: int) -> Response:
    """Take one request down and offer the form for the next one."""
    form = bind(request, RequestForm)
    if not form.valid:
        return _event_page(request, gathering_id, form, 422)
    try:
        made = add_request(request.ctx, gathering_id, form.data)
    except InvalidInput as error:
        return _event_page(request, gathering_id, form.refuse(error), 422)
    said = _("已登记 {number}，查询码 {code}，请告知诉求人。关闭后不再显示。")
    return ui.redirect(
        request,
        request.url("petitions:show_gathering", gathering_id=gathering_id),
        toast=ui.Toast(said.format(number=made.number, code=format_code(made.code)), keep=True),
    )


@page("/petitions/needs", permission=READ_ORDERS)
def list_needs(request: Request) -> Response:
    """Show 需求清单: what was gathered at events, with where it stands."""
    choices = choices_of(request)
    found = run_list(request, _needs(request), _gathered(request, READ_ORDERS))
    say = row_words(request.ctx, choices.labels)
    return ui.page(
        request,
        "petitions/needs.html",
        block="list",
        list=replace(found, rows=[say(row) for row in found.rows]),
    )


@download("/petitions/needs.xlsx", permission=EXPORT)
def export_needs(request: Request) -> Response:
    """Answer 需求清单 as a workbook."""
    say = row_words(request.ctx, choices_of(request).labels)
    return answer_workbook(
        request,
        _needs(request),
        _gathered(request, EXPORT),
        str(_("需求清单")),
        permission=EXPORT,
        cells=lambda row: say(row).cells,
    )


def _needs(request: Request) -> ListSpec:
    spec = petition_list(request, choices_of(request))
    columns = [replace(each, default=True) if each.key in _SHOWN else each for each in spec.columns]
    return replace(
        spec, id="petitions-needs", columns=columns, bulk=(), export="petitions:export_needs"
    )


_SHOWN = frozenset({"submitted", "channel", "handler"})


def _gathered(request: Request, permission: str) -> Source:
    source = petition_source(request.ctx, permission)
    gathered = source.page.where(_order.channel.in_(list(CHANNEL_OF.values())))
    return Source(source.key, gathered, source.rows, source.walk, source.many)


def _event_form(request: Request, form: Form[GatheringForm], status: int) -> Response:
    return ui.page(
        request,
        "petitions/gathering_new.html",
        block="form",
        status=status,
        form=form,
        places=gathering_places(request.ctx),
        kinds=list(KINDS.items()),
    )


def _event_page(
    request: Request, gathering_id: int, form: Form[RequestForm], status: int
) -> Response:
    with scope(request.session, request.ctx, READ):
        event = read_event(request.ctx, gathering_id)
    return ui.page(
        request,
        "petitions/gathering.html",
        block="content",
        status=status,
        event=event,
        form=form,
        may_add=request.ctx.can(CREATE, event.unit_path),
        categories=category_options(request.session),
        emergencies={each.code: each for each in emergencies(request.session)},
    )
