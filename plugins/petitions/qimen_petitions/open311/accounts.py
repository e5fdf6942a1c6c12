"""The resident's code as the account: code and last four digits of the phone (SECURITY 12).

They come as the two halves of HTTP Basic, never in an address, which ends up in logs.
"""

import base64
import binascii

from qimen_core import Context, translations
from qimen_core.access.throttle import Limit, address_key
from qimen_petitions.following import Case, follow
from qimen_petitions.open311.calls import Call
from qimen_petitions.open311.refusals import Problem, Refused
from qimen_petitions.services import code_hash
from qimen_petitions.settings import PetitionSettings
from qimen_petitions.tracking import normalise_code

__all__ = ["account_of", "own_case"]

_ = translations("qimen_petitions")

_HOUR = 60
_SCHEME = "basic"


def account_of(call: Call) -> Case | None:
    """Return the case whose code and digits came in ``Authorization``, None when none came.

    Raises:
        Refused: They do not fit; wrong code, wrong digits and expired are one answer (403).
        Throttled: Too many did not fit.
    """
    sent = call.request.raw.header("authorization")
    if not sent:
        return None
    scheme, _blank, packed = sent.partition(" ")
    try:
        both = base64.b64decode(packed.strip(), validate=True).decode() if packed else ""
    except (binascii.Error, ValueError):
        both = ""
    code, _colon, tail = both.partition(":")
    return own_case(call, code if scheme.lower() == _SCHEME else "", tail)


def own_case(call: Call, code: str, tail: str) -> Case:
    """Return the case of a code and the last digits of its phone.

    Raises:
        Refused: They do not fit (403).
        Throttled: Too many did not fit.
    """
    ctx = call.ctx
    counted = call.request.shell.throttle.reserve(_limits(ctx, call.request.address, code))
    case = follow(ctx, code, tail)
    if case is None:
        said = _("查询码或电话后四位不对，或查询码已过期")
        raise Refused(Problem(403, str(said)))
    counted.succeeded()
    return case


def _limits(ctx: Context, address: str, code: str) -> list[Limit]:
    """Return the counters of the page for residents: whoever guesses here has guessed there."""
    tries = ctx.setting(PetitionSettings).follow_tries
    known = code_hash(ctx, normalise_code(code))
    return [
        Limit(f"follow:{address_key(address)}"[:80], tries, _HOUR),
        Limit(f"follow:{known[:40]}", tries, _HOUR),
    ]
