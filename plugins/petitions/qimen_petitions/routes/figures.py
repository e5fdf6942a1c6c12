"""The rates of petitions, and the rows behind each number."""

from qimen_core import InvalidInput, Period, local, translations
from qimen_core.metrics import parse_period
from qimen_orders import STATE_LABELS, STATE_TONES
from qimen_petitions.figures import PAGE, figure_rows, metric_of, place_of, rates
from qimen_petitions.units import chosen_unit, units_to_filter
from qimen_web import Request, Response, page, ui

_ = translations("qimen_petitions")

_PART_LABELS = {"numerator": _("分子"), "denominator": _("分母")}


@page("/petitions/figures", permission="petitions.figure.read")
def list_figures(request: Request) -> Response:
    """Show every rate of a unit in a period."""
    unit = request.query.get("unit", "")
    path, name = place_of(request.ctx, unit)
    text, period, error = _asked(request)
    return ui.page(
        request,
        "petitions/figures.html",
        block="content",
        status=422 if error else 200,
        rates=[] if error else rates(request.ctx, path, period),
        units=[each.option for each in units_to_filter(request.ctx, chosen_unit(unit))],
        unit=unit,
        place=name,
        period=text,
        error=error,
    )


@page("/petitions/figures/{figure:str}/{part:str}", permission="petitions.figure.read")
def show_figure(request: Request, figure: str, part: str) -> Response:
    """List the petitions behind one number."""
    metric = metric_of(request.ctx, figure)
    path, place = place_of(request.ctx, request.query.get("unit", ""))
    text, period, error = _asked(request)
    if error:
        raise InvalidInput({"period": error})
    before = request.query.get("before", "")
    after = int(before[:18]) if before.isdecimal() else 0
    found = figure_rows(request.ctx, metric, part, (path, period), before=after)
    return ui.page(
        request,
        "petitions/figure.html",
        metric=metric,
        part=_PART_LABELS[part],
        rows=found,
        states=STATE_LABELS,
        tones=STATE_TONES,
        figure=figure,
        part_key=part,
        unit=request.query.get("unit", ""),
        place=place,
        period=text,
        next_id=found[-1].id if len(found) == PAGE else 0,
    )


def _asked(request: Request) -> tuple[str, Period | None, str]:
    """Return the period as typed, as days, and what is wrong with it; this month when left out."""
    text = request.query.get("period", f"{local(request.ctx.now):%Y-%m}").strip()
    if not text:
        return "", None, ""
    try:
        return text, parse_period(text), ""
    except InvalidInput as error:
        return text, None, str(error.errors["period"])
