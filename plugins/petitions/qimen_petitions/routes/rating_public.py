"""The resident's pages: rate one's estate without an account, and read what came of it."""

import secrets

from qimen_core import InvalidInput, NotFound, local, scope, translations
from qimen_core.access.throttle import Limit, address_key
from qimen_orders import SATISFACTION_LABELS
from qimen_petitions.estates.answering import Asked, NewAnswer, asked_at, take_answer
from qimen_petitions.estates.forms import AnswerForm, answer_form, scores_in
from qimen_petitions.estates.publishing import published_round
from qimen_petitions.estates.rules import SCORES, takes_answers
from qimen_petitions.permissions import PUBLISHED
from qimen_petitions.settings import PetitionSettings
from qimen_web import Request, Response, public, ui
from qimen_web.forms import Form, bind, blank

_ = translations("qimen_petitions")

_HOUR = 60


@public("/p/petitions/rate/{code:str}", plugin="petitions")
def rate_form(request: Request, code: str) -> Response:
    """Show the form of an estate, or that nothing is asked at the moment."""
    asked = _open(request, code)
    if asked is None:
        return ui.page(request, "petitions/rate_closed.html")
    form = blank(answer_form(asked.round.items), {"key": secrets.token_hex(16)})
    return _form_page(request, asked, form, 200)


@public("/p/petitions/rate/{code:str}", plugin="petitions", methods=("POST",))
def rate(request: Request, code: str) -> Response:
    """Take an answer: one a household, and the database decides who was first."""
    asked = _open(request, code)
    if asked is None:
        return ui.page(request, "petitions/rate_closed.html", status=409)
    form = bind(request, answer_form(asked.round.items))
    if form.valid and form.data.website:  # a field that no person sees
        form.refuse(str(_("提交失败，请刷新页面后重新填写")))
    if not form.valid:
        return _form_page(request, asked, form, 422)
    typed = form.data
    new = NewAnswer(
        typed.proof, typed.overall, scores_in(typed, asked.round.items), typed.key, typed.remark
    )
    settings = request.ctx.setting(PetitionSettings, asked.org_path)
    key = f"petitions-rated:{address_key(request.address)}"[:80]
    request.shell.throttle.reserve([Limit(key, settings.rating_sent_per_hour, _HOUR)])
    try:
        take_answer(request.ctx, asked, new)
    except InvalidInput as error:
        return _form_page(request, asked, form.refuse(error), 422)
    return ui.page(request, "petitions/rated_thanks.html", block="sent", asked=asked)


@public("/p/petitions/{unit:str}/ratings/{round_id:int}", plugin="petitions")
def published_rating(request: Request, unit: str, round_id: int) -> Response:
    """Show what a published round came to at a unit."""
    del unit  # the shell has looked it up
    place = request.unit
    if place is None or place.kind not in ("community", "township"):
        raise NotFound
    settings = request.ctx.setting(PetitionSettings, place)
    if not settings.publicity:
        raise NotFound
    with scope(request.session, request.ctx, PUBLISHED):
        seen, estates = published_round(request.ctx, place, round_id)
    return ui.page(
        request,
        "petitions/published_rating.html",
        unit=place,
        round=seen,
        estates=estates,
        scores=SCORES,
    )


def _open(request: Request, code: str) -> Asked | None:
    asked = asked_at(request.ctx, code)
    if asked is None:
        return None
    today = local(request.ctx.now).date()
    seen = asked.round
    return asked if takes_answers(seen.state, seen.opens_on, seen.closes_on, today) else None


def _form_page(request: Request, asked: Asked, form: Form[AnswerForm], status: int) -> Response:
    return ui.page(
        request,
        "petitions/rate.html",
        block="form",
        status=status,
        asked=asked,
        form=form,
        overall=list(SATISFACTION_LABELS.items()),
        scores=[(str(number), str(label)) for number, label in SCORES.items()]
        + [("", str(_("不了解")))],
    )
