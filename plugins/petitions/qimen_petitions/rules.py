"""The words and small rules of petitions: channels, reasons, and what a resident is told."""

from qimen_core import OrgKind
from qimen_core.i18n import translations
from qimen_orders.states import State

__all__ = [
    "CHANNELS",
    "KIND_LABELS",
    "ORG_KINDS",
    "PUBLIC_WORDS",
    "REASONS",
    "STAFF_CHANNELS",
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
    "letter": _("来信"),
    "transfer": _("上级转办"),
    "web": _("网上提交"),
}

# "web" is written by the public form alone.
STAFF_CHANNELS: dict[str, str] = {key: text for key, text in CHANNELS.items() if key != "web"}

KIND_LABELS: dict[str, str] = {
    "consult": _("咨询"),
    "help": _("求助"),
    "complaint": _("投诉"),
    "suggestion": _("建议"),
}

# Why a request may be turned down; the resident reads the sentence and the clerk's own words.
REASONS: dict[str, str] = {
    "not_here": _("不属于本地管辖范围"),
    "in_court": _("已进入或应当通过诉讼、仲裁、行政复议等法定途径解决"),
    "settled": _("同一事项已办结并答复，没有新的事实和理由"),
    "unclear": _("诉求不明确，且无法联系诉求人补充"),
    "unlawful": _("诉求违反法律法规或公序良俗"),
}

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
}


def public_word(state: str) -> str:
    """Return the word a resident reads for an order's state (DOMAIN.md §4)."""
    return PUBLIC_WORDS[State(state)]
