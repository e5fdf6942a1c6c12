"""Cannot be imported: a library is not installed."""

import library_that_nobody_installed  # type: ignore[import-not-found]  # noqa: F401

from qimen_core.meta import PluginMeta

meta = PluginMeta(name="broken_library", label="坏插件：缺库", core=">=0.1,<0.2")
