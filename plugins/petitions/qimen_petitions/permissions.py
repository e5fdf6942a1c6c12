"""Who may do what with petitions."""

from qimen_core import Permission, translations

__all__ = ["PERMISSIONS"]

_ = translations("qimen_petitions")

_DESK = ("community_clerk", "township_office")
_FIELD = ("grid_worker", "grid_leader")
_ABOVE = ("township_admin", "county_office")

PERMISSIONS: tuple[Permission, ...] = (
    Permission("petitions.order.read", _("查看诉求"), roles=(*_DESK, *_FIELD, *_ABOVE)),
    Permission("petitions.order.create", _("登记诉求"), roles=(*_DESK, *_FIELD)),
    Permission("petitions.order.accept", _("受理诉求"), roles=_DESK),
    Permission("petitions.order.not_accept", _("不予受理"), roles=_DESK),
    Permission("petitions.order.dispatch", _("派单"), roles=_DESK),
    Permission("petitions.order.claim", _("接单"), roles=_DESK),
    Permission("petitions.order.reply", _("答复诉求人"), roles=_DESK),
    Permission("petitions.order.callback", _("登记回访"), roles=_DESK),
    Permission("petitions.order.close_off", _("销号"), roles=_DESK),
    Permission("petitions.order.reveal", _("查看诉求人联系方式原文"), roles=_DESK),
    Permission("petitions.order.export", _("导出诉求"), roles=(*_DESK, "county_office")),
    Permission("petitions.category.manage", _("维护诉求类别"), roles=("county_office",)),
    Permission("petitions.order.submit", _("提交诉求"), public=True),
    Permission("petitions.case.follow", _("凭码查询诉求"), public=True),
)
