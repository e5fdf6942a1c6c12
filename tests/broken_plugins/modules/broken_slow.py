"""A panel whose body takes its time; the page around it must not."""

import os
import sys
from collections.abc import Iterable
from threading import Event

from qimen_core import Context, Permission, Widget, hookimpl
from qimen_core.meta import PluginMeta
from qimen_web import Request, Response, collect, fragment, ui

meta = PluginMeta(name="broken_slow", label="坏插件：缓慢", core=">=0.1,<0.2", requires=("web",))

READ = "broken_slow.card.read"
#: The test sets it; nobody else does, so the body waits out its seconds.
enough = Event()


@fragment("/broken-slow/card", permission=READ)
def card(request: Request) -> Response:
    """Answer late."""
    enough.wait(float(os.environ.get("BROKEN_SLOW_SECONDS", "20")))
    return ui.json(request, {"slow": True})


@hookimpl
def register_permissions() -> list[Permission]:
    """Give the right to everybody who works in a unit."""
    return [Permission(READ, "查看慢面板", roles=("community_clerk", "township_admin"))]


@hookimpl
def register_routes() -> Iterable[object]:
    """Return the slow fragment."""
    return collect(sys.modules[__name__])


@hookimpl
def dashboard_widgets(ctx: Context) -> list[Widget]:
    """Return the card with the slow body."""
    return [Widget("slow", "慢面板", "/broken-slow/card", READ)]
