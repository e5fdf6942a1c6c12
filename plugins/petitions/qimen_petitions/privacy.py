"""Entries of the privacy registry for the personal columns of petitions."""

from qimen_core import PersonalField, translations

__all__ = ["FIELDS"]

_ = translations("qimen_petitions")

_BASIS = _("诉求人为办理事项主动提供")
_DAYS = 365 * 3

FIELDS: tuple[PersonalField, ...] = (
    PersonalField(
        "petitions_petition.name",
        _("诉求人姓名"),
        "name",
        _("联系诉求人、核实情况"),
        _BASIS,
        _DAYS,
        mask="name",
    ),
    PersonalField(
        "petitions_petition.phone",
        _("诉求人电话"),
        "phone",
        _("联系诉求人、回访、核对查询码"),
        _BASIS,
        _DAYS,
        mask="phone",
    ),
    PersonalField(
        "petitions_petition.content",
        _("诉求内容"),
        "text",
        _("办理诉求"),
        _BASIS,
        _DAYS,
        mask="hidden",
    ),
    PersonalField(
        "petitions_petition.name_index",
        _("诉求人姓名的盲索引"),
        "name",
        _("按姓名查找"),
        _BASIS,
        _DAYS,
        mask="hidden",
    ),
    PersonalField(
        "petitions_petition.phone_index",
        _("诉求人电话的盲索引"),
        "phone",
        _("按电话查找"),
        _BASIS,
        _DAYS,
        mask="hidden",
    ),
    PersonalField(
        "petitions_petition.code_hash",
        _("查询码的摘要"),
        "text",
        _("凭码查询"),
        _BASIS,
        _DAYS,
        mask="hidden",
    ),
)
