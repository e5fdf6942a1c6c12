"""Who may do what with estates and their ratings."""

from typing import Final

from qimen_core import Permission, translations

__all__ = [
    "ANSWER",
    "CONFIRM",
    "ENTER",
    "ESTATE_EXPORT",
    "ESTATE_MANAGE",
    "ESTATE_PERMISSIONS",
    "ESTATE_READ",
    "ITEMS_MANAGE",
    "MANAGE",
    "READ",
    "WRITE_VIEW",
]

_ = translations("qimen_petitions")

_DESK = ("community_clerk", "township_office")
_FIELD = ("grid_worker", "grid_leader")
_ABOVE = ("township_admin", "county_office")

ESTATE_READ: Final = "petitions.estate.read"
ESTATE_MANAGE: Final = "petitions.estate.manage"
ESTATE_EXPORT: Final = "petitions.estate.export"
READ: Final = "petitions.rating.read"
MANAGE: Final = "petitions.rating.manage"
CONFIRM: Final = "petitions.rating.confirm"
ENTER: Final = "petitions.rating.enter"
WRITE_VIEW: Final = "petitions.rating_view.write"
ITEMS_MANAGE: Final = "petitions.rating_item.manage"
ANSWER: Final = "petitions.rating.answer"

ESTATE_PERMISSIONS: tuple[Permission, ...] = (
    Permission(ESTATE_READ, _("查看小区"), roles=(*_DESK, *_FIELD, *_ABOVE)),
    Permission(ESTATE_MANAGE, _("维护小区"), roles=_DESK),
    Permission(ESTATE_EXPORT, _("导出小区和评价结果"), roles=(*_DESK, "county_office")),
    Permission(READ, _("查看物业服务评价"), roles=(*_DESK, *_ABOVE)),
    Permission(MANAGE, _("组织物业服务评价"), roles=_DESK),
    Permission(CONFIRM, _("确认并公示物业服务评价"), roles=_DESK),
    Permission(ENTER, _("录入纸质评价表"), roles=(*_DESK, *_FIELD)),
    # A company or a committee has an account of its unit; it reaches its own views only.
    Permission(WRITE_VIEW, _("填写三方意见"), roles=(*_DESK, "unit_contact")),
    Permission(ITEMS_MANAGE, _("维护评价事项"), roles=("county_office",)),
    Permission(ANSWER, _("评价物业服务"), public=True),
)
