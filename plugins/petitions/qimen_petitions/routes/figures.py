"""The rates of petitions, and the rows behind each number; live, and as they were frozen."""

from collections.abc import Mapping

from qimen_core import Conflict, Context, InvalidInput, NotFound, Period, local, translations
from qimen_core.bulletins.freezing import freeze
from qimen_core.bulletins.reading import Frozen, frozen_bulletin, get_bulletin
from qimen_core.metrics import parse_period
from qimen_core.org.queries import Unit, names_of
from qimen_orders import STATE_LABELS, STATE_TONES
from qimen_petitions.figures import (
    PAGE,
    PARTS,
    figure_rows,
    frozen_of,
    frozen_rows,
    metric_of,
    place_of,
    rates,
)
from qimen_petitions.units import chosen_unit, units_to_filter
from qimen_web import Request, Response, action, page, ui

_ = translations("qimen_petitions")

_SEE = "petitions.figure.read"
_FREEZE = "petitions.figure.freeze"
_PART_LABELS = {"numerator": _("分子"), "denominator": _("分母")}


@page("/petitions/figures", permission=_SEE)
def list_figures(request: Request) -> Response:
    """Show every rate of a unit in a period, beside what was frozen of it."""
    unit = request.query.get("unit", "")
    place = place_of(request.ctx, unit)
    text, period, error = _asked(request)
    frozen = _frozen(request.ctx, place, period)
    path = place.path if place else ""
    return ui.page(
        request,
        "petitions/figures.html",
        block="content",
        status=422 if error else 200,
        rates=[] if error else rates(request.ctx, path, period, frozen),
        units=[each.option for each in units_to_filter(request.ctx, chosen_unit(unit))],
        unit=unit,
        place=place.name if place else "",
        period=text,
        error=error,
        frozen=frozen,
        may_freeze=frozen is None and _may_freeze(request.ctx, place, period),
    )


@action("/petitions/figures/freeze", permission=_FREEZE)
def freeze_figures(request: Request) -> Response:
    """Keep the rows behind a unit's figures of a period that is over; once and for good."""
    place = place_of(request.ctx, request.form.get("unit", ""))
    text = request.form.get("period", "").strip()
    back = request.url("petitions:list_figures", unit=place.id if place else "", period=text)
    if place is None:
        raise InvalidInput({"unit": _("请先选一个单位，再冻结这一期")})
    request.ctx.require(_FREEZE, place.path, see=_SEE)
    try:
        freeze(request.ctx, place, parse_period(text), _FREEZE)
    except Conflict as error:
        return ui.redirect(request, back, toast=str(error.message))
    return ui.redirect(request, back, toast=_("已冻结，这一期的件号不再变"))


@page("/petitions/figures/{figure:str}/{part:str}", permission=_SEE)
def show_figure(request: Request, figure: str, part: str) -> Response:
    """List the petitions behind one number."""
    metric = metric_of(request.ctx, figure)
    place = place_of(request.ctx, request.query.get("unit", ""))
    text, period, error = _asked(request)
    if error:
        raise InvalidInput({"period": error})
    where = (place.path if place else "", period)
    found = figure_rows(request.ctx, metric, part, where, before=_before(request))
    last = found[-1].id if len(found) == PAGE else 0
    query = {"unit": request.query.get("unit", ""), "period": text}
    return ui.page(
        request,
        "petitions/figure.html",
        label=metric.label,
        part=_PART_LABELS[part],
        rows=found,
        states=STATE_LABELS,
        tones=STATE_TONES,
        back=request.url("petitions:list_figures", **query),
        place=place.name if place else "",
        next_url=_next(request, "show_figure", {"figure": figure, "part": part, **query}, last),
        note="",
    )


@page("/petitions/bulletins/{bulletin_id:int}/{figure:str}/{part:str}", permission=_SEE)
def show_frozen(request: Request, bulletin_id: int, figure: str, part: str) -> Response:
    """List the petitions behind one frozen number, as they stand today."""
    frozen = get_bulletin(request.ctx, bulletin_id, _SEE)
    metric_of(request.ctx, figure)
    was = frozen_of(request.ctx, frozen).get(figure)
    if was is None or part not in PARTS or part not in was.parts:
        raise NotFound
    found, last = frozen_rows(request.ctx, was, part, _before(request))
    kept = _("{at} 冻结，共 {n} 件；下面是这些件今天的样子，已按规定清除的不再列出")
    count = len(was.parts[part]) + (was.halves if part == PARTS[0] else 0)
    query = {"unit": str(frozen.unit_id), "period": frozen.label}
    here = {"bulletin_id": bulletin_id, "figure": figure, "part": part}
    return ui.page(
        request,
        "petitions/figure.html",
        label=was.label,
        part=_PART_LABELS[part],
        rows=found,
        states=STATE_LABELS,
        tones=STATE_TONES,
        back=request.url("petitions:list_figures", **query),
        place=names_of(request.ctx, [frozen.path]).get(frozen.path, ""),
        next_url=_next(request, "show_frozen", here, last),
        note=kept.format(at=f"{local(frozen.frozen_at):%Y-%m-%d %H:%M}", n=count),
    )


def _next(request: Request, name: str, where: Mapping[str, object], last: int) -> str:
    """Return the address of the next page, empty on the last."""
    return request.url(f"petitions:{name}", **where, before=str(last)) if last else ""


def _before(request: Request) -> int:
    before = request.query.get("before", "")
    return int(before[:18]) if before.isdecimal() else 0


def _frozen(ctx: Context, place: Unit | None, period: Period | None) -> Frozen | None:
    if place is None or period is None:
        return None
    return frozen_bulletin(ctx, place.path, period, _SEE)


def _may_freeze(ctx: Context, place: Unit | None, period: Period | None) -> bool:
    over = period is not None and period.end <= local(ctx.now).date()
    return over and place is not None and ctx.can(_FREEZE, place.path)


def _asked(request: Request) -> tuple[str, Period | None, str]:
    """Return the period as typed, as days, and what is wrong with it; this month when left out."""
    text = request.query.get("period", f"{local(request.ctx.now):%Y-%m}").strip()
    if not text:
        return "", None, ""
    try:
        return text, parse_period(text), ""
    except InvalidInput as error:
        return text, None, str(error.errors["period"])
