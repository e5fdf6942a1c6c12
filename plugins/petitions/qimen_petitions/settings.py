"""Settings of petitions, per unit."""

from pydantic import BaseModel, Field

from qimen_core import translations

__all__ = ["PetitionSettings"]

_ = translations("qimen_petitions")

_OWN = _("本系统默认值，可按本地规定修改")


class PetitionSettings(BaseModel):
    """Habits of the public form and of the tracking page."""

    public_form: bool = Field(
        default=True,
        title=_("开放网上提交"),
        description=_("关闭后，居民仍可凭查询码查询"),
        json_schema_extra={"source": _OWN},
    )
    emergency_phone: str = Field(
        default="110 / 119 / 120",
        max_length=40,
        title=_("紧急情况电话"),
        description=_("显示在网上提交页的最上方"),
        json_schema_extra={"source": _("全国统一紧急电话")},
    )
    follow_days: int = Field(
        default=365,
        ge=30,
        le=3650,
        title=_("查询码有效期（天）"),
        description=_("从提交之日起算"),
        json_schema_extra={"source": _OWN},
    )
    photos: int = Field(
        default=3,
        ge=0,
        le=9,
        title=_("每件最多照片数"),
        description=_("照片始终不是必填项"),
        json_schema_extra={"source": _("减负要求：不强制拍照")},
    )
    sent_per_hour: int = Field(
        default=10,
        ge=1,
        le=1000,
        title=_("同一网络地址每小时提交上限"),
        json_schema_extra={"source": _OWN},
    )
    follow_tries: int = Field(
        default=20,
        ge=5,
        le=1000,
        title=_("同一网络地址每小时查询失败上限"),
        json_schema_extra={"source": _OWN},
    )
