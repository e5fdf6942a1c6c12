"""Has a setting without a default, so no unit has a value for it."""

from pydantic import BaseModel

from qimen_core import SettingsSpec, hookimpl
from qimen_core.meta import PluginMeta

meta = PluginMeta(name="broken_settings", label="坏插件：设置", core=">=0.1,<0.2")


class Settings(BaseModel):
    """One field, and no default."""

    limit: int


@hookimpl
def register_settings() -> SettingsSpec:
    """Return the model."""
    return SettingsSpec(Settings, "设置")
