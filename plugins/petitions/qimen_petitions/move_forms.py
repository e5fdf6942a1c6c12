"""The forms of the next moves, each with what it most likely will hold."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from pydantic import BaseModel

from qimen_core import LOCAL, translations
from qimen_orders import LEVEL_LABELS, RESULT_LABELS, SATISFACTION_LABELS, Event, Inputs, Move
from qimen_petitions import move_models as models
from qimen_petitions import rules
from qimen_petitions.answering.forms import ReplyForm
from qimen_petitions.answering.templates import templates_at
from qimen_petitions.categories import category_options
from qimen_petitions.move_fields import FIELDS, FieldSpec
from qimen_petitions.reading import PetitionFacts, handler_names
from qimen_petitions.routing.applying import proposal_of
from qimen_web import Request
from qimen_web.forms import Form, blank

__all__ = ["FORMS", "MovePanel", "inputs_of", "panel_of"]

_ = translations("qimen_petitions")

Options = Sequence[tuple[str, str]]

FORMS: Mapping[Event, type[BaseModel]] = {
    Event.SUBMIT: models.SubmitForm,
    Event.ACCEPT: models.AcceptForm,
    Event.NOT_ACCEPT: models.NotAcceptForm,
    Event.MERGE: models.MergeForm,
    Event.REDIRECT: models.RedirectForm,
    Event.DISPATCH: models.DispatchForm,
    Event.WHISTLE: models.WhistleForm,
    Event.CLAIM: models.ClaimForm,
    Event.RETURN: models.ReturnForm,
    Event.UPHOLD: models.OpinionForm,
    Event.REJECT: models.OpinionForm,
    Event.ASK_SUSPEND: models.AskSuspendForm,
    Event.SUSPEND: models.NoteForm,
    Event.RESUME: models.NoteForm,
    Event.ASK_EXTEND: models.AskExtendForm,
    Event.EXTEND: models.NoteForm,
    Event.DECLINE: models.OpinionForm,
    Event.UPLIFT: models.OpinionForm,
    Event.SPLIT: models.SplitForm,
    Event.ASSIST_DONE: models.AssistForm,
    Event.ASSIST_WAIVED: models.AssistForm,
    Event.REMIND: models.NoteForm,
    Event.SUPERVISE: models.SuperviseForm,
    Event.FEEDBACK: models.OpinionForm,
    Event.REPLY: ReplyForm,
    Event.CALL_MISSED: models.NoteForm,
    Event.CALLBACK: models.CallbackForm,
    Event.REDO: models.NoteForm,
    Event.CLOSE_OFF: models.NoteForm,
}

# What comes next as a rule, first come first; everything else waits behind a button.
_NEXT = (
    Event.SUBMIT, Event.ACCEPT, Event.DISPATCH, Event.CLAIM, Event.UPHOLD, Event.SUSPEND,
    Event.EXTEND, Event.RESUME, Event.REPLY, Event.CALLBACK, Event.CLOSE_OFF,
)  # fmt: skip
_NUMBER = 40
_GRAVE = frozenset({Event.NOT_ACCEPT, Event.RETURN, Event.UPHOLD, Event.DECLINE})


@dataclass(frozen=True, slots=True)
class MovePanel:
    """The one form that is open, and the moves behind the other buttons.

    Attributes:
        move: The move whose form is open; None where nothing is the actor's to do next.
        form: Its form.
        fields: Its fields.
        options: The lists that its fields choose from.
        hints: Words below a field that depend on the petition.
        tone: The colour of its button.
        others: The other moves that the actor may make.
        next_label: What comes next, for those who may not do it.
        focus: The first field takes the focus: the page follows a move.
    """

    move: Move | None
    form: Form[BaseModel]
    fields: Sequence[FieldSpec]
    options: Mapping[str, Options]
    hints: Mapping[str, str]
    tone: str
    others: Sequence[Move]
    next_label: str
    focus: bool


def panel_of(
    request: Request,
    petition: PetitionFacts,
    wanted: str = "",
    typed: Form[BaseModel] | None = None,
) -> MovePanel:
    """Return the panel of a petition's moves.

    Args:
        request: The request.
        petition: The petition.
        wanted: The event whose form is asked for; else what comes next as a rule.
        typed: The form as it was sent, where it was refused.
    """
    mine = [move for move in petition.facts.moves if _is_mine(request, petition, move)]
    by_event = {Event(move.event): move for move in mine}
    first = next((by_event[event] for event in _NEXT if event in by_event), None)
    shown = next((move for move in mine if move.event == wanted), first)
    event = Event(shown.event) if shown is not None else None
    theirs = {move.event: move.label for move in petition.facts.moves if move.ours}
    likely_next = next((theirs[event] for event in _NEXT if event in theirs), "")
    return MovePanel(
        move=shown,
        form=typed or (_blank(request, petition, event) if event is not None else Form()),
        fields=FIELDS[event] if event is not None else (),
        options=_options(request, petition, event) if event is not None else {},
        hints=_hints(request, petition, event) if event is not None else {},
        tone="danger" if event in _GRAVE else "primary",
        others=[move for move in mine if move is not shown],
        next_label=likely_next if first is None else "",
        focus="v" in request.query and typed is None,
    )


def inputs_of(data: BaseModel) -> Inputs:
    """Return a checked form as the engine takes it."""
    values: dict[str, Any] = {
        name: _INWARDS[name](value) if name in _INWARDS else value
        for name, value in data.model_dump().items()
    }
    return Inputs(**values)


def _end_of(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), LOCAL)


_INWARDS: Mapping[str, Callable[[Any], object]] = {
    "until": _end_of,
    "level": int,
    "takers": tuple,
    "assists": tuple,
}


def _is_mine(request: Request, petition: PetitionFacts, move: Move) -> bool:
    """Everybody may submit, residents included; a draft of the office is the office's to submit."""
    if move.event == Event.SUBMIT:
        return request.ctx.can("petitions.order.create", petition.order.org_path)
    return move.allowed and move.ours


def _blank(request: Request, petition: PetitionFacts, event: Event) -> Form[BaseModel]:
    actor, order = request.ctx.actor.name, petition.order
    likely: Mapping[Event, Callable[[], dict[str, object]]] = {
        Event.ACCEPT: lambda: {"category": order.category},
        # The panel of possible duplicates names the one to join.
        Event.MERGE: lambda: {"target": request.query.get("target", "")[:_NUMBER]},
        Event.DISPATCH: lambda: _likely_dispatch(request, petition),
        Event.CLAIM: lambda: {
            "handler_name": order.handler_name or actor,
            "key": secrets.token_hex(16),
        },
        Event.SUPERVISE: lambda: {"level": str(min(order.level + 1, max(LEVEL_LABELS)))},
        Event.CALLBACK: lambda: {"caller_name": _caller(order.handler_name, actor)},
    }
    return blank(FORMS[event], likely.get(event, dict)())


def _likely_dispatch(request: Request, petition: PetitionFacts) -> dict[str, object]:
    """Return what a rule proposed when the order was accepted, else the nearest taker."""
    known = [taker.key for taker in petition.facts.takers]
    proposal = proposal_of(request.ctx, petition.order)
    if proposal is not None and proposal.taker in known:
        helping = [key for key in proposal.assists if key in known]
        return {"taker": proposal.taker, "assists": helping}
    return {"taker": known[0] if known else ""}


def _options(request: Request, petition: PetitionFacts, event: Event) -> dict[str, Options]:
    """Return the lists that the open form chooses from, and no others."""
    facts = petition.facts
    known: Mapping[str, Callable[[], Options]] = {
        "categories": lambda: category_options(request.session),
        "reasons": lambda: list(rules.REASONS.items()),
        "return_reasons": lambda: list(rules.RETURN_REASONS.items()),
        "suspend_reasons": lambda: list(rules.SUSPEND_REASONS.items()),
        "extend_reasons": lambda: list(rules.EXTEND_REASONS.items()),
        "takers": lambda: [(t.key, f"{t.label}（{t.reason}）") for t in facts.takers],
        "assists": lambda: [(each.key, each.label) for each in facts.open_assists],
        "results": lambda: list(RESULT_LABELS.items()),
        "satisfactions": lambda: list(SATISFACTION_LABELS.items()),
        "reply_templates": lambda: [
            (str(each.id), f"{each.name}（{each.unit}）")
            for each in templates_at(request.ctx, facts.order.org_path, facts.order.category)
        ],
        "levels": lambda: [
            (str(level), text) for level, text in LEVEL_LABELS.items() if level > facts.order.level
        ],
    }
    wanted = {spec.options for spec in FIELDS[event] if spec.options}
    return {name: known[name]() for name in wanted}


def _hints(request: Request, petition: PetitionFacts, event: Event) -> dict[str, str]:
    if event is Event.CALLBACK:
        text = _("承办人是{name}，须由另一人回访")
        return {"caller_name": text.format(name=petition.order.handler_name)}
    if event is Event.DISPATCH:
        names = "、".join(handler_names(request.ctx, petition.order.org_path))
        text = _("可不填，由接单人填写；最近：{names}") if names else _("可不填，由接单人填写")
        proposal = proposal_of(request.ctx, petition.order)
        return {
            "handler_name": text.format(names=names),
            "taker": proposal.words if proposal is not None else "",
        }
    return {}


def _caller(handler: str, actor: str) -> str:
    """Leave the field open where the actor cannot be the one: who handled does not call back."""
    return "" if handler == actor else actor
