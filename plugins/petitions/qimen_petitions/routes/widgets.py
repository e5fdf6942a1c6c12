"""Cards that other pages fetch: volumes on 今日, and a unit's petitions on its page."""

from datetime import date

from qimen_core import local, scope, translations
from qimen_core.org.queries import get_unit
from qimen_core.workdays import calendar_for
from qimen_orders import STATE_LABELS, STATE_TONES, due_words
from qimen_petitions.overview import month_of, months_received, next_due, unit_counts, volumes
from qimen_petitions.reading import READ
from qimen_petitions.unit_links import unit_links
from qimen_web import Request, Response, charts, fragment, ui

_ = translations("qimen_petitions")

_MONTHS = 12
_COLUMNS = 10
_NEXT = 8


@fragment("/petitions/widgets/volumes", permission="petitions.order.read")
def volumes_widget(request: Request) -> Response:
    """Draw what the units received in a month, or one unit in a year."""
    months = _last_months(local(request.ctx.now).date())
    asked = request.query.get("month", "")
    month = asked if asked in months else months[0]
    day = date.fromisoformat(f"{month}-01")
    found = volumes(request.ctx, day)
    alone = len(found) == 1
    if alone:  # One column compares nothing: show how the year went instead.
        days = [date.fromisoformat(f"{each}-01") for each in reversed(months)]
        counts = [each.count for each in months_received(request.ctx, found[0].unit_id, days)]
        data = [
            (
                _("{n}月").format(n=each.month),
                number,
                _month_url(request, found[0].unit_id, each),
            )
            for each, number in zip(days, counts, strict=True)
        ]
    else:
        # More columns than names fit under: those that received most.
        shown = sorted(found, key=lambda each: -each.count)[:_COLUMNS]
        data = [(each.name, each.count, _month_url(request, each.unit_id, day)) for each in shown]
    return ui.page(
        request,
        "petitions/_volumes.html",
        block="card",
        chart=charts.bars(str(_("收到诉求")), data, unit=str(_("件"))),
        months=months,
        month=month,
        alone=alone,
        left_out=len(found) - len(data),
    )


@fragment("/petitions/widgets/next", permission="petitions.order.read")
def next_widget(request: Request) -> Response:
    """List what falls due first."""
    calendar = calendar_for(request.ctx)
    rows = [
        (
            row.id,
            row.title,
            STATE_LABELS[row.state],
            STATE_TONES[row.state],
            *due_words(row.due_at, calendar, request.ctx.now),
        )
        for row in next_due(request.ctx, _NEXT)
    ]
    return ui.page(request, "petitions/_next.html", block="card", rows=rows)


@fragment("/petitions/units/{unit_id:int}/card", permission="petitions.order.read")
def unit_card(request: Request, unit_id: int) -> Response:
    """Count a unit's petitions; every number opens its list."""
    unit = get_unit(request.ctx, unit_id)
    with scope(request.session, request.ctx, READ):
        counts = unit_counts(request.ctx, unit_id, unit.path)
    return ui.page(
        request,
        "petitions/_unit.html",
        block="card",
        unit=unit,
        counts=counts,
        month=_month_url(request, unit_id, local(request.ctx.now).date()),
        links=unit_links(request, unit),
    )


def _month_url(request: Request, unit: int, day: date) -> str:
    first, end = month_of(day)
    last = date.fromordinal(local(end).date().toordinal() - 1)
    return request.url(
        "petitions:list_petitions",
        unit=unit,
        submitted_from=local(first).date().isoformat(),
        submitted_to=last.isoformat(),
    )


def _last_months(today: date) -> list[str]:
    """Return the last twelve months as ``2026-11``, this one first."""
    months = []
    day = today.replace(day=1)
    for _number in range(_MONTHS):
        months.append(f"{day:%Y-%m}")
        day = date.fromordinal(day.toordinal() - 1).replace(day=1)
    return months
