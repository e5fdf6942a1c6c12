"""``routes.lock``: every route in one line, so that a new or changed one shows in review.

``python -m qimen_web.routes_lock`` writes it, with ``--check`` it only compares.
"""

import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from qimen_core.config import QimenConfig
from qimen_core.runtime import Qimen
from qimen_web.app import routes_of
from qimen_web.handlers import Route

__all__ = ["LOCK", "main", "routes_lock"]

LOCK = Path("routes.lock")
_HEAD = "# method path kind permission name; written by: python -m qimen_web.routes_lock\n"


def routes_lock(routes: Iterable[Route]) -> str:
    """Return the file's text: one line per route and method, sorted by path."""
    lines = sorted(
        (route.path, method, route.kind, route.permission or "-", route.name)
        for route in routes
        for method in route.methods
    )
    return _HEAD + "".join(
        f"{method:<4} {path} {kind} {permission} {name}\n"
        for path, method, kind, permission, name in lines
    )


def current(plugins: Iterable[str] | None = None) -> str:
    """Return the text for the plugins that a deployment loads unless it says otherwise."""
    with tempfile.TemporaryDirectory() as folder:
        given = {} if plugins is None else {"plugins": list(plugins)}
        config = QimenConfig.load(Path(folder), on_plugin_error="fail", **given)
        qimen = Qimen.open(config)
        try:
            return routes_lock(routes_of(qimen))
        finally:
            qimen.close()


def main(arguments: list[str]) -> int:
    """Write or compare the file; return the exit code."""
    text = current()
    if "--check" not in arguments:
        LOCK.write_text(text, "utf-8")
        return 0
    if LOCK.is_file() and LOCK.read_text("utf-8") == text:
        return 0
    sys.stderr.write("routes.lock is out of date. Run: python -m qimen_web.routes_lock\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
