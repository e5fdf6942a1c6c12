"""Runs the server: `qimen serve`."""

import gc
import logging
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import structlog
import uvicorn
from litestar import Litestar

from qimen_core.config import QimenConfig
from qimen_core.db.migrate import pending
from qimen_core.errors import QimenError
from qimen_core.logs import configure_logs
from qimen_core.runtime import Qimen
from qimen_web.app import create_app
from qimen_web.setup_token import issue_setup_token

__all__ = ["PendingMigrations", "build", "run"]

log = structlog.get_logger("qimen.server")

_CONFIG = "QIMEN_SERVE_CONFIG"
_GRACE_SECONDS = 10
_GC_THRESHOLD = (50_000, 20, 20)


class PendingMigrations(QimenError):
    """The database is older than the code; the message names the command."""


def run(config: QimenConfig, *, host: str, port: int, workers: int = 1) -> None:
    """Serve until the process is told to stop; requests under way are finished first.

    Args:
        config: What to serve.
        host: The address to listen on.
        port: Its port.
        workers: Processes; more than one need ``qimen worker`` beside them for the jobs.

    Raises:
        PendingMigrations: The database is not up to date; nothing is migrated by itself.
    """
    configure_logs()
    catch_server_log()
    qimen = Qimen.open(config)
    _refuse_pending(qimen)
    token = issue_setup_token(qimen)
    if token is not None:
        _say(f"No account yet. Open http://{host}:{port}/setup and enter this token: {token}")
    if workers > 1:
        qimen.close()
        # The workers are processes of their own and open the deployment anew.
        os.environ[_CONFIG] = config.model_dump_json()
        uvicorn.run(
            "qimen_web.serve:_worker", factory=True, workers=workers, **_options(host, port)
        )
        return
    uvicorn.run(build(qimen, jobs=True), **_options(host, port))


def _options(host: str, port: int) -> dict[str, Any]:
    return {
        "host": host,
        "port": port,
        # The access log would hold addresses with tracking codes.
        "access_log": False,
        "log_config": None,
        "server_header": False,
        "timeout_graceful_shutdown": _GRACE_SECONDS,
    }


def build(qimen: Qimen, *, jobs: bool) -> Litestar:
    """Return the application with what starts and stops with it.

    Args:
        qimen: The opened deployment; it is closed when the server stops.
        jobs: Run the jobs in this process too.
    """
    stops: list[Callable[[], None]] = []

    def start() -> None:
        if jobs:
            stops.append(_start_jobs(qimen))
        settle_memory()

    def stop() -> None:
        for each in stops:
            each()
        qimen.close()

    return create_app(qimen, on_startup=[start], on_shutdown=[stop])


def _start_jobs(qimen: Qimen) -> Callable[[], None]:
    from qimen_core.jobs import start_scheduler

    scheduler = start_scheduler(qimen)
    return scheduler.stop


def _worker() -> Litestar:
    configure_logs()
    catch_server_log()
    return build(Qimen.open(QimenConfig.model_validate_json(os.environ[_CONFIG])), jobs=False)


def _refuse_pending(qimen: Qimen) -> None:
    behind = pending(qimen)
    if behind:
        data = Path(qimen.config.data)
        qimen.close()
        raise PendingMigrations(
            f"The database is not up to date for: {', '.join(behind)}. "
            f"Back up, then run: qimen db upgrade --data {data}"
        )


def settle_memory() -> None:
    """Take what the start-up made out of the garbage collector's sight.

    It lives as long as the process; looking through it again and again made one request in a
    hundred wait (p99 41 → 7 ms).
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_GC_THRESHOLD)


class JsonLines(logging.Handler):
    """Turns what the HTTP server logs into our lines of JSON.

    Of an exception only its kind is kept: its traceback would run over many lines, and its text
    may hold a value.
    """

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record as one line."""
        kind = record.exc_info[0] if record.exc_info else None
        extra = {"error": kind.__name__} if kind else {}
        log.log(record.levelno, "server", message=record.getMessage().splitlines()[0], **extra)


def catch_server_log() -> None:
    """Let the HTTP server's log come out as ours."""
    for name in ("uvicorn", "uvicorn.error", "uvicorn.asgi", "asyncio"):
        logger = logging.getLogger(name)
        logger.handlers[:] = [JsonLines()]
        logger.setLevel(logging.INFO if name.startswith("uvicorn") else logging.WARNING)
        logger.propagate = False


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
