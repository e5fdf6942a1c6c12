"""Staff intake: six fields, by keyboard alone."""

import secrets

from qimen_core import InvalidInput, translations
from qimen_petitions.categories import category_options
from qimen_petitions.forms import IntakeForm
from qimen_petitions.gathering.emergencies import emergencies
from qimen_petitions.naming import nameable_options
from qimen_petitions.rules import STAFF_CHANNELS
from qimen_petitions.services import NewPetition, register
from qimen_petitions.tracking import format_code
from qimen_petitions.units import communities
from qimen_web import Request, Response, action, page, ui
from qimen_web.forms import Form, bind, blank

_ = translations("qimen_petitions")


@page("/petitions/new", permission="petitions.order.create")
def new_petition(request: Request) -> Response:
    """Show the empty form; the form's key makes a double click one petition."""
    places = communities(request.ctx)
    first = {"unit_id": places[0].id} if len(places) == 1 else {}
    form = blank(IntakeForm, {"key": secrets.token_hex(16), **first})
    return _form_page(request, form, status=200)


@action("/petitions/new", permission="petitions.order.create")
def create_petition(request: Request) -> Response:
    """Take the petition down and show its page."""
    form = bind(request, IntakeForm)
    if not form.valid:
        return _form_page(request, form, status=422)
    typed = form.data
    try:
        made = register(
            request.ctx,
            NewPetition(
                unit_id=typed.unit_id,
                content=typed.content,
                name=typed.name,
                phone=typed.phone,
                place=typed.place,
                category=typed.category,
                channel=typed.channel if typed.channel in STAFF_CHANNELS else "",
                anonymous=typed.anonymous,
                sealed=typed.named_unit is not None,
                named_unit=typed.named_unit,
                named_person=typed.named_person,
                emergency_passed=typed.emergency_passed,
                key=typed.key,
            ),
        )
    except InvalidInput as error:
        return _form_page(request, form.refuse(error), status=422)
    return ui.redirect(
        request,
        request.url("petitions:show_petition", order_id=made.order_id),
        # The code is stored as a hash only: it stays on screen until the clerk has passed it on.
        toast=ui.Toast(
            _("已登记 {number}，查询码 {code}，请告知诉求人。关闭后不再显示。").format(
                number=made.number, code=format_code(made.code)
            ),
            keep=True,
        ),
    )


def _form_page(request: Request, form: Form[IntakeForm], status: int) -> Response:
    return ui.page(
        request,
        "petitions/new.html",
        block="form",
        status=status,
        form=form,
        places=communities(request.ctx),
        nameable=nameable_options(request.ctx, communities(request.ctx)),
        categories=category_options(request.session),
        channels=list(STAFF_CHANNELS.items()),
        emergencies={each.code: each for each in emergencies(request.session)},
    )
