"""The answer to a request, ready for the wire: status, headers as bytes, body."""

from collections.abc import Iterable
from http import HTTPStatus

from litestar.types import Receive, Scope, Send

__all__ = ["Response"]


class Response:
    """A finished answer; handlers get one from :mod:`qimen_web.ui` and return it.

    It is an ASGI application, so nothing is left to be computed on the event loop.

    Args:
        body: What is sent.
        status: The HTTP status.
        media_type: With its charset where it has one; empty for an answer without a body.
        headers: Names and values; values must fit latin-1.
    """

    __slots__ = ("body", "headers", "status")

    def __init__(
        self,
        body: bytes = b"",
        status: int = 200,
        media_type: str = "text/html; charset=utf-8",
        headers: Iterable[tuple[str, str]] = (),
    ) -> None:
        self.body = body
        self.status = HTTPStatus(status).value
        self.headers: list[tuple[bytes, bytes]] = []
        if media_type:
            self.header("content-type", media_type)
        for name, value in headers:
            self.header(name, value)

    def header(self, name: str, value: str) -> None:
        """Add a header.

        Raises:
            ValueError: The value holds a control character or a character beyond latin-1;
                percent-encode an address, escape JSON to ASCII.
        """
        if not value.isprintable():
            raise ValueError(f"header {name} holds control characters")
        self.headers.append((name.encode("ascii"), value.encode("latin-1")))

    def get(self, name: str) -> str | None:
        """Return the first header of that name, or None."""
        wanted = name.lower().encode("ascii")
        return next((v.decode("latin-1") for n, v in self.headers if n == wanted), None)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        headers = self.headers
        if self.status not in {204, 304}:
            headers = [*headers, (b"content-length", str(len(self.body)).encode())]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.body, "more_body": False})
