"""The server as a process: when it starts, what it says, how it stops."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from qimen_core.config import QimenConfig
from qimen_core.db.migrate import upgrade
from qimen_core.runtime import Qimen
from tests.proofs.server import free_port

pytestmark = pytest.mark.database("sqlite")

COMMAND = (sys.executable, "-c", "from qimen_core.cli import main; main()")


def _data(folder: Path, *, migrated: bool) -> Path:
    (folder / "qimen.toml").write_text('plugins = ["web"]\nsecure_cookies = false\n')
    if migrated:
        qimen = Qimen.open(QimenConfig.load(folder))
        upgrade(qimen)
        qimen.close()
    return folder


@contextmanager
def _served(data: Path, *more: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    port = free_port()
    process = subprocess.Popen(
        [*COMMAND, "serve", "--data", str(data), "--port", str(port), *more],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process, f"http://127.0.0.1:{port}"
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def _answers(url: str, process: subprocess.Popen[str]) -> httpx.Response:
    transport = httpx.HTTPTransport(retries=0)
    with httpx.Client(transport=transport) as client:
        while process.poll() is None:
            try:
                return client.get(f"{url}/healthz")
            except httpx.TransportError:
                continue
    raise AssertionError(f"the server ended: {process.communicate()}")


def test_a_database_that_is_behind_is_refused_with_the_command(tmp_path: Path) -> None:
    data = _data(tmp_path, migrated=False)
    with _served(data) as (process, _url):
        _out, said = process.communicate(timeout=60)
        assert process.returncode != 0
        assert f"qimen db upgrade --data {data}" in said
        assert "Traceback" not in said
    # Nothing was migrated by the refusal.
    qimen = Qimen.open(QimenConfig.load(data))
    from qimen_core.db.migrate import pending

    assert pending(qimen) != []
    qimen.close()


@pytest.mark.parametrize("more", [(), ("--workers", "2")])
def test_it_serves_prints_the_set_up_token_and_stops_when_told(
    tmp_path: Path, more: tuple[str, ...]
) -> None:
    data = _data(tmp_path, migrated=True)
    with _served(data, *more) as (process, url):
        health = _answers(url, process)
        assert health.json() == {"status": "ok", "plugins": {"web": "loaded"}}
        assert httpx.get(f"{url}/", follow_redirects=False).headers["location"] == "/today"
        assert "uvicorn" not in httpx.get(f"{url}/healthz").headers.get("server", "")
        assert httpx.get(f"{url}/p/secret-code-in-an-address").status_code == 404
        process.send_signal(signal.SIGTERM)
        out, logged = process.communicate(timeout=30)
    assert process.returncode in {0, -signal.SIGTERM}
    assert "/setup and enter this token: " in out
    lines = [json.loads(line) for line in logged.splitlines() if line]
    assert lines
    assert "secret-code-in-an-address" not in logged
    token = out.rsplit(": ", 1)[1].strip()
    assert token not in logged
