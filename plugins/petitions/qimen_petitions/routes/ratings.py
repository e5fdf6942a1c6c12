"""Rounds of a rating: the list, planning one, one round with its estates, its steps, results."""

from datetime import timedelta

from qimen_core import Conflict, InvalidInput, local, translations
from qimen_core.metrics import compute
from qimen_petitions.estates.estates import live_estates
from qimen_petitions.estates.everybody import as_everybody
from qimen_petitions.estates.forms import StepForm
from qimen_petitions.estates.history import ROUNDS, RoundRow, round_source
from qimen_petitions.estates.metrics import RATING_METRICS
from qimen_petitions.estates.permissions import CONFIRM, ENTER, ESTATE_EXPORT, MANAGE, READ
from qimen_petitions.estates.result_list import result_list, result_source
from qimen_petitions.estates.results import results_in
from qimen_petitions.estates.rounds import RoundForm, plan_round, read_round
from qimen_petitions.estates.rules import EVENT_LABELS, PROOFS, STATES, STEPS, TONES
from qimen_petitions.estates.stepping import CONFIRMING, step_round
from qimen_petitions.publicity import Ratio
from qimen_petitions.units import units_under
from qimen_web import Request, Response, action, download, page, ui
from qimen_web.forms import Form, bind, blank
from qimen_web.list_export import export_list
from qimen_web.lists import run_list

_ = translations("qimen_petitions")


@page("/petitions/ratings", permission=READ)
def list_rounds(request: Request) -> Response:
    """List the rounds."""
    ctx = request.ctx
    # A township's round is its communities' to read: the rows' own condition says which.
    with as_everybody(ctx):
        found = run_list(request, ROUNDS, round_source(ctx))
    return ui.page(
        request,
        "petitions/ratings.html",
        block="list",
        list=found.with_rows([RoundRow(*row[:9]) for row in found.rows]),
        states=STATES,
        tones=TONES,
        may_manage=ctx.can_anywhere(MANAGE),
        may_enter=ctx.can_anywhere(ENTER),
        may_set=ctx.can_anywhere("petitions.rating_item.manage"),
    )


@page("/petitions/ratings/new", permission=MANAGE)
def new_round(request: Request) -> Response:
    """Show the form of a new round: the quarter that ended last, open for two weeks."""
    today = local(request.ctx.now).date()
    this = today.replace(month=today.month - (today.month - 1) % 3, day=1)
    end = this - timedelta(days=1)
    start = end.replace(month=end.month - 2, day=1)
    quarter = (end.month + 2) // 3
    name = _("{year} 年第 {quarter} 季度物业服务评价").format(year=end.year, quarter=quarter)
    units = _units(request)
    first = {"unit_id": units[0][0]} if len(units) == 1 else {}
    span = {"start": start, "end": end, "opens_on": today, "closes_on": today + timedelta(days=14)}
    return _form_page(request, blank(RoundForm, {"name": name, **span, **first}), 200)


@action("/petitions/ratings/new", permission=MANAGE)
def create_round(request: Request) -> Response:
    """Write a round down, not yet open."""
    form = bind(request, RoundForm)
    if form.valid:
        try:
            made = plan_round(request.ctx, form.data)
        except InvalidInput as error:
            form.refuse(error)
        else:
            shown = request.url("petitions:show_round", round_id=made)
            return ui.redirect(request, shown, toast=str(_("已建好，核对后点“开始评价”")))
    return _form_page(request, form, 422)


@page("/petitions/ratings/rounds/{round_id:int}", permission=READ)
def show_round(request: Request, round_id: int) -> Response:
    """Show a round: what it asks, what it came to estate by estate, and what can be done."""
    ctx = request.ctx
    seen = read_round(ctx, round_id)
    results = results_in(ctx, seen)
    steps = [
        (event, label, "petitions:publish_round" if event in CONFIRMING else "petitions:move_round")
        for event, label in EVENT_LABELS.items()
        if (seen.state, event) in STEPS
        and ctx.can(CONFIRM if event in CONFIRMING else MANAGE, seen.path)
    ]
    return ui.page(
        request,
        "petitions/rating.html",
        round=seen,
        results=results,
        steps=steps,
        state=STATES[seen.state],
        tone=TONES[seen.state],
        proof=PROOFS[seen.proof],
        waits=seen.waits(local(ctx.now).date()),
        households=Ratio(sum(each.n for each in results if each.households),
                         sum(each.households for each in results)),
        satisfied=Ratio(sum(each.satisfied.numerator for each in results),
                        sum(each.n for each in results)),
    )  # fmt: skip


@action("/petitions/ratings/rounds/{round_id:int}/step", permission=MANAGE)
def move_round(request: Request, round_id: int) -> Response:
    """Open, cancel, close or reopen a round."""
    return _step(request, round_id, publishing=False)


@action("/petitions/ratings/rounds/{round_id:int}/publish", permission=CONFIRM)
def publish_round(request: Request, round_id: int) -> Response:
    """Publish a round, or take it back."""
    return _step(request, round_id, publishing=True)


@page("/petitions/ratings/results", permission=READ)
def list_results(request: Request) -> Response:
    """List every rated estate, with the two figures that count them."""
    ctx = request.ctx
    with as_everybody(ctx):
        found = run_list(request, result_list(ctx), result_source(ctx, READ))
        figures = [compute(ctx, metric, "", None) for metric in RATING_METRICS]
    return ui.page(
        request,
        "petitions/rating_results.html",
        block="list",
        list=found,
        states=STATES,
        tones=TONES,
        figures=[
            (each.metric.label, Ratio(each.numerator, each.denominator or 0), each.metric.basis)
            for each in figures
        ],
    )


@download("/petitions/ratings/results.xlsx", permission=ESTATE_EXPORT)
def export_results(request: Request) -> Response:
    """Answer the list as a workbook."""
    with as_everybody(request.ctx):
        return export_list(
            request,
            result_list(request.ctx),
            result_source(request.ctx, ESTATE_EXPORT),
            str(_("物业评价结果")),
            permission=ESTATE_EXPORT,
            cells=lambda row: (*row[1:9], str(STATES[row[9]])),
        )


def _step(request: Request, round_id: int, *, publishing: bool) -> Response:
    seen = read_round(request.ctx, round_id)
    form = bind(request, StepForm)
    if not form.valid:
        raise InvalidInput(form.errors)
    if (form.data.event in CONFIRMING) is not publishing:
        raise Conflict(_("这一步请在评价页上点按钮"))
    step_round(request.ctx, seen.id, form.data.event, form.data.version)
    shown = request.url("petitions:show_round", round_id=round_id)
    done = _("已{event}").format(event=EVENT_LABELS[form.data.event])
    return ui.redirect(request, shown, toast=done)


def _units(request: Request) -> list[tuple[str, str]]:
    return [each.option for each in units_under(request.ctx, MANAGE)]


def _form_page(request: Request, form: Form[RoundForm], status: int) -> Response:
    estates = live_estates(request.ctx, MANAGE)
    return ui.page(
        request,
        "petitions/rating_new.html",
        block="form",
        status=status,
        form=form,
        units=_units(request),
        estates=[(str(each.id), each.name) for each in estates],
        proofs=list(PROOFS.items()),
    )
