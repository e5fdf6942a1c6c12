"""The secret that a gateway and this deployment share, and what is signed with it.

One form for both directions: HMAC-SHA256 over ``<timestamp>.<body>``, in hex, beside the timestamp.
"""

import hmac
import secrets
from collections.abc import Mapping
from datetime import timedelta
from hashlib import sha256
from typing import Final

from qimen_core.context import Context
from qimen_core.db.encrypted import Secret
from qimen_core.db.session import unscoped
from qimen_core.db.work import unit_of_work
from qimen_core.messages.models import Gateway
from qimen_core.messages.sending import SEND

__all__ = [
    "SHORTEST",
    "SIGNATURE",
    "TIMESTAMP",
    "WINDOW",
    "gateway_secret",
    "is_signed",
    "keep_secret",
    "signed_headers",
]

TIMESTAMP: Final = "X-Qimen-Timestamp"
SIGNATURE: Final = "X-Qimen-Signature"
WINDOW: Final = timedelta(minutes=5)
"""How far a timestamp may lie from this machine's clock, either way."""
SHORTEST: Final = 16
"""Characters that a secret must have at least."""


def gateway_secret(ctx: Context, gateway: str) -> Secret | None:
    """Return the secret shared with a gateway; None where none was set."""
    with unscoped(ctx.session):
        found = ctx.session.get(Gateway, gateway)
    return found.secret if found is not None else None


def keep_secret(ctx: Context, gateway: str, secret: str = "") -> str:
    """Share a secret with a gateway from now on, instead of an earlier one, and return it.

    Args:
        ctx: Who does it; the change stands in the audit, the secret does not.
        gateway: The channel's id, e.g. ``sms``.
        secret: What the gateway chose, at least ``SHORTEST`` characters; a random one if empty.
    """
    chosen = secret or secrets.token_urlsafe(32)
    subject = f"core_gateway:{gateway}"
    with unit_of_work(ctx, "core.gateway.secret", permission=SEND, subject=subject) as uow:
        row = uow.session.get(Gateway, gateway)
        if row is None:
            row = Gateway(channel=gateway, secret=Secret(chosen), changed_at=ctx.now)
        row.secret, row.changed_at = Secret(chosen), ctx.now
        uow.session.add(row)
    return chosen


def signed_headers(ctx: Context, secret: Secret, body: bytes) -> dict[str, str]:
    """Return the two headers that go with a body on its way out."""
    stamp = str(int(ctx.qimen.clock.now().timestamp()))
    return {TIMESTAMP: stamp, SIGNATURE: _signature(secret, stamp, body)}


def is_signed(ctx: Context, secret: Secret | None, headers: Mapping[str, str], body: bytes) -> bool:
    """Say whether a body came with a timestamp of now and with that secret's signature.

    It takes as long without a secret as with a wrong signature.

    Args:
        ctx: Whose clock counts.
        secret: The gateway's; None where there is no such gateway.
        headers: The two headers, by the names above.
        body: The body as it came over the wire.
    """
    stamp, given = headers.get(TIMESTAMP, ""), headers.get(SIGNATURE, "")
    expected = _signature(secret or Secret(secrets.token_urlsafe(32)), stamp, body)
    right = hmac.compare_digest(expected.encode(), given.strip().lower().encode())
    return right and secret is not None and _is_now(ctx, stamp)


def _is_now(ctx: Context, stamp: str) -> bool:
    if not (stamp.isascii() and stamp.isdecimal() and len(stamp) <= len("9999999999")):
        return False
    return abs(ctx.qimen.clock.now().timestamp() - int(stamp)) <= WINDOW.total_seconds()


def _signature(secret: Secret, stamp: str, body: bytes) -> str:
    message = stamp.encode("utf-8", "replace") + b"." + body
    return hmac.new(secret.reveal().encode(), message, sha256).hexdigest()
