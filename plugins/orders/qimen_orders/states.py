"""The states of an order, the events that move it, and the words people read for them."""

from enum import StrEnum

from qimen_core.i18n import translations

__all__ = [
    "EVENT_LABELS",
    "OPEN_STATES",
    "RESULT_LABELS",
    "SATISFACTION_LABELS",
    "STATE_LABELS",
    "STATE_TONES",
    "STEPS",
    "STEP_OF",
    "Event",
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
    DISPATCHED = "dispatched"
    IN_PROGRESS = "in_progress"
    REPLIED = "replied"
    EVALUATED = "evaluated"
    CLOSED = "closed"


class Event(StrEnum):
    """What can happen to an order; also the verb of the permission ``<owner>.order.<event>``."""

    SUBMIT = "submit"
    ACCEPT = "accept"
    NOT_ACCEPT = "not_accept"
    DISPATCH = "dispatch"
    CLAIM = "claim"
    REPLY = "reply"
    CALLBACK = "callback"
    CLOSE_OFF = "close_off"


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
    State.DISPATCHED: _("待接单"),
    State.IN_PROGRESS: _("办理中"),
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
    State.DISPATCHED: "warn",
    State.IN_PROGRESS: "warn",
    State.REPLIED: "info",
    State.EVALUATED: "info",
    State.CLOSED: "ok",
}

EVENT_LABELS: dict[str, str] = {
    Event.SUBMIT: _("提交"),
    Event.ACCEPT: _("受理"),
    Event.NOT_ACCEPT: _("不予受理"),
    Event.DISPATCH: _("派单"),
    Event.CLAIM: _("接单"),
    Event.REPLY: _("答复"),
    Event.CALLBACK: _("回访"),
    Event.CLOSE_OFF: _("销号"),
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

OPEN_STATES: frozenset[State] = frozenset(State) - {
    State.DRAFT,
    State.NOT_ACCEPTED,
    State.CLOSED,
}

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
    State.DISPATCHED: "handle",
    State.IN_PROGRESS: "handle",
    State.REPLIED: "answer",
    State.EVALUATED: "review",
    State.CLOSED: "review",
}
