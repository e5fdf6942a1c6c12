"""Says another name than the one it is configured by."""

from qimen_core.meta import PluginMeta

meta = PluginMeta(name="some_other_name", label="坏插件：名字", core=">=0.1,<0.2")
