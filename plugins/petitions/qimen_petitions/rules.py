"""The words and small rules of petitions: channels, reasons, and what a resident is told."""

from qimen_core import OrgKind
from qimen_core.i18n import translations
from qimen_orders import State

__all__ = [
    "ALL_REASONS",
    "CHANNELS",
    "EXTEND_REASONS",
    "KIND_LABELS",
    "ORG_KINDS",
    "PUBLIC_WORDS",
    "REASONS",
    "RETURN_REASONS",
    "STAFF_CHANNELS",
    "SUSPEND_REASONS",
    "public_word",
]

_ = translations("qimen_petitions")

# DOMAIN section 1; with the residents' committee they are the 三驾马车 of an estate.
ORG_KINDS = (
    OrgKind("property_company", _("物业公司"), parents=("community",)),
    OrgKind("owners_committee", _("业委会"), parents=("community",)),
)

CHANNELS: dict[str, str] = {
    "visit_in": _("来访"),
    "phone": _("来电"),
    "visit_out": _("走访"),
    "symposium": _("座谈会"),
    "deliberation": _("居民议事会"),
    "letter": _("来信"),
    "transfer": _("上级转办"),
    "web": _("网上提交"),
    "open311": _("接口提交"),
    "rating": _("物业评价"),
}

# What residents, programs and ratings send themselves is not for staff to choose.
_SENT_IN = ("web", "open311", "rating")
STAFF_CHANNELS: dict[str, str] = {k: text for k, text in CHANNELS.items() if k not in _SENT_IN}

KIND_LABELS: dict[str, str] = {
    "consult": _("咨询"),
    "help": _("求助"),
    "complaint": _("投诉"),
    "suggestion": _("建议"),
    "appeal": _("信访事项"),
}

# Why a request may be turned down; the resident reads the sentence and the clerk's own words.
REASONS: dict[str, str] = {
    "not_here": _("不属于本地管辖范围"),
    "in_court": _("已进入或应当通过诉讼、仲裁、行政复议等法定途径解决"),
    "settled": _("同一事项已办结并答复，没有新的事实和理由"),
    "unclear": _("诉求不明确，且无法联系诉求人补充"),
    "unlawful": _("诉求违反法律法规或公序良俗"),
}

# Why a taker sends an order back; the arbiter one level up looks at it.
RETURN_REASONS: dict[str, str] = {
    "not_ours": _("不属于本单位职责"),
    "out_of_area": _("不在本单位辖区"),
    "wrong_lead": _("应由其他单位主办"),
    "incomplete": _("信息不全，无法办理"),
}

NEEDS_INFO = "needs_info"

SUSPEND_REASONS: dict[str, str] = {
    NEEDS_INFO: _("等诉求人补充材料"),
    "weather": _("天气原因不能施工"),
    "procurement": _("等待采购或审批"),
    "third_party": _("等待第三方鉴定、检测"),
    "season": _("须待特定季节办理"),
}

EXTEND_REASONS: dict[str, str] = {
    "complex": _("情况复杂，需进一步调查"),
    "works": _("涉及工程施工"),
    "joint": _("需多个单位共同办理"),
}

# Every reason's words by its code, for the timeline.
ALL_REASONS: dict[str, str] = {**REASONS, **RETURN_REASONS, **SUSPEND_REASONS, **EXTEND_REASONS}

PUBLIC_WORDS: dict[str, str] = {
    State.DRAFT: _("已收到"),
    State.SUBMITTED: _("已收到"),
    State.ACCEPTED: _("办理中"),
    State.DISPATCHED: _("办理中"),
    State.IN_PROGRESS: _("办理中"),
    State.REPLIED: _("已答复"),
    State.EVALUATED: _("已答复"),
    State.CLOSED: _("已办结"),
    State.NOT_ACCEPTED: _("不予受理"),
    State.WHISTLED: _("办理中"),
    State.ARBITRATION: _("办理中"),
    State.SUSPENDED: _("办理中"),
    # A merged order follows its target; the word stands where the target cannot be seen.
    State.MERGED: _("办理中"),
    State.REDIRECTED: _("已转送"),
}


def public_word(state: str, hold: str = "") -> str:
    """Return the word a resident reads for an order's state (DOMAIN.md §4).

    Args:
        state: Where it stands, or where the order that it was merged into stands.
        hold: Why it is suspended, a key of ``SUSPEND_REASONS``.
    """
    if state == State.SUSPENDED and hold == NEEDS_INFO:
        return _("需补充")
    return PUBLIC_WORDS[State(state)]
