"""Entries of the privacy registry for ratings: nothing tells who said what."""

from qimen_core import PersonalField, translations

__all__ = ["ESTATE_FIELDS"]

_ = translations("qimen_petitions")

_BASIS = _("居民自愿评价")

ESTATE_FIELDS: tuple[PersonalField, ...] = (
    PersonalField(
        "petitions_estate.name",
        _("小区名称"),
        "address",
        _("说明评的是哪个小区"),
        _("公开的地名，不是个人信息"),
        365 * 3,
        mask="plain",
    ),
    PersonalField(
        "petitions_estate.address",
        _("小区地址"),
        "address",
        _("说明评的是哪个小区"),
        _("公开的地名，不是个人信息"),
        365 * 3,
        mask="plain",
    ),
    PersonalField(
        "petitions_rating_answer.voter",
        _("“一户一份”凭据的盲索引"),
        "phone",
        _("同一手机号或评价码在一轮里只收一份；不保存手机号"),
        _BASIS,
        90,
        mask="hidden",
    ),
    PersonalField(
        "petitions_rating_answer.form_key",
        _("表单的随机号"),
        "text",
        _("同一张表交两次只算一份"),
        _BASIS,
        90,
        mask="hidden",
    ),
    PersonalField(
        "petitions_rating_answer.remark",
        _("评价人的意见"),
        "text",
        _("供居委会了解；不转给物业公司，不公示"),
        _BASIS,
        365 * 3,
        mask="hidden",
    ),
    PersonalField(
        "petitions_rating_view.words",
        _("三方意见"),
        "text",
        _("公示评价结果；公示前隐去姓名、电话和门牌"),
        _("三方履行职责"),
        365 * 3,
        mask="plain",
    ),
)
