"""Every morning: who handles a petition hears that it is due today, or that it is overdue."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any, Final, NamedTuple

from sqlalchemy import select

from qimen_core import (
    LOCAL,
    Context,
    JobSpec,
    UnitOfWork,
    local,
    scoped,
    translations,
    unit_of_work,
)
from qimen_core.jobs import RunningJob
from qimen_core.workdays import calendar_of
from qimen_orders import Order
from qimen_petitions.telling import OWNER, READ, TELL
from qimen_web.notices import notify, notify_account

__all__ = ["JOBS", "tell_due"]

_ = translations("qimen_petitions")

_DAY: Final = 24 * 60
_BATCH: Final = 200
_order = Order.__table__.c  # type: ignore[attr-defined]


class _Pressing(NamedTuple):
    order_id: int
    number: str
    org_id: int
    org_path: str
    lead_id: int | None
    handler_user_id: int | None
    due_at: datetime

    @property
    def id(self) -> int:
        """The unit where the matter lies."""
        return self.org_id

    @property
    def path(self) -> str:
        """Its path."""
        return self.org_path


def tell_due(job: RunningJob) -> None:
    """Tell each handler what is due today and what has become overdue; each thing once.

    Where no account handles it yet, its lead unit is told. On a day that nobody works only what
    is urgent is told. A worker that dies goes on after the last batch.
    """
    with job.context() as ctx:
        after, seen, told = (int(job.state.get(key, 0)) for key in ("after", "seen", "told"))
        while batch := _pressing(ctx, after):
            with unit_of_work(ctx, TELL, permission=READ) as uow:
                told += sum(_tell(uow, each) for each in batch)
                after, seen = batch[-1].order_id, seen + len(batch)
                uow.changes["notices"] = {"told": str(told)}
                said = _("到期和超时 {seen} 件，发出通知 {told} 条")
                job.result(uow, said=said.format(seen=seen, told=told))
                job.checkpoint(uow, after=after, seen=seen, told=told)
            job.progress(seen, seen)


JOBS: Final = (JobSpec("petitions.order.due", _("到期提醒"), tell_due, every=_DAY),)


def _pressing(ctx: Context, after: int) -> Sequence[_Pressing]:
    """Return the next petitions whose time ends today or has ended."""
    today = local(ctx.now).date()
    # What is due at midnight is due on the day that midnight ends.
    end = datetime.combine(today + timedelta(days=1), time(), LOCAL)
    columns: tuple[Any, ...] = (
        _order.id, _order.number, _order.org_id, _order.org_path, _order.lead_id,
        _order.handler_user_id, _order.due_at,
    )  # fmt: skip
    wanted = select(*columns).where(_order.owner == OWNER, _order.due_at <= end, _order.id > after)
    if not calendar_of(ctx.session).is_workday(today):
        wanted = wanted.where(_order.urgent)
    found = scoped(wanted.order_by(_order.id).limit(_BATCH), ctx, READ, _order.org_path)
    return [_Pressing(*row) for row in ctx.session.execute(found)]


def _tell(uow: UnitOfWork, each: _Pressing) -> int:
    overdue = each.due_at < uow.ctx.now
    said = _("已超时：{number}") if overdue else _("今天到期：{number}")
    # Told once for each due time: a deadline that was moved is a new one.
    when = f"{'overdue' if overdue else 'due'}:{each.due_at:%y%m%d%H%M}"
    key, url = f"petitions.order:{each.order_id}:{when}", f"/petitions/{each.order_id}"
    text = said.format(number=each.number)
    if each.handler_user_id is not None:
        told = notify_account(
            uow, each.handler_user_id, each, permission=READ, text=text, url=url, key=key
        )
        if told is not None:
            return int(told)
    unit_id = each.lead_id or each.org_id
    return notify(uow, unit_id, permission=READ, text=text, url=url, key=key)
