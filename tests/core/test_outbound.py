"""The one door out: listed origins only, resolved once, no redirects, in time (SECURITY 14)."""

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from qimen_core.config import QimenConfig
from qimen_core.outbound import OutboundFailed, OutboundRefused, post


class Handler(BaseHTTPRequestHandler):
    """Answers 200, a redirect, or nothing in time; counts what it was asked."""

    asked: list[str] = []  # noqa: RUF012 -- emptied by the fixture

    def do_POST(self) -> None:
        self.asked.append(self.path)
        self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/slow":
            self.server.release.wait(5)  # type: ignore[attr-defined]
        self.send_response(302 if self.path == "/moved" else 200)
        self.send_header("Location", "/elsewhere")
        self.end_headers()
        self.wfile.write(b'{"id": "17"}')

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def port() -> Iterator[int]:
    """The port of a server on this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.release = threading.Event()  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    Handler.asked.clear()
    yield server.server_port
    server.release.set()  # type: ignore[attr-defined]
    server.shutdown()
    server.server_close()


def config(tmp_path: Path, *origins: str) -> QimenConfig:
    return QimenConfig.load(tmp_path, outbound=list(origins))


def test_a_listed_origin_is_called_and_any_other_is_not(tmp_path: Path, port: int) -> None:
    listed = config(tmp_path, f"http://127.0.0.1:{port}")
    assert post(listed, f"http://127.0.0.1:{port}/a", b"{}", {}).text == '{"id": "17"}'
    for other in ("http://127.0.0.1:1/a", f"https://127.0.0.1:{port}/a", "ftp://127.0.0.1/a"):
        with pytest.raises(OutboundRefused):
            post(listed, other, b"{}", {})
    with pytest.raises(OutboundRefused):
        post(config(tmp_path), f"http://127.0.0.1:{port}/a", b"{}", {})
    assert Handler.asked == ["/a"]


def test_a_redirect_is_not_followed(tmp_path: Path, port: int) -> None:
    answer = post(
        config(tmp_path, f"http://127.0.0.1:{port}"),
        f"http://127.0.0.1:{port}/moved",
        b"",
        {"Content-Length": "0"},
    )
    assert answer.status == 302
    assert Handler.asked == ["/moved"]


def test_a_name_that_leads_to_this_machine_is_not_called(tmp_path: Path, port: int) -> None:
    listed = config(tmp_path, f"http://localhost:{port}")
    with pytest.raises(OutboundRefused, match="not called by name"):
        post(listed, f"http://localhost:{port}/a", b"{}", {})
    assert Handler.asked == []


def test_the_name_is_asked_once_and_that_address_is_called(
    tmp_path: Path, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def answer(host: str, number: int, **_kinds: object) -> list[tuple[object, ...]]:
        asked.append(host)
        # A name that leads elsewhere when it is asked again.
        address = "192.0.2.1" if len(asked) == 1 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, number))]

    called: list[object] = []

    def connect(address: object, _timeout: object) -> socket.socket:
        called.append(address)
        raise TimeoutError

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(OutboundFailed):
        post(config(tmp_path, f"http://sms.test:{port}"), f"http://sms.test:{port}/a", b"{}", {})
    assert asked == ["sms.test"]
    assert called == [("192.0.2.1", port)]


def test_who_does_not_answer_in_time_is_left(tmp_path: Path, port: int) -> None:
    listed = config(tmp_path, f"http://127.0.0.1:{port}")
    with pytest.raises(OutboundFailed, match="Timeout"):
        post(listed, f"http://127.0.0.1:{port}/slow", b"{}", {}, timeout=0.2)
