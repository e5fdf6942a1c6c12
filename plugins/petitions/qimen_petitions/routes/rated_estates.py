"""One estate in a round: its result, improvement, slips, and sheets of paper typed in."""

import secrets
from typing import Final

from qimen_core import InvalidInput, local, translations
from qimen_orders import SATISFACTION_LABELS
from qimen_petitions.drawing import qr_path
from qimen_petitions.estates.answering import NewAnswer, asked_of, take_answer
from qimen_petitions.estates.forms import AnswerForm, KeptForm, answer_form, scores_in
from qimen_petitions.estates.improving import improve, is_low, judge_promise, proposal, state_of
from qimen_petitions.estates.nearby import nearby
from qimen_petitions.estates.papers import PaperImporter, SheetRow, asked_now
from qimen_petitions.estates.permissions import ENTER, MANAGE, READ
from qimen_petitions.estates.remarks import remarks_of
from qimen_petitions.estates.results import result_of
from qimen_petitions.estates.rules import HORSES, KEPT, SCORES, STATES, TONES
from qimen_petitions.estates.views import views_of
from qimen_petitions.estates.voters import slip_code
from qimen_petitions.open311.calls import absolute
from qimen_petitions.tracking import format_code
from qimen_web import Request, Response, action, download, page, ui
from qimen_web.forms import Form, bind, blank
from qimen_web.workbook_import import WorkbookImport

_ = translations("qimen_petitions")

_SIZE: Final = 20 * 1024 * 1024
_SLIPS: Final = 200


@page("/petitions/ratings/estates/{rated_id:int}", permission=READ)
def show_rated(request: Request, rated_id: int) -> Response:
    """Show what an estate's round came to, and what the three say of it."""
    return _result_page(request, rated_id, None, 200)


@action("/petitions/ratings/estates/{rated_id:int}/improve", permission=MANAGE)
def improve_rated(request: Request, rated_id: int) -> Response:
    """Open an order for improvement."""
    words = request.form.get("words", "")
    try:
        made = improve(request.ctx, rated_id, words)
    except InvalidInput as error:
        return _result_page(request, rated_id, Form({"words": words}).refuse(error), 422)
    shown = request.url("petitions:show_rated", rated_id=rated_id)
    said = _("已立项，编号 {number}，查询码 {code}。关闭后不再显示。")
    text = said.format(number=made.number, code=format_code(made.code))
    return ui.redirect(request, shown, toast=ui.Toast(text, keep=True))


@action("/petitions/ratings/estates/{rated_id:int}/kept", permission=MANAGE)
def judge_kept(request: Request, rated_id: int) -> Response:
    """Write down whether the last promise was kept."""
    result_of(request.ctx, rated_id)
    form = bind(request, KeptForm)
    if not form.valid:
        raise InvalidInput(form.errors)
    judge_promise(request.ctx, rated_id, form.data)
    shown = request.url("petitions:show_rated", rated_id=rated_id)
    return ui.redirect(request, shown, toast=str(_("已记下")))


@page("/petitions/ratings/estates/{rated_id:int}/slips", permission=MANAGE)
def print_slips(request: Request, rated_id: int) -> Response:
    """Show the slips to cut and hand out, one a household, at most 200 a page."""
    result = result_of(request.ctx, rated_id, MANAGE)
    asked = request.query.get("from", "1")
    first = max(int(asked[:5]), 1) if asked.isdecimal() else 1
    last = min(first + _SLIPS - 1, max(result.households, first))
    address = absolute(request, request.url("petitions:rate_form", code=result.code))
    size, path = qr_path(address)
    return ui.page(
        request,
        "petitions/rating_slips.html",
        result=result,
        slips=[(each, slip_code(request.ctx, rated_id, each)) for each in range(first, last + 1)],
        first=first,
        last=last,
        address=address,
        qr_size=size,
        qr=path,
    )


@page("/petitions/ratings/estates/{rated_id:int}/papers", permission=ENTER)
def enter_paper(request: Request, rated_id: int) -> Response:
    """Show the form of a sheet; after each one the next."""
    asked = asked_of(request.ctx, rated_id)
    form = blank(answer_form(asked.round.items), {"key": secrets.token_hex(16)})
    return _paper_page(request, rated_id, form, 200)


@action("/petitions/ratings/estates/{rated_id:int}/papers", permission=ENTER)
def take_paper(request: Request, rated_id: int) -> Response:
    """Take one sheet and offer the form for the next."""
    asked = asked_of(request.ctx, rated_id)
    form = bind(request, answer_form(asked.round.items))
    if form.valid:
        typed = form.data
        new = NewAnswer(
            typed.proof, typed.overall, scores_in(typed, asked.round.items), typed.key,
            typed.remark, channel="paper",
        )  # fmt: skip
        try:
            take_answer(request.ctx, asked, new, ENTER)
        except InvalidInput as error:
            form.refuse(error)
        else:
            shown = request.url("petitions:enter_paper", rated_id=rated_id)
            return ui.redirect(request, shown, toast=str(_("已录入一份")))
    return _paper_page(request, rated_id, form, 422)


@page("/petitions/ratings/papers/import", permission=ENTER)
def import_papers(request: Request) -> Response:
    """Show how to bring a workbook of sheets."""
    return _import(request).page(request)


@download("/petitions/ratings/papers/import/template.xlsx", permission=ENTER)
def papers_template(request: Request) -> Response:
    """Answer an empty workbook with a column for each item that is asked now."""
    return _import(request).template(request)


@action("/petitions/ratings/papers/import", permission=ENTER, body_limit=_SIZE)
def papers_imported(request: Request) -> Response:
    """Check a workbook of sheets and write its rows."""
    return _import(request).take(request)


def _import(request: Request) -> WorkbookImport[SheetRow]:
    return WorkbookImport(
        PaperImporter(asked_now(request.ctx)),
        title=_("导入纸质评价表"),
        parent=(_("物业评价"), "petitions:list_rounds"),
        routes=("petitions:papers_imported", "petitions:papers_template"),
        hint=_(
            "一行一份：小区、凭据（手机号、评价码或纸质表编号）、总体评价，其余按事项填 1 到 5。"
        ),
        accept=".xlsx,.xls,.xlsm,.ods",
        done=_("已录入 {count} 份"),
    )


def _result_page(
    request: Request, rated_id: int, form: Form[AnswerForm] | None, status: int
) -> Response:
    ctx = request.ctx
    result = result_of(ctx, rated_id)
    last = result.last
    return ui.page(
        request,
        "petitions/rated.html",
        block="content",
        status=status,
        result=result,
        views=views_of(ctx, rated_id),
        last_views=views_of(ctx, last.id) if last else {},
        last_order=state_of(ctx, last) if last else "",
        order=state_of(ctx, result),
        nearby=nearby(ctx, result),
        remarks=remarks_of(ctx, rated_id),
        low=is_low(ctx, result),
        form=form or Form({"words": proposal(result)}),
        horses=HORSES,
        kept=KEPT,
        scores=SCORES,
        state=STATES[result.round.state],
        tone=TONES[result.round.state],
        may_manage=ctx.can(MANAGE, result.path),
        may_enter=ctx.can(ENTER, result.path),
        today=local(ctx.now).date(),
    )


def _paper_page(request: Request, rated_id: int, form: Form[AnswerForm], status: int) -> Response:
    asked = asked_of(request.ctx, rated_id)
    return ui.page(
        request,
        "petitions/rating_paper.html",
        block="form",
        status=status,
        asked=asked,
        form=form,
        count=result_of(request.ctx, rated_id, ENTER).counted.paper,
        overall=list(SATISFACTION_LABELS.items()),
        scores=[(str(number), f"{number}") for number in SCORES] + [("", str(_("不了解")))],
        open=asked.round.state == "open",
    )
