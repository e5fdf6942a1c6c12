"""The security headers of every answer (SECURITY 9)."""

import secrets

from qimen_web.response import Response

__all__ = ["CSP_REPORT_PATH", "content_security_policy", "harden", "new_nonce"]

CSP_REPORT_PATH = "/csp-report"

_FIXED: tuple[tuple[bytes, bytes], ...] = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (
        b"permissions-policy",
        b"camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
    ),
    (b"x-frame-options", b"DENY"),
)
_HSTS = (b"strict-transport-security", b"max-age=31536000")


def new_nonce() -> str:
    """Return a fresh nonce of 128 bits."""
    return secrets.token_urlsafe(16)


def content_security_policy(nonce: str) -> str:
    """Return the policy of a page or fragment.

    ``data:`` pictures are those inside Bootstrap's style sheet. The nonce is what hx-csp
    compares the elements of a page with; no script is ever inline.
    """
    return (
        f"default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self'; "
        "img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; manifest-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'; "
        f"report-uri {CSP_REPORT_PATH}"
    )


# What is not a page must not run anything if a browser shows it after all.
_NOTHING = b"default-src 'none'; frame-ancestors 'none'; sandbox"


def harden(
    response: Response, nonce: str = "", secure: bool = True, cache: str = "no-store"
) -> None:
    """Add the headers that no answer goes without.

    Args:
        response: The answer.
        nonce: The nonce its template used; empty for what is not a page.
        secure: Whether the deployment is reached by TLS.
        cache: The ``Cache-Control`` value.
    """
    add = response.headers
    add.extend(_FIXED)
    if secure:
        add.append(_HSTS)
    policy = content_security_policy(nonce).encode() if nonce else _NOTHING
    add.append((b"content-security-policy", policy))
    add.append((b"cache-control", cache.encode()))
