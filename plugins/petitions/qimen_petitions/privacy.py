"""Entries of the privacy registry for the personal columns of petitions."""

from qimen_core import PersonalField, translations

__all__ = ["FIELDS"]

_ = translations("qimen_petitions")

_BASIS = _("诉求人为办理事项主动提供")
_DAYS = 365 * 3
_SEALED = _("《信访工作条例》：不得将检举、控告材料及有关情况透露给被检举、控告的人或单位")

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
    PersonalField(
        "petitions_sealed.name",
        _("密封投诉人姓名"),
        "sealed_complainant",
        _("核实情况；被反映的单位和个人看不到"),
        _SEALED,
        _DAYS,
        mask="name",
    ),
    PersonalField(
        "petitions_sealed.phone",
        _("密封投诉人电话"),
        "sealed_complainant",
        _("回访、核对查询码；被反映的单位和个人看不到"),
        _SEALED,
        _DAYS,
        mask="phone",
    ),
    PersonalField(
        "petitions_sealed.place",
        _("密封投诉人所说的地点"),
        "sealed_complainant",
        _("核实情况；被反映的单位和个人看不到"),
        _SEALED,
        _DAYS,
        mask="address",
    ),
    PersonalField(
        "petitions_sealed.accused",
        _("被反映人姓名"),
        "name",
        _("核实情况；让被反映人回避"),
        _SEALED,
        _DAYS,
        mask="name",
    ),
    PersonalField(
        "petitions_named.person_id",
        _("被反映人（人员编号）"),
        "name",
        _("让被反映人回避"),
        _SEALED,
        _DAYS,
        mask="hidden",
    ),
    PersonalField(
        "petitions_named.user_id",
        _("被反映人（账号编号）"),
        "name",
        _("让被反映人回避"),
        _SEALED,
        _DAYS,
        mask="hidden",
    ),
    PersonalField(
        "petitions_outside.number",
        _("诉求在原系统中的编号"),
        "text",
        _("避免重复登记，与原系统核对"),
        _BASIS,
        _DAYS,
        mask="hidden",
    ),
)
