"""The roles of DOMAIN §7; plugins hand their permissions to them by code."""

from qimen_core.descriptors import Permission, RoleSpec
from qimen_core.i18n import translations

__all__ = ["CORE_PERMISSIONS", "CORE_ROLES"]

_ = translations("qimen_core")

CORE_ROLES = (
    RoleSpec("community_clerk", _("社区工作者")),
    RoleSpec("grid_worker", _("网格员")),
    RoleSpec("grid_leader", _("网格长")),
    RoleSpec("township_office", _("镇党建办")),
    RoleSpec("township_admin", _("乡镇管理员")),
    RoleSpec("county_office", _("县级办公室")),
    # A department, or whoever else takes on what it is handed, without a district of its own.
    RoleSpec("unit_clerk", _("承办单位经办人")),
    RoleSpec("unit_contact", _("驻地单位联系人")),
    RoleSpec("member", _("党员")),
    # The three duties exclude each other and every business role (SECURITY 5).
    RoleSpec("sysadmin", _("系统管理员"), group="sysadmin"),
    RoleSpec("secadmin", _("安全管理员"), group="secadmin"),
    RoleSpec("auditor", _("审计员"), group="auditor"),
)

_OFFICE = ("community_clerk", "township_office", "township_admin", "county_office")
_FIELD = ("grid_worker", "grid_leader", "unit_clerk", "unit_contact", "member")
_DUTIES = ("sysadmin", "secadmin", "auditor")

CORE_PERMISSIONS = (
    Permission("core.org.read", _("查看组织"), roles=_OFFICE + _FIELD + _DUTIES),
    Permission("core.org.export", _("导出组织"), roles=(*_OFFICE, "sysadmin")),
    Permission("core.org.manage", _("维护组织"), roles=("township_admin", "county_office")),
    Permission("core.person.read", _("查看人员"), roles=(*_OFFICE, "grid_leader")),
    Permission("core.person.manage", _("维护人员"), roles=("community_clerk", "township_office")),
    Permission(
        "core.person.reveal",
        _("查看联系方式原文"),
        roles=("community_clerk", "township_office"),
    ),
    Permission("core.person.export", _("导出人员"), roles=("township_office", "county_office")),
    Permission("core.party.read", _("查看党员身份"), roles=("township_office", "county_office")),
    Permission("core.user.read", _("查看账号"), roles=("secadmin",)),
    Permission("core.user.export", _("导出账号"), roles=("secadmin",)),
    Permission("core.user.manage", _("维护账号"), roles=("secadmin",)),
    Permission("core.grant.manage", _("授权"), roles=("secadmin",)),
    Permission("core.audit.read", _("查看审计"), roles=("auditor",)),
    Permission("core.audit.export", _("导出审计"), roles=("auditor",)),
    Permission("core.plugin.read", _("查看模块"), roles=(*_OFFICE, "sysadmin")),
    Permission(
        "core.plugin.toggle", _("启用和停用模块"), roles=("township_admin", "county_office")
    ),
    Permission("core.setting.read", _("查看设置"), roles=(*_OFFICE, "sysadmin")),
    Permission("core.setting.manage", _("修改设置"), roles=("township_admin", "county_office")),
    Permission("core.calendar.read", _("查看工作日历"), roles=(*_OFFICE, "sysadmin")),
    Permission("core.calendar.manage", _("维护工作日历"), roles=("sysadmin", "county_office")),
    Permission("core.job.read", _("查看后台任务"), roles=_OFFICE + _FIELD + _DUTIES),
    Permission("core.message.read", _("查看发给居民的消息"), roles=_OFFICE),
    Permission(
        "core.message.send",
        _("重发消息、按清单电话告知"),
        roles=("community_clerk", "township_office"),
    ),
    Permission("core.system.manage", _("系统维护"), roles=("sysadmin",)),
)
