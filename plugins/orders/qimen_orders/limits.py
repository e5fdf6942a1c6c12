"""Which limit a clock starts with, and where that limit comes from. Pure."""

from dataclasses import dataclass

from qimen_core.i18n import translations
from qimen_core.timers import Limit, LimitUnit
from qimen_orders.rules import ClockKind
from qimen_orders.settings import OrderSettings

__all__ = ["CLOCK_LABELS", "KINDS", "Matter", "extension_of", "limit_of"]

_ = translations("qimen_orders")

APPEAL = "appeal"
# The kinds of matter that the settings hold a handling limit for.
KINDS = ("consult", "help", "complaint", "suggestion", APPEAL)

CLOCK_LABELS: dict[str, str] = {
    ClockKind.RESPONSE: _("响应时限"),
    ClockKind.CLAIM: _("接单时限"),
    ClockKind.HANDLING: _("办理时限"),
    ClockKind.FEEDBACK: _("督办反馈时限"),
}


@dataclass(frozen=True, slots=True)
class Matter:
    """What a new clock takes from its order.

    Args:
        kind: One of ``KINDS``.
        urgent: The matter cannot wait.
        round: How often it is being handled, from 1.
        rung: The rung of the ladder, where it is whistled for.
        level: The level of supervision.
    """

    kind: str
    urgent: bool
    round: int = 1
    rung: str = ""
    level: int = 0


def limit_of(settings: OrderSettings, clock: ClockKind, matter: Matter) -> tuple[Limit, str]:
    """Return the limit a clock starts with now, and the sentence that says why.

    Args:
        settings: As they hold at the order's unit.
        clock: Which clock.
        matter: What it is about.

    Raises:
        ValueError: The matter's kind is none of ``KINDS``.
    """
    if matter.kind not in KINDS:
        raise ValueError(f"order kind {matter.kind!r} is none of {', '.join(KINDS)}")
    key = _key(clock, matter)
    return _limit(key, getattr(settings, key)), _source(key, getattr(settings, key))


def extension_of(running: Limit, days: int) -> Limit:
    """Return an extension in the days that the running clock counts; the kinds are never mixed."""
    unit = LimitUnit.DAYS if running.unit is LimitUnit.DAYS else LimitUnit.WORKDAYS
    return Limit(days, unit)


def _key(clock: ClockKind, matter: Matter) -> str:
    if clock is ClockKind.FEEDBACK:
        return f"feedback_{matter.level}_workdays"
    if clock is ClockKind.CLAIM:
        return f"rung_{matter.rung}_workdays" if matter.rung else "claim_workdays"
    if clock is ClockKind.RESPONSE:
        return "appeal_response_days" if matter.kind == APPEAL else "response_workdays"
    if matter.urgent:
        return "urgent_workdays"
    return "appeal_days" if matter.kind == APPEAL else f"{matter.kind}_workdays"


def _limit(key: str, days: int) -> Limit:
    """Return a limit in the days that the setting's name ends with."""
    if not days:
        return Limit(0, LimitUnit.SAME_DAY)
    return Limit(days, LimitUnit.WORKDAYS if key.endswith("_workdays") else LimitUnit.DAYS)


def _source(key: str, days: int) -> str:
    """Name the setting, and its source unless the deployment has changed the value."""
    field = OrderSettings.model_fields[key]
    extra = field.json_schema_extra
    source = extra.get("source", "") if isinstance(extra, dict) else ""
    if days != field.default:
        source = _("本单位设定，默认值为 {days}").format(days=field.default)
    return _("{setting}；{source}").format(setting=field.title, source=source)
