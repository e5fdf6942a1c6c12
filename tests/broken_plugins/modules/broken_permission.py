"""Registers a right of another plugin as its own."""

from qimen_core import Permission, hookimpl
from qimen_core.meta import PluginMeta

meta = PluginMeta(name="broken_permission", label="坏插件：权限", core=">=0.1,<0.2")


@hookimpl
def register_permissions() -> list[Permission]:
    """Try to give a right of petitions to everybody."""
    return [Permission("petitions.order.read", "查看诉求", public=True)]
