"""A light keep-alive client: raw sockets and a selector, so that the server is what is measured."""

import selectors
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import cycle

__all__ = ["Answer", "Round", "get", "run_round"]

_CHUNK = 1 << 18


@dataclass(frozen=True)
class Answer:
    """One response: status, raw head, body with the chunking taken off."""

    status: int
    head: bytes
    body: bytes


@dataclass
class Round:
    """What one burst did; ``latencies`` are in seconds."""

    requests: int = 0
    wrong: int = 0
    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)


def request_bytes(port: int, path: str, cookie: str) -> bytes:
    """Return a GET as a browser sends it for a whole page, asking for no compression."""
    lines = [
        f"GET {path} HTTP/1.1",
        f"Host: 127.0.0.1:{port}",
        "Accept: text/html",
        "Accept-Encoding: identity",
        "Accept-Language: zh-CN",
        "Sec-Fetch-Site: same-origin",
        *([f"Cookie: {cookie}"] if cookie else []),
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


class Connection:
    """One kept connection with at most one request under way."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.socket = self._connect()
        self.buffer = bytearray()
        self.end: int | None = None
        self.head_end = 0
        self.sent = 0.0
        self.expected = b""

    def _connect(self) -> socket.socket:
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=60)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    def send(self, request: bytes, expected: bytes) -> None:
        """Start a request whose body must hold ``expected``."""
        self.buffer.clear()
        self.end, self.head_end, self.expected = None, 0, expected
        self.sent = time.perf_counter()
        self.socket.sendall(request)

    def receive(self) -> bool:
        """Read what has come; return whether the response is complete."""
        data = self.socket.recv(_CHUNK)
        if not data:
            raise ConnectionError("the server closed a kept connection")
        self.buffer += data
        if not self.head_end:
            self.head_end = self.buffer.find(b"\r\n\r\n") + 4
            if self.head_end == 3:
                self.head_end = 0
                return False
            self.end = self._announced_end()
        if self.end is None:
            return self.buffer.endswith(b"\r\n0\r\n\r\n")
        return len(self.buffer) >= self.end

    def _announced_end(self) -> int | None:
        head = bytes(self.buffer[: self.head_end]).lower()
        at = head.find(b"\r\ncontent-length:")
        if at < 0:
            return None
        return self.head_end + int(head[at + 17 : head.find(b"\r\n", at + 2)])

    @property
    def right(self) -> bool:
        """Whether the complete response is a 200 that holds what was expected."""
        return self.buffer.startswith(b"HTTP/1.1 200") and self.expected in self.buffer

    def answer(self) -> Answer:
        """Return the complete response."""
        head, body = bytes(self.buffer[: self.head_end]), bytes(self.buffer[self.head_end :])
        if self.end is None:
            body = _unchunk(body)
        return Answer(int(head.split(b" ", 2)[1]), head, body)


def _unchunk(body: bytes) -> bytes:
    parts, at = [], 0
    while True:
        line_end = body.index(b"\r\n", at)
        size = int(body[at:line_end].split(b";")[0], 16)
        if not size:
            return b"".join(parts)
        parts.append(body[line_end + 2 : line_end + 2 + size])
        at = line_end + 2 + size + 2


def get(port: int, path: str, cookie: str = "") -> Answer:
    """Return the response to one GET."""
    connection = Connection(port)
    connection.send(request_bytes(port, path, cookie), b"")
    while not connection.receive():
        pass
    connection.socket.close()
    return connection.answer()


def run_round(
    port: int,
    pages: Sequence[tuple[str, bytes]],
    cookie: str,
    seconds: float,
    connections: int = 4,
) -> Round:
    """Ask for ``pages`` (path, bytes that its body must hold) in turn until the time is up.

    Args:
        port: Of a server on this machine.
        pages: Asked in turn over all connections.
        cookie: Value of the Cookie header.
        seconds: How long new requests are started; those under way are waited for.
        connections: How many requests are under way at once.
    """
    requests = cycle([(request_bytes(port, path, cookie), expected) for path, expected in pages])
    result = Round()
    started = time.perf_counter()
    with selectors.DefaultSelector() as selector:
        for _ in range(connections):
            connection = Connection(port)
            selector.register(connection.socket, selectors.EVENT_READ, connection)
            connection.send(*next(requests))
        while selector.get_map():
            for key, _ in selector.select(60):
                connection = key.data
                if not connection.receive():
                    continue
                now = time.perf_counter()
                result.requests += 1
                result.wrong += not connection.right
                result.latencies.append(now - connection.sent)
                if now - started < seconds:
                    connection.send(*next(requests))
                else:
                    selector.unregister(connection.socket)
                    connection.socket.close()
    result.seconds = time.perf_counter() - started
    return result
