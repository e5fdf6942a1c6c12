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
    export_direct_rows: int = Field(
        default=5_000,
        ge=1,
        le=1_000_000,
        title=_("当场下载的导出行数上限"),
        description=_("超过的导出在后台生成，完成后在“后台任务”下载"),
        json_schema_extra={"source": _("实测:导出 5000 行约 0.3 秒")},
    )
    import_direct_kib: int = Field(
        default=128,
        ge=1,
        le=1_048_576,
        title=_("当场检查的导入文件大小（KB）"),
        description=_("超过的文件在后台检查，结果在“后台任务”查看"),
        json_schema_extra={"source": _("实测:128 KB 约 4000 人，导入约 4 秒")},
    )
    job_file_days: int = Field(
        default=7,
        ge=1,
        le=90,
        title=_("后台任务文件保留天数"),
        description=_("导出结果、待导入的表格和错误表格，到期自动删除"),
        json_schema_extra={"source": _("内部规定:个人信息不久留")},
    )
    freeze_day: int = Field(
        default=1,
        ge=0,
        le=28,
        title=_("月末冻结：次月几日冻结上月指标"),
        description=_("到这一天自动记下上月每个指标的件号，以后可以原样查回；0 表示只由人工冻结"),
        json_schema_extra={"source": _("本系统默认值，可按本地规定修改")},
    )
    send_messages: bool = Field(
        default=True,
        title=_("用短信告知居民"),
        description=_("关闭后，要告知的进入电话告知清单"),
        json_schema_extra={"source": _("本系统默认值，可按本地规定修改")},
    )
    quiet_from: int = Field(
        default=21,
        ge=0,
        le=23,
        title=_("夜间不发消息：从几点起"),
        json_schema_extra={"source": _("本系统默认值，可按本地规定修改")},
    )
    quiet_to: int = Field(
        default=8,
        ge=0,
        le=23,
        title=_("夜间不发消息：到几点止"),
        description=_("与起点相同表示不设夜间"),
        json_schema_extra={"source": _("本系统默认值，可按本地规定修改")},
    )


CORE_SETTINGS = SettingsSpec(CoreSettings, _("核心"))
