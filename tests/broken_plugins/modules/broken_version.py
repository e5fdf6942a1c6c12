"""Made for a core that is not this one."""

from qimen_core.meta import PluginMeta

meta = PluginMeta(name="broken_version", label="坏插件：版本", core=">=9.0,<10")
