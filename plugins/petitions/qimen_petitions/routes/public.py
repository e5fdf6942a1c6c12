"""The resident's pages: say what is wrong, and follow it by code. No account."""

import secrets

from qimen_core import InvalidInput, NotFound, OrgUnit, scope, translations
from qimen_core.access.throttle import Limit, address_key
from qimen_core.org.queries import get_unit
from qimen_petitions.categories import category_options
from qimen_petitions.drawing import qr_path
from qimen_petitions.following import follow
from qimen_petitions.forms import FollowForm, PublicForm
from qimen_petitions.gathering.emergencies import emergencies
from qimen_petitions.naming import nameable
from qimen_petitions.photos import PHOTO_BYTES, checked_photos
from qimen_petitions.routes.case import case_page, first_form, reserve_follow
from qimen_petitions.services import NewPetition, Registered, register
from qimen_petitions.settings import PetitionSettings
from qimen_petitions.tracking import format_code
from qimen_web import Request, Response, public, ui
from qimen_web.forms import Form, bind, blank

_ = translations("qimen_petitions")

SUBMIT = "petitions.order.submit"
_HOUR = 60
_LONGEST_PLACE = 120
_KINDS = ("community", "township")


@public("/p/petitions/{unit:str}", plugin="petitions")
def public_form(request: Request, unit: str) -> Response:
    """Show the form of a community."""
    del unit  # the shell has looked it up
    place = _open_unit(request)
    # A poster's code names the estate or building where it hangs.
    known = request.query.get("place", "")[:_LONGEST_PLACE]
    form = blank(PublicForm, {"key": secrets.token_hex(16), "place": known})
    return _form_page(request, place, form, status=200)


@public(
    "/p/petitions/{unit:str}", plugin="petitions", methods=("POST",), body_limit=4 * PHOTO_BYTES
)
def submit_public(request: Request, unit: str) -> Response:
    """Take a resident's request down and show the code, once."""
    del unit
    place = _open_unit(request)
    form = bind(request, PublicForm)
    if form.valid and form.data.website:  # a field that no person sees
        form.refuse(str(_("提交失败，请刷新页面后重新填写")))
    if not form.valid:
        return _form_page(request, place, form, status=422)
    settings = request.ctx.setting(PetitionSettings, place)
    try:
        photos = checked_photos(request.files.get("photos", ()), settings.photos)
        _reserve(request, "sent", settings.sent_per_hour)
        made = register(request.ctx, _petition(place, form.data, photos), SUBMIT)
    except InvalidInput as error:
        return _form_page(request, place, form.refuse(error), status=422)
    return _sent_page(request, place, made, sealed=form.data.named_unit is not None)


@public("/p/petitions/follow", plugin="petitions")
def follow_form(request: Request) -> Response:
    """Ask for the code."""
    missed = request.query.get("missed") == "1"
    return ui.page(request, "petitions/follow.html", form=blank(FollowForm), missed=missed)


@public("/p/petitions/follow", plugin="petitions", methods=("POST",))
def follow_case(request: Request) -> Response:
    """Show the case, or send everything that does not fit to the same place."""
    form = bind(request, FollowForm)
    typed = form.data if form.valid else FollowForm(code="-", tail="-")
    counted = reserve_follow(request, typed.code)
    case = follow(request.ctx, typed.code, typed.tail)
    if case is None:
        # A redirect has no body: wrong code, wrong digits and expired are the same bytes.
        return ui.redirect(request, f"{request.url('petitions:follow_form')}?missed=1")
    counted.succeeded()
    return case_page(request, case, first_form(typed.code, typed.tail))


def _open_unit(request: Request) -> OrgUnit:
    """Return the unit of the address, where residents may send something.

    Raises:
        NotFound: It takes none: another kind, archived, or the form is closed there.
    """
    unit = request.unit
    if unit is None or unit.kind not in _KINDS or unit.valid_to is not None:
        raise NotFound
    if not request.ctx.setting(PetitionSettings, unit).public_form:
        raise NotFound
    return unit


def _reserve(request: Request, what: str, tries: int) -> None:
    key = f"petitions-{what}:{address_key(request.address)}"[:80]
    request.shell.throttle.reserve([Limit(key, tries, _HOUR)])


def _form_page(request: Request, unit: OrgUnit, form: Form[PublicForm], status: int) -> Response:
    settings = request.ctx.setting(PetitionSettings, unit)
    return ui.page(
        request,
        "petitions/public.html",
        block="form",
        status=status,
        form=form,
        unit=unit,
        settings=settings,
        categories=category_options(request.session),
        emergencies={each.code: each for each in emergencies(request.session)},
        nameable=_nameable(request, unit),
    )


def _nameable(request: Request, unit: OrgUnit) -> list[tuple[str, str]]:
    assert unit.id is not None
    with scope(request.session, request.ctx, SUBMIT):
        found = nameable(request.ctx, get_unit(request.ctx, unit.id))
    return [(str(each.id), each.name) for each in found]


def _petition(unit: OrgUnit, typed: PublicForm, photos: object) -> NewPetition:
    assert unit.id is not None
    return NewPetition(
        unit_id=unit.id,
        content=typed.content,
        name=typed.name,
        phone=typed.phone,
        place=typed.place,
        category=typed.category,
        channel="web",
        anonymous=typed.identity == "anonymous",
        sealed=typed.identity == "sealed",
        named_unit=typed.named_unit,
        named_person=typed.named_person,
        photos=photos,  # type: ignore[arg-type]
        key=typed.key,
    )


def _sent_page(request: Request, unit: OrgUnit, made: Registered, *, sealed: bool) -> Response:
    scheme = request.raw.scope.get("scheme", "http")
    # What stands after "#" stays in the browser: no code in a log (SECURITY 13).
    link = f"{scheme}://{request.raw.header('host')}{request.url('petitions:follow_form')}#"
    size, path = qr_path(f"{link}{made.code}")
    return ui.page(
        request,
        "petitions/sent.html",
        block="sent",
        unit=unit,
        sealed=sealed,
        number=made.number,
        code=format_code(made.code),
        qr_size=size,
        qr=path,
    )
