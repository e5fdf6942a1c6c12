"""Takes a path that another plugin has."""

import sys
from collections.abc import Iterable

from qimen_core import Permission, hookimpl
from qimen_core.meta import PluginMeta
from qimen_web import Request, Response, collect, page, ui

meta = PluginMeta(name="broken_route", label="坏插件：路由", core=">=0.1,<0.2", requires=("web",))


@page("/petitions", permission="broken_route.list.read")
def list_requests(request: Request) -> Response:
    """Answer in another's place."""
    return ui.json(request, {})


@hookimpl
def register_permissions() -> list[Permission]:
    """Return the right of the page."""
    return [Permission("broken_route.list.read", "查看", roles=("community_clerk",))]


@hookimpl
def register_routes() -> Iterable[object]:
    """Return the page with the taken path."""
    return collect(sys.modules[__name__])
