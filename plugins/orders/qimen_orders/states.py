"""The states of an order, and the words people read for them."""

from enum import StrEnum

from qimen_core.i18n import translations

__all__ = [
    "ASIDE_STATES",
    "LEVEL_LABELS",
    "OPEN_STATES",
    "RESULT_LABELS",
    "SATISFACTION_LABELS",
    "STATE_LABELS",
    "STATE_TONES",
    "STEPS",
    "STEP_OF",
    "Result",
    "Satisfaction",
    "State",
]

_ = translations("qimen_orders")


class State(StrEnum):
    """Where an order stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    NOT_ACCEPTED = "not_accepted"
    MERGED = "merged"
    REDIRECTED = "redirected"
    WHISTLED = "whistled"
    DISPATCHED = "dispatched"
    ARBITRATION = "arbitration"
    IN_PROGRESS = "in_progress"
    SUSPENDED = "suspended"
    REPLIED = "replied"
    EVALUATED = "evaluated"
    CLOSED = "closed"


class Result(StrEnum):
    """Whether the matter was settled, as the resident says at the callback."""

    SOLVED = "solved"
    PARTLY = "partly"
    UNSOLVED = "unsolved"


class Satisfaction(StrEnum):
    """How content the resident is, as said at the callback."""

    SATISFIED = "satisfied"
    FAIRLY = "fairly"
    DISSATISFIED = "dissatisfied"


STATE_LABELS: dict[str, str] = {
    State.DRAFT: _("草稿"),
    State.SUBMITTED: _("待受理"),
    State.ACCEPTED: _("待派单"),
    State.NOT_ACCEPTED: _("不予受理"),
    State.MERGED: _("已并件"),
    State.REDIRECTED: _("已转送"),
    State.WHISTLED: _("已吹哨"),
    State.DISPATCHED: _("待接单"),
    State.ARBITRATION: _("退单待裁"),
    State.IN_PROGRESS: _("办理中"),
    State.SUSPENDED: _("已挂起"),
    State.REPLIED: _("待回访"),
    State.EVALUATED: _("待销号"),
    State.CLOSED: _("已办结"),
}

# Tones are the shell's words for colour; the label always says the same thing in text.
STATE_TONES: dict[str, str] = {
    State.DRAFT: "muted",
    State.SUBMITTED: "brand",
    State.ACCEPTED: "brand",
    State.NOT_ACCEPTED: "muted",
    State.MERGED: "muted",
    State.REDIRECTED: "muted",
    State.WHISTLED: "warn",
    State.DISPATCHED: "warn",
    State.ARBITRATION: "danger",
    State.IN_PROGRESS: "warn",
    State.SUSPENDED: "muted",
    State.REPLIED: "info",
    State.EVALUATED: "info",
    State.CLOSED: "ok",
}

RESULT_LABELS: dict[str, str] = {
    Result.SOLVED: _("已解决"),
    Result.PARTLY: _("部分解决"),
    Result.UNSOLVED: _("未解决"),
}

SATISFACTION_LABELS: dict[str, str] = {
    Satisfaction.SATISFIED: _("满意"),
    Satisfaction.FAIRLY: _("基本满意"),
    Satisfaction.DISSATISFIED: _("不满意"),
}

# Turned down, joined to another order, or sent elsewhere: nobody here works on it any more.
ASIDE_STATES: frozenset[State] = frozenset({State.NOT_ACCEPTED, State.MERGED, State.REDIRECTED})

OPEN_STATES: frozenset[State] = frozenset(State) - ASIDE_STATES - {State.DRAFT, State.CLOSED}

# Supervision only rises (DOMAIN.md §4).
LEVEL_LABELS: dict[int, str] = {1: _("普通督办"), 2: _("黄牌督办"), 3: _("红牌督办")}

# The five steps residents know (DOMAIN.md §4).
STEPS: tuple[tuple[str, str], ...] = (
    ("collect", _("收集")),
    ("analyse", _("分析")),
    ("handle", _("办理")),
    ("answer", _("反馈")),
    ("review", _("评议")),
)

STEP_OF: dict[str, str] = {
    State.DRAFT: "collect",
    State.SUBMITTED: "collect",
    State.ACCEPTED: "analyse",
    State.NOT_ACCEPTED: "analyse",
    State.MERGED: "analyse",
    State.REDIRECTED: "analyse",
    State.WHISTLED: "handle",
    State.DISPATCHED: "handle",
    State.ARBITRATION: "handle",
    State.IN_PROGRESS: "handle",
    State.SUSPENDED: "handle",
    State.REPLIED: "answer",
    State.EVALUATED: "review",
    State.CLOSED: "review",
}
