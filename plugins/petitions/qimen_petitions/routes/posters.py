"""What staff prints and hands out: the QR poster of a unit, and the keys of programs."""

from qimen_core import NotFound, translations
from qimen_core.org.queries import get_unit
from qimen_petitions.drawing import qr_path
from qimen_petitions.open311.calls import ADDRESS, absolute
from qimen_petitions.open311.keys import clients_at, key_of
from qimen_petitions.settings import PetitionSettings
from qimen_web import Request, Response, page, ui

_ = translations("qimen_petitions")

_KINDS = ("community", "township")
_LONGEST_PLACE = 40


@page("/petitions/units/{unit_id:int}/poster", permission="petitions.order.read")
def poster(request: Request, unit_id: int) -> Response:
    """Show a sheet of paper with the code of the public form, its place filled in."""
    unit = get_unit(request.ctx, unit_id)
    settings = request.ctx.setting(PetitionSettings, unit.path)
    open_here = unit.kind in _KINDS and unit.valid_to is None and unit.code
    if not (open_here and settings.public_form):
        raise NotFound(_("该单位没有开放网上提交，没有可张贴的二维码"))
    place = " ".join(request.query.get("place", "").split())[:_LONGEST_PLACE]
    form = request.url(
        "petitions:public_form", unit=unit.code, **({"place": place} if place else {})
    )
    size, path = qr_path(absolute(request, form))
    bare = absolute(request, request.url("petitions:public_form", unit=unit.code))
    return ui.page(
        request,
        "petitions/poster.html",
        unit=unit,
        place=place,
        longest=_LONGEST_PLACE,
        settings=settings,
        address=bare,
        follow=absolute(request, request.url("petitions:follow_form")),
        qr_size=size,
        qr=path,
    )


@page("/petitions/units/{unit_id:int}/open311", permission="petitions.open311.manage")
def open311_keys(request: Request, unit_id: int) -> Response:
    """Show which programs may send requests to a unit, and the key of each."""
    unit = get_unit(request.ctx, unit_id)
    settings = request.ctx.setting(PetitionSettings, unit.path)
    names = clients_at(request.ctx, unit.path)
    return ui.page(
        request,
        "petitions/open311.html",
        unit=unit,
        is_open=settings.open311,
        endpoint=absolute(request, ADDRESS),
        may_set=request.ctx.can("core.setting.read", unit.path),
        programs=[(name, key_of(request.ctx, unit.path, name)) for name in names],
    )
