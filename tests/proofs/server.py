"""A real ``qimen serve``: its own process group, started, killed without warning, started again."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import httpx

__all__ = ["ServeProcess", "free_port", "qimen"]

#: The console script beside the interpreter, so that no PATH matters.
QIMEN = (str(Path(sys.executable).with_name("qimen")),)


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def qimen(
    *arguments: str,
    environment: Mapping[str, str] | None = None,
    typed: str = "",
    check: bool = True,
) -> subprocess.CompletedProcess[str]:
    """Run a ``qimen`` command to its end and return what it said; ``typed`` is its input.

    Raises:
        AssertionError: It failed and ``check`` is set; the message is what it printed.
    """
    done = subprocess.run(
        [*QIMEN, *arguments],
        env={**os.environ, **(environment or {})},
        input=typed,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    if check and done.returncode:
        raise AssertionError(
            f"qimen {' '.join(arguments)} ended with {done.returncode}:\n"
            f"{done.stdout[-2000:]}{done.stderr[-4000:]}"
        )
    return done


class ServeProcess:
    """A server over a data folder, on a port that it keeps over all its lives.

    Args:
        data: The data folder.
        environment: What the server's environment has besides this one's.
        command: What is run, without ``--data``, ``--host`` and ``--port``.
    """

    def __init__(
        self,
        data: Path,
        environment: Mapping[str, str] | None = None,
        command: Sequence[str] = (*QIMEN, "serve"),
    ) -> None:
        self.data = data
        self.port = free_port()
        self.environment = dict(environment or {})
        self.command = tuple(command)
        self.log = data / "serve.log"
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def start(self, seconds: float = 60) -> None:
        """Start it and return when it answers ``/healthz``.

        Raises:
            AssertionError: It ended, or did not answer in time; the message is its log.
        """
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                [
                    *self.command,
                    *("--data", str(self.data)),
                    *("--host", "127.0.0.1", "--port", str(self.port)),
                ],
                env={**os.environ, **self.environment},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                if httpx.get(self.url + "/healthz", trust_env=False).status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.02)
        said = self.log.read_text("utf-8", "replace")[-4000:]
        self.kill()
        raise AssertionError(f"the server did not come up:\n{said}")

    def kill(self) -> None:
        """End it and all its children as a power cut would: SIGKILL, no farewell."""
        if self.process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(30)
        self.process = None

    def stop(self, seconds: float = 20) -> int:
        """Ask it to end and return its exit code."""
        if self.process is None:
            return 0
        process = self.process
        process.terminate()
        try:
            return process.wait(seconds)
        finally:
            self.kill()

    def __enter__(self) -> "ServeProcess":
        self.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self.kill()
