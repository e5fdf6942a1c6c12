"""The calendar as it stands in the database, editable day by day."""

from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import select

from qimen_core.db.session import QimenSession
from qimen_core.db.work import UnitOfWork
from qimen_core.models import Workday
from qimen_core.workdays.calendar import Calendar, Day

if TYPE_CHECKING:
    from qimen_core.context import Context

__all__ = ["calendar_for", "calendar_of", "edit_day", "forget_day"]


def calendar_of(session: QimenSession) -> Calendar:
    """Return the calendar; one query, so keep the result for the length of a request."""
    table = Workday.__table__.c  # type: ignore[attr-defined]
    rows = session.execute(select(table.day, table.is_workday, table.name))
    return Calendar(Day(day, is_workday, name) for day, is_workday, name in rows)


def calendar_for(ctx: "Context") -> Calendar:
    """Return the calendar, read anew only after a change of it; for what answers a request."""
    return ctx.remember("core.workdays", lambda: calendar_of(ctx.session))


def edit_day(
    uow: UnitOfWork, day: date, is_workday: bool, name: str = "", source: str = "edit"
) -> None:
    """Say of a day whether it is worked; again replaces what was said.

    Args:
        uow: A unit of work under ``core.calendar.manage``.
        day: The day in Asia/Shanghai.
        is_workday: Whether it is worked.
        name: Why it differs from the week, e.g. ``春节``.
        source: ``seed``, ``import`` or ``edit``.
    """
    row = uow.session.get(Workday, day)
    if row is None:
        row = Workday(day=day, is_workday=is_workday, updated_at=uow.ctx.now)
    row.is_workday, row.name, row.source = is_workday, name, source
    row.updated_at, row.updated_by = uow.ctx.now, uow.ctx.actor.user_id
    uow.session.add(row)


def forget_day(uow: UnitOfWork, day: date) -> None:
    """Let a day follow the week again."""
    row = uow.session.get(Workday, day)
    if row is not None:
        uow.session.delete(row)
