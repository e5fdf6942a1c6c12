"""Which limit a clock starts with, and where that limit comes from. Pure."""

from qimen_core.i18n import translations
from qimen_core.timers import Limit, LimitUnit
from qimen_orders.rules import ClockKind
from qimen_orders.settings import OrderSettings

__all__ = ["CLOCK_LABELS", "KINDS", "limit_of"]

_ = translations("qimen_orders")

# The kinds of matter that the settings hold a handling limit for.
KINDS = ("consult", "help", "complaint", "suggestion")

CLOCK_LABELS: dict[str, str] = {
    ClockKind.RESPONSE: _("响应时限"),
    ClockKind.CLAIM: _("接单时限"),
    ClockKind.HANDLING: _("办理时限"),
}


def limit_of(
    settings: OrderSettings, clock: ClockKind, kind: str, urgent: bool
) -> tuple[Limit, str]:
    """Return the limit a clock starts with now, and the sentence that says why.

    Args:
        settings: As they hold at the order's unit.
        clock: Which clock.
        kind: One of ``KINDS``; only handling asks for it.
        urgent: The matter cannot wait; only handling asks for it.

    Raises:
        ValueError: ``kind`` is none of ``KINDS``.
    """
    if kind not in KINDS:
        raise ValueError(f"order kind {kind!r} is none of {', '.join(KINDS)}")
    if clock is not ClockKind.HANDLING:
        key = f"{clock.value}_workdays"
    else:
        key = "urgent_workdays" if urgent else f"{kind}_workdays"
    days: int = getattr(settings, key)
    limit = Limit(days, LimitUnit.WORKDAYS) if days else Limit(0, LimitUnit.SAME_DAY)
    return limit, _source(key, days)


def _source(key: str, days: int) -> str:
    """Name the setting, and its source unless the deployment has changed the value."""
    field = OrderSettings.model_fields[key]
    extra = field.json_schema_extra
    source = extra.get("source", "") if isinstance(extra, dict) else ""
    if days != field.default:
        source = _("本单位设定，默认值为 {days}").format(days=field.default)
    return _("{setting}；{source}").format(setting=field.title, source=source)
