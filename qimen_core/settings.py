"""Core's own settings."""

from pydantic import BaseModel, Field

from qimen_core.descriptors import SettingsSpec
from qimen_core.i18n import translations

__all__ = ["CORE_SETTINGS", "CoreSettings"]

_ = translations("qimen_core")


class CoreSettings(BaseModel):
    """Limits of core; each with a default and where it comes from."""

    reveals_per_hour: int = Field(
        default=30,
        ge=1,
        le=1000,
        title=_("每人每小时查看原文次数上限"),
        json_schema_extra={"source": _("内部规定:SECURITY 第 19 条")},
    )
    export_row_limit: int = Field(
        default=50_000,
        ge=1,
        le=1_000_000,
        title=_("单次导出行数上限"),
        json_schema_extra={"source": _("内部规定:SECURITY 第 19 条")},
    )


CORE_SETTINGS = SettingsSpec(CoreSettings, _("核心"))
