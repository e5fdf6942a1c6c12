"""Words of the messages to residents, per unit; an empty one is not sent."""

from pydantic import BaseModel, Field

from qimen_core import translations

__all__ = ["MessageSettings"]

_ = translations("qimen_petitions")

_OWN = _("本系统默认值，可按本地规定修改")
_ACCEPTED = _(
    "您反映的事项（编号{编号}）已受理，由{主办单位}办理，应于{办结期限}前答复。{查询网址}【{属地}】"
)
_NOT_ACCEPTED = _(
    "您反映的事项（编号{编号}）不予受理，理由和其他途径已写在查询页上。{查询网址}【{属地}】"
)
_REPLIED = _("您反映的事项（编号{编号}）已答复，请查看，并对办理作出评价。{查询网址}【{属地}】")
_MISSED = _(
    "关于您反映的事项（编号{编号}），我们打电话回访没有接通，您可以自己评价。{查询网址}【{属地}】"
)


def _message(title: str, text: str) -> str:
    found: str = Field(
        default=text,
        max_length=500,
        title=title,
        description=_("可用的占位词与答复模板相同，另有 {查询网址}；清空则不发"),
        json_schema_extra={"source": _OWN},
    )
    return found


class MessageSettings(BaseModel):
    """What :class:`.settings.PetitionSettings` holds of the messages to residents."""

    tracking_address: str = Field(
        default="",
        max_length=200,
        pattern=r"^(https://[^\s{}]+)?$",
        title=_("居民查询的网址"),
        description=_("写进消息里，如 https://…/p/petitions/follow；为空时消息里不写网址"),
        json_schema_extra={"source": _OWN},
    )
    message_accepted: str = _message(_("消息：已受理"), _ACCEPTED)
    message_not_accepted: str = _message(_("消息：不予受理"), _NOT_ACCEPTED)
    message_replied: str = _message(_("消息：已答复"), _REPLIED)
    message_missed: str = _message(_("消息：回访未接通"), _MISSED)
