"""What the two ways to a resident's case share: counting the tries, and the page itself."""

import secrets

from qimen_core.access.throttle import Limit, Reservation, address_key
from qimen_orders import RESULT_LABELS, SATISFACTION_LABELS
from qimen_petitions.calling.forms import EvaluationForm
from qimen_petitions.following import Case
from qimen_petitions.services import code_hash
from qimen_petitions.settings import PetitionSettings
from qimen_petitions.tracking import normalise_code
from qimen_web import Request, Response, ui
from qimen_web.forms import Form, blank

__all__ = ["case_page", "first_form", "reserve_follow"]

_HOUR = 60


def reserve_follow(request: Request, code: str) -> Reservation:
    """Count a try to open a case, by address and by code.

    Raises:
        Throttled: There were too many.
    """
    tries = request.ctx.setting(PetitionSettings).follow_tries
    known = code_hash(request.ctx, normalise_code(code))
    return request.shell.throttle.reserve(
        [
            Limit(f"follow:{address_key(request.address)}"[:80], tries, _HOUR),
            Limit(f"follow:{known[:40]}", tries, _HOUR),
        ]
    )


def first_form(code: str, tail: str) -> Form[EvaluationForm]:
    """Return an empty form of an evaluation that carries code and digits along."""
    key = secrets.token_hex(16)
    return blank(EvaluationForm, {"code": code, "tail": tail, "key": key})


def case_page(
    request: Request,
    case: Case,
    form: Form[EvaluationForm],
    *,
    status: int = 200,
    thanked: bool = False,
    reminded: bool | None = None,
) -> Response:
    """Render a case with the forms of its evaluation and of a reminder.

    Args:
        request: The request.
        case: The case.
        form: Carries code, digits and a fresh key.
        status: The answer's.
        thanked: An evaluation was sent just now.
        reminded: Whether the reminder that was sent just now counted; None for no such thing.
    """
    return ui.page(
        request,
        "petitions/case.html",
        block="content",
        status=status,
        case=case,
        form=form,
        thanked=thanked,
        reminded=reminded,
        results=list(RESULT_LABELS.items()),
        satisfactions=list(SATISFACTION_LABELS.items()),
    )
