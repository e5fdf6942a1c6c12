"""The forms of the next moves, each with what it most likely will hold."""

from collections.abc import Callable, Mapping

from pydantic import BaseModel

from qimen_orders import Event, Inputs
from qimen_petitions import forms
from qimen_petitions.reading import PetitionFacts
from qimen_web import Request
from qimen_web.forms import Form, blank

__all__ = ["FORMS", "MoveForms", "blank_forms", "inputs_of"]

MoveForms = Mapping[str, Form[BaseModel]]

FORMS: Mapping[Event, type[BaseModel]] = {
    Event.SUBMIT: forms.SubmitForm,
    Event.ACCEPT: forms.AcceptForm,
    Event.NOT_ACCEPT: forms.NotAcceptForm,
    Event.DISPATCH: forms.DispatchForm,
    Event.CLAIM: forms.ClaimForm,
    Event.REPLY: forms.ReplyForm,
    Event.CALLBACK: forms.CallbackForm,
    Event.CLOSE_OFF: forms.CloseOffForm,
}


def blank_forms(request: Request, petition: PetitionFacts) -> dict[str, Form[BaseModel]]:
    """Return a form per move that the actor may make, filled as far as that is known."""
    actor = request.ctx.actor.name
    order = petition.order
    leads = petition.facts.leads
    likely: dict[str, Callable[[], dict[str, object]]] = {
        Event.ACCEPT: lambda: {"category": order.category},
        Event.DISPATCH: lambda: {"lead_id": leads[0].id if leads else ""},
        Event.CLAIM: lambda: {"handler_name": order.handler_name or actor},
        Event.CALLBACK: lambda: {"caller_name": _caller(order.handler_name, actor)},
    }
    return {
        move.event: blank(FORMS[Event(move.event)], likely.get(move.event, dict)())
        for move in petition.facts.moves
        if move.allowed and _may(request, petition, move.event)
    }


def _may(request: Request, petition: PetitionFacts, event: str) -> bool:
    """Everybody may submit, residents included; a draft of the office is the office's to submit."""
    path = petition.order.org_path
    return event != Event.SUBMIT or request.ctx.can("petitions.order.create", path)


def inputs_of(data: BaseModel) -> Inputs:
    """Return a checked form as the engine takes it."""
    return Inputs(**data.model_dump())


def _caller(handler: str, actor: str) -> str:
    """Leave the field open where the actor cannot be the one: who handled does not call back."""
    return "" if handler == actor else actor
