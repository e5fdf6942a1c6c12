"""What stands in a deployment before a test begins, beside the organisation tree."""

from collections.abc import Callable
from datetime import UTC, datetime

from qimen_core.db.work import unit_of_work
from qimen_core.models import Workday
from qimen_core.runtime import Qimen
from qimen_core.workdays import seed_days

__all__ = ["START", "Planting", "work_calendar"]

START = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
"""When a test begins: a Monday that is a workday, ten in the morning in Shanghai."""

Planting = Callable[[Qimen], None]
"""Writes into a deployment what every test of a folder needs; called once in a run.

A function of a module: it is known by its name, so what it writes may depend on nothing else.
"""


def work_calendar(qimen: Qimen) -> None:
    """Plants the work calendar of the year of `START` and the one before, make-up days included."""
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        with unit_of_work(ctx, "core.calendar.manage") as uow:
            for day in seed_days(START.year - 1, START.year):
                row = Workday(
                    day=day.day,
                    is_workday=day.is_workday,
                    name=day.name,
                    source="seed",
                    updated_at=ctx.now,
                )
                uow.session.add(row)
