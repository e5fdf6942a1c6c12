"""The control of the kill test: the same server, but it acknowledges before it commits."""

import argparse
import asyncio
from pathlib import Path

import uvicorn
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from qimen_core.config import QimenConfig
from qimen_core.runtime import Qimen
from qimen_web.app import create_app


class AcknowledgeFirst:
    """Says "registered" at once and lets the application do the work afterwards."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.tasks: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer an intake early, everything else in good order."""
        if scope["type"] != "http" or scope["path"] != "/petitions/new":
            await self.app(scope, receive, send)
            return
        messages = [await receive()]
        while messages[-1].get("more_body"):
            messages.append(await receive())
        headers = [(b"location", b"/petitions/0"), (b"content-length", b"0")]
        await send({"type": "http.response.start", "status": 303, "headers": headers})
        await send({"type": "http.response.body", "body": b"", "more_body": False})
        self._later(scope, messages)

    def _later(self, scope: Scope, messages: list[Message]) -> None:
        waiting = iter(messages)

        async def receive() -> Message:
            return next(waiting)

        async def drop(_message: Message) -> None:
            return

        task: asyncio.Task[None] = asyncio.ensure_future(self.app(scope, receive, drop))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)


def main() -> None:
    """Serve as ``qimen serve`` does."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path)
    parser.add_argument("--host")
    parser.add_argument("--port", type=int)
    given = parser.parse_args()
    app = AcknowledgeFirst(create_app(Qimen.open(QimenConfig.load(given.data))))
    uvicorn.run(app, host=given.host, port=given.port, log_level="warning")


if __name__ == "__main__":
    main()
