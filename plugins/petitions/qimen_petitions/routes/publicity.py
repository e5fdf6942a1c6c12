"""公示 of a unit's petitions: a page and a table for everybody, month by month. No account."""

from datetime import date

from qimen_core import NotFound, OrgUnit, local, scope, translations
from qimen_orders import SATISFACTION_LABELS
from qimen_petitions.drawing import qr_path
from qimen_petitions.estates.publishing import published_rounds
from qimen_petitions.open311.calls import absolute
from qimen_petitions.permissions import PUBLISHED
from qimen_petitions.publicity import (
    count_solved,
    figures_of,
    month_named,
    months_of,
    solved,
)
from qimen_petitions.publicity_table import written
from qimen_petitions.settings import PetitionSettings
from qimen_web import Request, Response, public, ui

_ = translations("qimen_petitions")

_KINDS = ("community", "township")
_SHOWN = 50
_WRITTEN = 1000


@public("/p/petitions/{unit:str}/publicity", plugin="petitions")
def publicity(request: Request, unit: str) -> Response:
    """Show what a month came to."""
    del unit  # the shell has looked it up
    place, settings, months, month = _asked(request)
    with scope(request.session, request.ctx, PUBLISHED):
        figures = figures_of(request.ctx, place, month)
        items = solved(request.ctx, place, month, _SHOWN)
        number = len(items) if len(items) < _SHOWN else count_solved(request.ctx, place, month)
        ratings = published_rounds(request.ctx, place)
    form = request.url("petitions:public_form", unit=place.code)
    link = absolute(request, form) if settings.public_form else ""
    size, path = qr_path(link) if link else (0, "")
    return ui.page(
        request,
        "petitions/publicity.html",
        unit=place,
        month=month,
        months=months,
        figures=figures,
        items=items,
        number=number,
        ratings=ratings,
        satisfactions=SATISFACTION_LABELS,
        form=form if settings.public_form else "",
        qr_size=size,
        qr=path,
    )


@public("/p/petitions/{unit:str}/publicity.csv", plugin="petitions")
def publicity_csv(request: Request, unit: str) -> Response:
    """Answer the same as a table that Excel opens."""
    del unit
    place, _settings, _months, month = _asked(request)
    with scope(request.session, request.ctx, PUBLISHED):
        figures = figures_of(request.ctx, place, month)
        items = solved(request.ctx, place, month, _WRITTEN)
    body = written(place.name, month, figures, items)
    name = _("{unit}诉求办理公示 {month}.csv").format(unit=place.name, month=f"{month:%Y-%m}")
    return ui.download(request, str(name), body, "text/csv; charset=utf-8")


def _asked(request: Request) -> tuple[OrgUnit, PetitionSettings, list[date], date]:
    """Return the unit, its settings, the months on show and the month asked for.

    Raises:
        NotFound: The unit publishes nothing, or not that month.
    """
    unit = request.unit
    if unit is None or unit.kind not in _KINDS or unit.valid_to is not None:
        raise NotFound
    settings = request.ctx.setting(PetitionSettings, unit)
    if not settings.publicity:
        raise NotFound
    months = months_of(settings, local(request.ctx.now).date())
    return unit, settings, months, month_named(request.query.get("month", ""), months)
