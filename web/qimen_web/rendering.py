"""What the template globals of this moment depend on: the request, its nonce, its form token."""

import secrets
from contextvars import ContextVar
from typing import TYPE_CHECKING

from qimen_web.cookies import set_cookie
from qimen_web.headers import new_nonce

if TYPE_CHECKING:
    from qimen_web.request import RawRequest, Request
    from qimen_web.shell import Shell

__all__ = ["Marks", "Rendering", "rendering"]


class Marks:
    """What stands in a drawn text where an answer's own nonce and form token will be.

    Nobody outside ever sees one, so nobody can plant one in a value: they are random, and each
    answer leaves with what it stands for in its place.
    """

    def __init__(self) -> None:
        self.nonce = f"nonce{secrets.token_hex(16)}"
        self.token = f"token{secrets.token_hex(16)}"


class Rendering:
    """One request's way to its answer.

    Attributes:
        nonce: The nonce of the answer's content security policy.
        request: The request, once somebody is let in.
        cookies: ``Set-Cookie`` values that the answer carries.
    """

    def __init__(self, shell: "Shell", raw: "RawRequest") -> None:
        self.shell = shell
        self.raw = raw
        self.nonce = new_nonce()
        self.request: Request | None = None
        self.cookies: list[str] = []
        self._guest = ""

    def csrf_token(self) -> str:
        """Return the form token: the sign-in's own, or a stranger's, who then gets a cookie."""
        if self.request is not None and self.request.sign_in is not None:
            return self.request.sign_in.csrf
        guest = self._guest or self.raw.cookies.get(self.shell.cookies.guest, "")
        if not guest:
            guest = self._guest = secrets.token_urlsafe(16)
            self.cookies.append(set_cookie(self.shell.cookies, self.shell.cookies.guest, guest))
        return self.shell.guest_token(guest)

    def stamped(self, text: str, marks: Marks) -> str:
        """Return a drawn text with this answer's nonce and form token in it."""
        if marks.token in text:
            text = text.replace(marks.token, self.csrf_token())
        return text.replace(marks.nonce, self.nonce)

    def expected_token(self) -> str:
        """Return the form token that an unsafe request must bring; empty if none can be right."""
        if self.request is not None and self.request.sign_in is not None:
            return self.request.sign_in.csrf
        guest = self.raw.cookies.get(self.shell.cookies.guest, "")
        return self.shell.guest_token(guest) if guest else ""


rendering: ContextVar[Rendering] = ContextVar("qimen_rendering")
