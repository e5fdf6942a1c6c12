"""Start a contestant on its own core, tell when it answers, and read what CPU it took."""

import os
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.load import get

__all__ = ["Contestant", "Scope", "Server", "cpu_seconds", "pin", "running"]

_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Scope:
    """Who looks: the account's name and the half-open path range of what it reaches."""

    name: str
    low: str
    high: str


@dataclass(frozen=True)
class Contestant:
    """One product: how it is started, logged in to, asked, and what its page must say."""

    name: str
    server: str
    command: Sequence[str]
    url: Callable[[Scope, str], str]
    count_text: Callable[[int], str]
    row_marker: str
    login: Callable[[int, Scope], str]
    environment: Mapping[str, str] = field(default_factory=dict)
    ready_path: str = "/"
    search: Callable[[Scope, str], str] | None = None
    detail: Callable[[int], str] | None = None


@dataclass(frozen=True)
class Server:
    """A running contestant."""

    contestant: Contestant
    port: int
    pid: int


def pin(core: int) -> Callable[[], None]:
    """Return a function that binds the calling process to one core (of those it may use)."""
    cores = sorted(os.sched_getaffinity(0))

    def bind() -> None:
        os.sched_setaffinity(0, {cores[core % len(cores)]})

    return bind


def _family(pid: int) -> Iterator[int]:
    yield pid
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in children.read_text().split():
            yield from _family(int(child))


def cpu_seconds(pid: int) -> float:
    """Return user + system seconds used so far by a process, its threads and its children."""
    ticks = 0
    for member in _family(pid):
        fields = Path(f"/proc/{member}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / _TICK


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(process: subprocess.Popen[bytes], port: int, path: str, log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            if get(port, path).status < 500:
                return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"the server did not come up:\n{log.read_text()[-3000:]}")


@contextmanager
def running(contestant: Contestant, folder: Path) -> Iterator[Server]:
    """Serve a contestant from core 0 while the block runs; its output goes to ``folder``."""
    port = free_port()
    log = folder / f"{contestant.name}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [word.format(port=port) for word in contestant.command],
            env={**os.environ, **contestant.environment},
            stdout=output,
            stderr=subprocess.STDOUT,
            preexec_fn=pin(0),  # noqa: PLW1509 - one thread here, and it must bind before exec
        )
        try:
            _wait(process, port, contestant.ready_path, log)
            yield Server(contestant, port, process.pid)
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
