"""Cookies: names, attributes, and what a browser sent."""

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["CookieNames", "cookie_names", "cookies_of", "dropped", "set_cookie"]


@dataclass(frozen=True)
class CookieNames:
    """The names in use, and whether they travel over TLS only."""

    session: str
    guest: str
    toast: str
    secure: bool


def cookie_names(secure: bool) -> CookieNames:
    """Return the names: with the prefix ``__Host-``, or without on plain http (the demo).

    The prefix makes browsers refuse the cookie unless it is Secure, for this host alone and for
    the whole site, so that no neighbouring host can plant one.
    """
    prefix = "__Host-" if secure else ""
    return CookieNames(
        session=f"{prefix}qimen", guest=f"{prefix}qimen-guest", toast=f"{prefix}qimen-toast",
        secure=secure,
    )  # fmt: skip


def set_cookie(names: CookieNames, name: str, value: str, max_age: int | None = None) -> str:
    """Return a ``Set-Cookie`` value; without ``max_age`` (seconds) it ends with the browser."""
    age = "" if max_age is None else f"; Max-Age={max_age}"
    secure = "; Secure" if names.secure else ""
    return f"{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{age}"


def dropped(names: CookieNames, name: str) -> str:
    """Return the ``Set-Cookie`` value that makes the browser forget a cookie."""
    return set_cookie(names, name, "", max_age=0)


def cookies_of(header: str) -> Mapping[str, str]:
    """Return the cookies of a ``Cookie`` header; of two with one name the first counts."""
    found: dict[str, str] = {}
    for part in header.split(";"):
        name, separator, value = part.strip().partition("=")
        if separator:
            found.setdefault(name, value)
    return found
