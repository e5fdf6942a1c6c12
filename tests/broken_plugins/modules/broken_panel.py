"""Raises in every request-time hook, and in the body of a panel."""

import sys
from collections.abc import Iterable

from qimen_core import Context, NavItem, Panel, Permission, TodoItem, Widget, hookimpl
from qimen_core.meta import PluginMeta
from qimen_web import Request, Response, collect, fragment

meta = PluginMeta(name="broken_panel", label="坏插件：面板", core=">=0.1,<0.2", requires=("web",))

READ = "broken_panel.card.read"


@fragment("/broken-panel/card", permission=READ)
def card(request: Request) -> Response:
    """Raise instead of answering."""
    raise RuntimeError("the body of the panel failed")


@hookimpl
def register_permissions() -> list[Permission]:
    """Give the right to everybody who works in a unit."""
    return [Permission(READ, "查看坏面板", roles=("community_clerk", "township_admin"))]


@hookimpl
def register_routes() -> Iterable[object]:
    """Return the raising fragment."""
    return collect(sys.modules[__name__])


@hookimpl
def dashboard_widgets(ctx: Context) -> list[Widget]:
    """Return a card whose body raises."""
    return [Widget("broken", "坏面板", "/broken-panel/card", READ)]


@hookimpl
def nav_items(ctx: Context) -> list[NavItem]:
    """Raise."""
    raise RuntimeError("the menu hook failed")


@hookimpl
def todo_items(ctx: Context) -> list[TodoItem]:
    """Raise only when the answer is read."""
    return (1 // 0 for _ in range(1))  # type: ignore[return-value]


@hookimpl
def org_panels(ctx: Context, unit: object) -> list[Panel]:
    """Raise."""
    raise RuntimeError("the panel hook failed")
