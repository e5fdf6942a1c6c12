"""What the actions in the audit are called on screen.

Most actions of a plugin are permissions and carry that label; these are the others of core and of
the shell.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from qimen_core.i18n import LazyText, translations

if TYPE_CHECKING:
    from qimen_core.registry import Registry

__all__ = ["ACTIONS", "action_label", "actions_called"]

_ = translations("qimen_core")

ACTIONS: Final[Mapping[str, LazyText]] = {
    "core.audit.verify": _("核验审计"),
    "core.bulletin.freeze": _("冻结一期指标"),
    "core.calendar.edit": _("修改工作日历"),
    "core.calendar.export": _("导出工作日历"),
    "core.calendar.forget": _("取消日历安排"),
    "core.calendar.import": _("导入工作日历"),
    "core.demo.begin": _("开始生成演示数据"),
    "core.demo.finish": _("完成演示数据"),
    "core.demo.people": _("生成演示人员"),
    "core.grant.give": _("授予角色"),
    "core.grant.revoke": _("收回角色"),
    "core.job.ask": _("提交后台任务"),
    "core.job.cancel": _("取消后台任务"),
    "core.job.check": _("检查导入表格"),
    "core.job.expire": _("清除到期文件"),
    "core.job.fetch": _("下载任务结果"),
    "core.message.forget": _("清除过期的消息"),
    "core.outbox.retry": _("重新送达事件"),
    "core.org.archive": _("归档单位"),
    "core.org.create": _("新建单位"),
    "core.org.import": _("导入单位"),
    "core.org.move": _("移动单位"),
    "core.org.restore": _("撤销单位归档"),
    "core.org.revise": _("更名单位"),
    "core.party.change": _("变更党员身份"),
    "core.password.change": _("修改密码"),
    "core.password.reset": _("重置密码"),
    "core.person.archive": _("归档人员"),
    "core.person.enter": _("登记人员"),
    "core.person.import": _("导入人员"),
    "core.person.restore": _("恢复人员"),
    "core.person.revise": _("修改人员"),
    "core.plugin.off": _("停用模块"),
    "core.plugin.on": _("启用模块"),
    "core.position.appoint": _("登记职务"),
    "core.position.dismiss": _("职务离任"),
    "core.saved_view.delete": _("删除常用筛选"),
    "core.saved_view.save": _("保存常用筛选"),
    "core.session.end": _("退出登录"),
    "core.session.refuse": _("登录失败"),
    "core.session.revoke": _("退出登录设备"),
    "core.session.start": _("登录"),
    "core.setting.change": _("修改设置项"),
    "core.setting.inherit": _("恢复上级设置"),
    "core.totp.begin": _("开始启用动态口令"),
    "core.totp.confirm": _("启用动态口令"),
    "core.totp.use": _("使用动态口令"),
    "core.user.create": _("新建账号"),
    "core.user.disable": _("停用账号"),
    "core.user.enable": _("启用账号"),
    "core.user.expire": _("停用久未登录的账号"),
    "web.notice.read": _("阅读通知"),
    "web.notice.read_all": _("全部标为已读"),
    "web.notice.unread": _("标为未读"),
}


def action_label(registry: "Registry", action: str) -> str:
    """Return what an action is called; empty for one that has no name."""
    permission = registry.permissions.get(action)
    label = ACTIONS.get(action) or (permission.label if permission else "")
    return str(label)


def actions_called(registry: "Registry", text: str) -> list[str]:
    """Return the actions whose Chinese name holds a text."""
    known = {*ACTIONS, *registry.permissions}
    return sorted(name for name in known if text in action_label(registry, name))
