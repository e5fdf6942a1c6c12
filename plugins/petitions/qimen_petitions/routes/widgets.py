"""Cards that other pages fetch: volumes on 今日, and a unit's petitions on its page."""

from datetime import date

from qimen_core import local, scope, translations
from qimen_core.org.queries import get_unit
from qimen_petitions.overview import month_of, unit_counts, volumes
from qimen_petitions.reading import READ
from qimen_web import Request, Response, charts, fragment, ui

_ = translations("qimen_petitions")

_MONTHS = 12


@fragment("/petitions/widgets/volumes", permission="petitions.order.read")
def volumes_widget(request: Request) -> Response:
    """Draw what each unit received in a month, one column a unit."""
    months = _last_months(local(request.ctx.now).date())
    asked = request.query.get("month", "")
    month = asked if asked in months else months[0]
    day = date.fromisoformat(f"{month}-01")
    first, end = month_of(day)
    last = local(end).date().replace(day=1)
    data = [
        (
            each.name,
            each.count,
            request.url(
                "petitions:list_petitions",
                unit=each.unit_id,
                submitted_from=local(first).date().isoformat(),
                submitted_to=date.fromordinal(last.toordinal() - 1).isoformat(),
            ),
        )
        for each in volumes(request.ctx, day)
    ]
    chart = charts.bars(str(_("本月收到诉求")), data, unit=str(_("件")))
    return ui.page(
        request, "petitions/_volumes.html", block="card", chart=chart, months=months, month=month
    )


@fragment("/petitions/units/{unit_id:int}/card", permission="petitions.order.read")
def unit_card(request: Request, unit_id: int) -> Response:
    """Count a unit's petitions; every number opens its list."""
    unit = get_unit(request.ctx, unit_id)
    with scope(request.session, request.ctx, READ):
        counts = unit_counts(request.ctx, unit.path)
    public = request.url("petitions:public_form", unit=unit.code) if unit.code else ""
    return ui.page(
        request, "petitions/_unit.html", block="card", unit=unit, counts=counts, public=public
    )


def _last_months(today: date) -> list[str]:
    """Return the last twelve months as ``2026-11``, this one first."""
    months = []
    day = today.replace(day=1)
    for _number in range(_MONTHS):
        months.append(f"{day:%Y-%m}")
        day = date.fromordinal(day.toordinal() - 1).replace(day=1)
    return months
