"""The log: one line of JSON an event, on standard error (SECURITY 13)."""

import logging
import sys

import structlog

__all__ = ["configure_logs"]


def configure_logs(level: int = logging.INFO) -> None:
    """Write log lines from `level` on, as JSON, to standard error; once per process.

    Standard output belongs to the answer of a command, which a program may read.
    """
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        # Looked up at each use: a test or a supervisor may have put another stream there. One write
        # a line: of several workers on one pipe none comes between a line and its end.
        logger_factory=lambda *_names: structlog.WriteLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )
