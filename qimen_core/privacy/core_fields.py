"""Core's own entries of the privacy registry (SECURITY 20)."""

from qimen_core.descriptors import PersonalField
from qimen_core.i18n import translations

__all__ = ["CORE_PERSONAL_DATA"]

_ = translations("qimen_core")

_SERVICE = _("为居民办事时识别和联系本人")
_LAW = _("《个人信息保护法》第十三条第一款第三项:履行法定职责所必需")
_YEARS_5 = 5 * 365

CORE_PERSONAL_DATA = (
    PersonalField("core_person.name", _("姓名"), "name", _SERVICE, _LAW, _YEARS_5, "name"),
    PersonalField("core_person.initials", _("姓名首字母"), "name", _SERVICE, _LAW, _YEARS_5),
    PersonalField("core_person.gender", _("性别"), "birth", _SERVICE, _LAW, _YEARS_5),
    PersonalField("core_person.birth_date", _("出生日期"), "birth", _SERVICE, _LAW, _YEARS_5),
    PersonalField("core_person.phone", _("手机号"), "phone", _SERVICE, _LAW, _YEARS_5, "phone"),
    PersonalField("core_person.phone_index", _("手机号索引"), "phone", _SERVICE, _LAW, _YEARS_5),
    PersonalField(
        "core_person.id_number", _("身份证号"), "id_number", _SERVICE, _LAW, _YEARS_5, "id_number"
    ),
    PersonalField(
        "core_person.id_number_index", _("身份证号索引"), "id_number", _SERVICE, _LAW, _YEARS_5
    ),
    PersonalField("core_person.address", _("住址"), "address", _SERVICE, _LAW, _YEARS_5, "address"),
    PersonalField("core_person.note", _("备注"), "text", _SERVICE, _LAW, _YEARS_5),
    PersonalField(
        "core_party_membership.status",
        _("党员身份"),
        "party",
        _("党组织管理和服务党员"),
        _("《中国共产党党员教育管理工作条例》"),
        _YEARS_5,
    ),
    PersonalField(
        "core_user.name",
        _("账号姓名"),
        "name",
        _("登录和审计"),
        _("《网络安全法》第二十一条:留存日志"),
        _YEARS_5,
        "plain",
    ),
    PersonalField(
        "core_user.username",
        _("账号"),
        "name",
        _("登录和审计"),
        _("《网络安全法》第二十一条:留存日志"),
        _YEARS_5,
        "plain",
    ),
    PersonalField(
        "core_user.totp_secret", _("动态口令密钥"), "text", _("登录"), _LAW, _YEARS_5, "hidden"
    ),
    PersonalField(
        "core_gateway.secret",
        _("短信网关的密钥"),
        "text",
        _("核对送达回执"),
        _LAW,
        _YEARS_5,
        "hidden",
    ),
    PersonalField(
        "core_message.recipient",
        _("消息收件电话"),
        "phone",
        _("把受理、答复告知诉求人"),
        _("诉求人为办理事项主动提供"),
        365,
        "phone",
    ),
    PersonalField(
        "core_message.text",
        _("消息内容"),
        "text",
        _("把受理、答复告知诉求人"),
        _("诉求人为办理事项主动提供"),
        365,
        "hidden",
    ),
    PersonalField(
        "core_session.address",
        _("登录地址"),
        "text",
        _("本人核对登录设备"),
        _("《网络安全法》第二十一条:留存日志"),
        180,
        "hidden",
    ),
    PersonalField(
        "core_session.agent",
        _("登录设备"),
        "text",
        _("本人核对登录设备"),
        _("《网络安全法》第二十一条:留存日志"),
        180,
        "hidden",
    ),
)
