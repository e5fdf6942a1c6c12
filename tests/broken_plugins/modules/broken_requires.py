"""Requires a plugin that is not configured."""

from qimen_core.meta import PluginMeta

meta = PluginMeta(
    name="broken_requires", label="坏插件：依赖", core=">=0.1,<0.2", requires=("plugin_not_here",)
)
