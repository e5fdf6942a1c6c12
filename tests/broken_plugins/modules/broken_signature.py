"""Asks a hook for an argument that it does not have."""

from qimen_core import Context, Panel, hookimpl
from qimen_core.meta import PluginMeta

meta = PluginMeta(name="broken_signature", label="坏插件：参数", core=">=0.1,<0.2")


@hookimpl
def org_panels(ctx: Context, village: object) -> list[Panel]:
    """``village`` is no argument of the hook."""
    return []
