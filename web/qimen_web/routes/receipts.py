"""Where a gateway reports what became of a message. No account: whoever posts here signs.

Every refusal reads the same and says nothing; the reason stands in the log. A gateway that gets no
answer signs anew, with the time of the new try: what was taken once is not taken again.
"""

from hashlib import sha256
from typing import Final

import structlog

from qimen_core.access.throttle import Limit, address_key
from qimen_core.errors import Throttled
from qimen_core.i18n import translations
from qimen_core.messages.receipts import read_receipt, take_receipt
from qimen_core.messages.signing import SIGNATURE, TIMESTAMP, WINDOW, gateway_secret, is_signed
from qimen_web.handlers import public
from qimen_web.request import Request
from qimen_web.response import Response

_ = translations("qimen_web")
log = structlog.get_logger("qimen.messages")

_TRIES: Final = 60
_MINUTES: Final = 10
_JSON: Final = "application/json"
# Longer than a signature can be used: both ends of the window.
_REMEMBERED: Final = int(WINDOW.total_seconds()) // 30 + 1


@public(
    "/api/messages/{gateway:str}/receipts",
    plugin="web",
    methods=("POST",),
    body_limit=4 * 1024,
    unsigned=True,
)
def message_receipt(request: Request, gateway: str) -> Response:
    """Take one signed report down: ``{"id": "qimen-17", "status": "delivered"}``."""
    why = _taken(request, gateway)
    if why:
        log.warning("receipt_refused", reason=why)
        return Response(b'{"status":"refused"}\n', status=400, media_type=_JSON)
    return Response(b'{"status":"ok"}\n', media_type=_JSON)


def _taken(request: Request, gateway: str) -> str:
    """Return why a report is refused, ``""`` where it was written down."""
    throttle = request.shell.throttle
    key = f"receipt:{address_key(request.address)}"[:80]
    try:
        tried = throttle.reserve([Limit(key, _TRIES, _MINUTES)])
    except Throttled:
        return "too_many"
    text = request.form.get("body", "")
    body = text.encode()
    headers = {name: request.raw.header(name.lower()) for name in (TIMESTAMP, SIGNATURE)}
    known = is_signed(request.ctx, gateway_secret(request.ctx, gateway), headers, body)
    # Bytes that are no text were replaced on the way here, so they are not those that were signed.
    if not known or "\ufffd" in text:
        tried.failed()
        return "signature"
    tried.succeeded()
    used = sha256(f"{gateway}:{headers[SIGNATURE].strip().lower()}".encode()).hexdigest()
    try:
        throttle.reserve([Limit(f"receipt-used:{used}"[:80], 1, _REMEMBERED)])
    except Throttled:
        return "replay"
    report = read_receipt(body)
    if report is None:
        return "form"
    system = request.shell.qimen.system_context(request.session, str(_("短信网关")))
    return "" if take_receipt(system, gateway, report) else "unknown_message"
