"""The second factor: time-based one-time codes (RFC 6238), each good for one login."""

from datetime import datetime
from hmac import compare_digest

import pyotp

__all__ = ["STEP", "accepted_step", "new_secret", "provisioning_uri"]

STEP = 30
"""Seconds one code lives."""

_DRIFT = 1
"""Steps a phone's clock may be wrong by."""


def new_secret() -> str:
    """Return a fresh secret of 160 bits in base 32."""
    return pyotp.random_base32(32)


def provisioning_uri(secret: str, username: str, issuer: str) -> str:
    """Return the ``otpauth://`` address that an authenticator reads from the QR picture."""
    return pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=issuer)


def accepted_step(secret: str, code: str, now: datetime, last_step: int) -> int | None:
    """Return the time step a code belongs to, or None when it is refused.

    A step that was used, or one before it, is refused: a code seen over a shoulder is worth
    nothing (RFC 6238, section 5.2). The caller stores the step by a conditional update, so that
    two logins with one code cannot both win.

    Args:
        secret: The account's secret in base 32.
        code: What the person typed; blanks are ignored.
        now: The present moment.
        last_step: The last step accepted, 0 if none.
    """
    typed = "".join(code.split())
    if len(typed) != 6 or not typed.isascii() or not typed.isdigit():
        return None
    totp = pyotp.TOTP(secret)
    current = int(now.timestamp()) // STEP
    for step in range(current - _DRIFT, current + _DRIFT + 1):
        if step > last_step and compare_digest(totp.generate_otp(step), typed):
            return step
    return None
