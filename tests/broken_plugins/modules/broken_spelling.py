"""Implements a hook that does not exist, by a slip of the pen."""

from qimen_core import Context, NavItem, hookimpl
from qimen_core.meta import PluginMeta

meta = PluginMeta(name="broken_spelling", label="坏插件：拼写", core=">=0.1,<0.2")


@hookimpl
def nav_itmes(ctx: Context) -> list[NavItem]:
    """Misspelt on purpose."""
    return []
