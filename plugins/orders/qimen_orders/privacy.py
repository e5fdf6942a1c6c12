"""Entries of the privacy registry for the personal columns of orders."""

from qimen_core import PersonalField
from qimen_core.i18n import translations

__all__ = ["FIELDS"]

_ = translations("qimen_orders")

_WORK = _("记录谁办理、谁回访，供监督和统计")
_DUTY = _("履行公职留痕")
_KEPT = 365 * 5


FIELDS: tuple[PersonalField, ...] = (
    PersonalField(
        "orders_order.title",
        _("诉求标题"),
        "text",
        _("办理诉求"),
        _("诉求人提交"),
        _KEPT,
        mask="hidden",
    ),
    PersonalField(
        "orders_order.place",
        _("诉求地点"),
        "address",
        _("到现场办理"),
        _("诉求人提交"),
        _KEPT,
        mask="hidden",
    ),
    PersonalField(
        "orders_order.requester",
        _("诉求人（已脱敏）"),
        "name",
        _("列表辨认"),
        _("诉求人提交"),
        _KEPT,
        mask="name",
    ),
    PersonalField(
        "orders_order.handler_name", _("承办人"), "name", _WORK, _DUTY, _KEPT, mask="plain"
    ),
    PersonalField(
        "orders_history.actor_name", _("操作人"), "name", _WORK, _DUTY, _KEPT, mask="plain"
    ),
    PersonalField(
        "orders_history.subject_name",
        _("承办人或回访人"),
        "name",
        _WORK,
        _DUTY,
        _KEPT,
        mask="plain",
    ),
    PersonalField(
        "orders_history.before",
        _("撤销时恢复的原值"),
        "text",
        _("刚办的一步可以撤销"),
        _DUTY,
        _KEPT,
        mask="hidden",
    ),
    PersonalField(
        "orders_request.asked_name", _("申请人"), "name", _WORK, _DUTY, _KEPT, mask="plain"
    ),
    PersonalField(
        "orders_history.note",
        _("办理意见"),
        "text",
        _("办理过程留痕"),
        _DUTY,
        _KEPT,
        mask="hidden",
    ),
    PersonalField(
        "orders_history.public_text",
        _("给诉求人的答复"),
        "text",
        _("答复诉求人"),
        _DUTY,
        _KEPT,
        mask="hidden",
    ),
)
