"""Who may do what with petitions."""

from collections.abc import Iterator

from qimen_core import Permission, translations
from qimen_orders import EVENT_LABELS, TAKER_MOVES, Event

__all__ = ["OPEN311", "PERMISSIONS", "PUBLISHED"]

_ = translations("qimen_petitions")

_DESK = ("community_clerk", "township_office")
_FIELD = ("grid_worker", "grid_leader")
_ABOVE = ("township_admin", "county_office")
# One level up decides; which unit that is, the engine finds from the lead.
_DECIDES = ("township_office", *_ABOVE)
# A department or a resident unit: it handles what is handed to it and nothing else.
_TAKER = ("unit_clerk",)
_TAKES = (*_DESK, *_TAKER)
_SYSTEM: tuple[str, ...] = ()

PUBLISHED = "petitions.published.read"
OPEN311 = "petitions.open311.manage"

# The right of each move of the engine's table; a move that is missing here stops the start.
_MOVES: dict[Event, tuple[str, ...]] = {
    Event.ACCEPT: _DESK,
    Event.NOT_ACCEPT: _DESK,
    Event.MERGE: _DESK,
    Event.REDIRECT: _DESK,
    Event.DISPATCH: _DESK,
    Event.WHISTLE: (*_DESK, "grid_leader"),
    Event.WIDEN: _SYSTEM,
    Event.CLAIM: _TAKES,
    Event.RETURN: _TAKES,
    Event.UPHOLD: _DECIDES,
    Event.REJECT: _DECIDES,
    Event.ASK_SUSPEND: _TAKES,
    Event.SUSPEND: _DECIDES,
    Event.RESUME: _TAKES,
    Event.ASK_EXTEND: _TAKES,
    Event.EXTEND: _DECIDES,
    Event.DECLINE: _DECIDES,
    Event.UPLIFT: _TAKES,
    Event.SPLIT: _DESK,
    Event.ASSIST_DONE: _TAKES,
    Event.ASSIST_WAIVED: _TAKES,
    Event.REMIND: (*_DESK, *_ABOVE),
    Event.SUPERVISE: _DECIDES,
    Event.FEEDBACK: _TAKES,
    Event.REPLY: _TAKES,
    Event.CALL_MISSED: _DESK,
    Event.CALLBACK: _DESK,
    Event.TIME_OUT: _SYSTEM,
    Event.REDO: _DESK,
    Event.CLOSE_OFF: _DESK,
    Event.RECOUNT: _SYSTEM,
}


def _moves() -> Iterator[Permission]:
    for event in Event:
        if event is not Event.SUBMIT:  # residents submit: it stands below, public
            label = _("诉求：{event}").format(event=EVENT_LABELS[event])
            yield Permission(
                f"petitions.order.{event}", label, roles=_MOVES[event], lent=event in TAKER_MOVES
            )


PERMISSIONS: tuple[Permission, ...] = (
    Permission(
        "petitions.order.read",
        _("查看诉求"),
        roles=(*_DESK, *_FIELD, *_ABOVE, *_TAKER),
        lent=True,
    ),
    Permission("petitions.order.create", _("登记诉求"), roles=(*_DESK, *_FIELD)),
    *_moves(),
    Permission("petitions.order.undo", _("撤销刚办的一步"), roles=_TAKES, lent=True),
    # Whoever answers has to reach the resident; of a loan only the lead may: see `check_reveal`.
    Permission("petitions.order.reveal", _("查看诉求人联系方式原文"), roles=_TAKES, lent=True),
    Permission("petitions.sealed.reveal", _("查看密封投诉人原文"), roles=(*_DESK, "county_office")),
    Permission("petitions.order.export", _("导出诉求"), roles=(*_DESK, "county_office")),
    Permission("petitions.figure.read", _("查看诉求指标"), roles=(*_DESK, *_ABOVE)),
    Permission("petitions.figure.freeze", _("冻结一期指标"), roles=("township_office", *_ABOVE)),
    Permission("petitions.list.import", _("导入诉求"), roles=(*_DESK, "county_office")),
    Permission("petitions.gathering.read", _("查看走访和座谈"), roles=(*_DESK, *_FIELD, *_ABOVE)),
    Permission("petitions.gathering.manage", _("登记走访和座谈"), roles=(*_DESK, *_FIELD)),
    Permission("petitions.category.manage", _("维护诉求类别"), roles=("county_office",)),
    Permission("petitions.review.manage", _("组织评议会"), roles=_DESK),
    Permission("petitions.template.manage", _("维护答复模板"), roles=(*_DESK, "county_office")),
    Permission("petitions.routing.read", _("查看分派规则"), roles=(*_DESK, *_ABOVE)),
    Permission("petitions.routing.manage", _("维护分派规则"), roles=(*_DESK, *_ABOVE)),
    Permission("petitions.board.read", _("查看督办台"), roles=_DECIDES),
    Permission("petitions.order.submit", _("提交诉求"), public=True),
    Permission("petitions.case.evaluate", _("凭码评价"), public=True),
    Permission("petitions.case.remind", _("凭码催办"), public=True),
    Permission("petitions.case.follow", _("凭码查询诉求"), public=True),
    Permission(PUBLISHED, _("查看公示的办理情况"), public=True),
    Permission(OPEN311, _("查看开放接口的密钥"), roles=("county_office",)),
)
