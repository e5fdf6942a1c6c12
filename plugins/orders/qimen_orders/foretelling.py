"""What a button will do to the clocks, said before it is pressed."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from qimen_core.clock import local
from qimen_core.i18n import translations
from qimen_core.timers import Timer
from qimen_core.workdays import Calendar
from qimen_orders.clocks import Matter
from qimen_orders.limits import CLOCK_LABELS, limit_of
from qimen_orders.models import OrderClock
from qimen_orders.rules import Effect, Transition
from qimen_orders.settings import OrderSettings

__all__ = ["deadline_text", "foretell"]

_ = translations("qimen_orders")

_ONE_MOMENT = timedelta(microseconds=1)


def deadline_text(moment: datetime) -> str:
    """Return a due time as people say it: midnight is 24:00 of the day that it ends."""
    here = local(moment)
    if here.time() == time():
        return f"{local(moment - _ONE_MOMENT):%m-%d} 24:00"
    return f"{here:%m-%d %H:%M}"


def foretell(
    row: Transition,
    clocks: Sequence[OrderClock],
    matter: Matter,
    settings: OrderSettings,
    calendar: Calendar,
    *,
    now: datetime,
) -> list[str]:
    """Return a sentence per clock that this transition would touch at ``now``.

    An empty effect is said as well: people fear a clock they cannot see.
    """
    said = []
    for kind, effect in row.clocks:
        running = next((c for c in clocks if c.kind == kind and c.stopped_at is None), None)
        if effect is Effect.START:
            limit, _source = limit_of(settings, kind, matter.kind, matter.urgent)
            due = Timer(now, limit).due(calendar)
            text = _("{clock}开始计时：{limit}，{due} 到期")
            said.append(
                text.format(
                    clock=CLOCK_LABELS[kind],
                    limit=limit.label,
                    due=deadline_text(due) if due else "",
                )
            )
        elif running is not None:
            late = running.due_at is not None and now > running.due_at
            text = _("{clock}停止计时（已超时）") if late else _("{clock}停止计时（未超时）")
            said.append(text.format(clock=CLOCK_LABELS[kind]))
    running_on = [c for c in clocks if c.stopped_at is None and c.kind not in _touched(row)]
    said += [_("{clock}继续计时").format(clock=CLOCK_LABELS[c.kind]) for c in running_on]
    return said or [str(_("不影响任何时限"))]


def _touched(row: Transition) -> set[str]:
    return {kind.value for kind, _effect in row.clocks}
