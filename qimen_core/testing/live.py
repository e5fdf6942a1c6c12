"""The application on a port of this machine, for tests that drive a browser."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from litestar import Litestar

__all__ = ["serve"]


@contextmanager
def serve(app: "Litestar") -> Iterator[str]:
    """Serves `app` in a thread of this process, which so shares its clock and database.

    Yields:
        The address, `http://127.0.0.1:<free port>`. The socket listens already: a request that
        comes before the server is ready waits for it.
    """
    import uvicorn

    config = uvicorn.Config(app, log_config=None, lifespan="on", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()
