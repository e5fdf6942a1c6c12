"""Cannot be imported: its own code is at fault."""

from qimen_core.meta import PluginMeta

meta = PluginMeta(name="broken_import", label="坏插件：导入", core=">=0.1,<0.2")

raise RuntimeError("the plugin's own code failed while it was imported")
