"""Implements a hook as a coroutine, which nobody would await."""

from qimen_core import Context, NavItem, hookimpl
from qimen_core.meta import PluginMeta

meta = PluginMeta(name="broken_async", label="坏插件：异步", core=">=0.1,<0.2")


@hookimpl
async def nav_items(ctx: Context) -> list[NavItem]:
    """Asynchronous on purpose."""
    return []
