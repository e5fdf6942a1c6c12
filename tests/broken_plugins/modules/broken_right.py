"""Requires a plugin that requires this one."""

from qimen_core.meta import PluginMeta

meta = PluginMeta(
    name="broken_right", label="坏插件：循环", core=">=0.1,<0.2", requires=("broken_left",)
)
