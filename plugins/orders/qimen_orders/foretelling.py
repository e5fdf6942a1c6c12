"""What a button will do to the clocks, said before it is pressed."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from qimen_core.clock import local
from qimen_core.i18n import translations
from qimen_orders.clocks import Clock, Turn, turn
from qimen_orders.limits import CLOCK_LABELS
from qimen_orders.rules import Transition

__all__ = ["deadline_text", "foretell"]

_ = translations("qimen_orders")

_ONE_MOMENT = timedelta(microseconds=1)


def deadline_text(moment: datetime) -> str:
    """Return a due time as people say it: midnight is 24:00 of the day that it ends."""
    here = local(moment)
    if here.time() == time():
        return f"{local(moment - _ONE_MOMENT):%m-%d} 24:00"
    return f"{here:%m-%d %H:%M}"


def foretell(row: Transition, clocks: Sequence[Clock], how: Turn) -> list[str]:
    """Return a sentence per clock that runs before or after this transition at ``how.at``.

    The transition is tried on the values, so what is said is what will be done. No effect is said
    as well: people fear a clock they cannot see.
    """
    after = turn(clocks, row, how)
    known = {clock.id: clock for clock in clocks}
    touched, going_on = [], []
    for clock in after:
        before = known.get(clock.id) if clock.id is not None else None
        if before is None or before != clock:
            touched.append(_said(before, clock, how.at))
        elif clock.runs:
            going_on.append(_going_on(clock))
    return [*touched, *going_on] or [str(_("不影响任何时限"))]


def _said(before: Clock | None, after: Clock, now: datetime) -> str:
    label = CLOCK_LABELS[after.kind]
    due = deadline_text(after.due_at) if after.due_at else ""
    if before is None:
        text = _("{clock}开始计时：{limit}，{due} 到期")
        return text.format(clock=label, limit=after.limit.label, due=due)
    if not after.runs:
        late = before.due_at is not None and now > before.due_at
        text = _("{clock}停止计时（已超时）") if late else _("{clock}停止计时（未超时）")
        return text.format(clock=label)
    if after.suspended:
        return _("{clock}暂停计时").format(clock=label)
    if before.suspended:
        return _("{clock}恢复计时，{due} 到期").format(clock=label, due=due)
    if len(after.extensions) > len(before.extensions):
        text = _("{clock}由 {old} 延到 {due}，原期限保留")
        old = deadline_text(before.due_at) if before.due_at else ""
        return text.format(clock=label, old=old, due=due)
    return _("{clock}扣除仲裁时间，{due} 到期").format(clock=label, due=due)


def _going_on(clock: Clock) -> str:
    label = CLOCK_LABELS[clock.kind]
    if clock.suspended:
        return _("{clock}仍暂停").format(clock=label)
    return _("{clock}继续计时").format(clock=label)
