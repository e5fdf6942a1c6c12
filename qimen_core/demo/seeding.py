"""Filling an empty, migrated database with the demo, core first and then every plugin."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from qimen_core.access.passwords import Passwords
from qimen_core.audit.models import AuditRow
from qimen_core.context import Context
from qimen_core.db.session import QimenSession, unscoped
from qimen_core.db.work import unit_of_work
from qimen_core.demo.accounts import open_accounts, printed
from qimen_core.demo.people import enter
from qimen_core.demo.sets import DemoSet
from qimen_core.demo.units import plant
from qimen_core.descriptors import DemoAccount
from qimen_core.errors import QimenError
from qimen_core.i18n import translations
from qimen_core.jobs import run_due
from qimen_core.jobs.upkeep import enqueue_periodic
from qimen_core.models import Workday
from qimen_core.org.models import OrgUnit
from qimen_core.outbox import deliver
from qimen_core.workdays import seed_days

if TYPE_CHECKING:
    from qimen_core.runtime import Qimen

__all__ = ["seed_demo"]

_ = translations("qimen_core")
U: Any = OrgUnit

_BEGUN = "core.demo.begin"
_DONE = "core.demo.finish"
_RIGHT = "core.system.manage"


def seed_demo(qimen: "Qimen", chosen: DemoSet, seed: int | None = None) -> list[DemoAccount]:
    """Load a demo set and return its accounts; nothing is written a second time.

    Same seed and same clock, same rows. The clock is the present: what happens in the demo is
    spread over the twelve months before it.

    Args:
        qimen: Opened and migrated.
        chosen: The demo set.
        seed: Decides every name, text and state; the demo set's own unless given.

    Raises:
        QimenError: The database holds other units or another demo set, or an earlier loading was
            broken off.
    """
    number = chosen.seed if seed is None else seed
    chosen = chosen.on_stage(qimen.registry.org_kinds)
    with qimen.db.session() as session:
        ctx = qimen.system_context(session, str(_("演示数据")))
        if not _is_loaded(session, chosen):
            _seed_core(ctx, chosen, number)
            made = qimen.hooks.register_demo(ctx, number, chosen)
            _work_off(qimen)
            _mark(ctx, _DONE, chosen, number)
        else:
            made = []
        names = _names(session, {user.unit for user in chosen.accounts})
        names |= {unit.code: unit.name for unit in chosen.departments}
        return [*printed(chosen, names), *made]


def _seed_core(ctx: Context, chosen: DemoSet, seed: int) -> None:
    hashed = Passwords().hash(chosen.password)  # slow, so outside any unit of work
    _mark(ctx, _BEGUN, chosen, seed)
    _know_the_holidays(ctx)
    wanted = [*chosen.units(), *chosen.departments]
    with unit_of_work(ctx, "core.org.import", permission="core.org.manage") as uow:
        units = plant(uow, chosen, wanted)
    parts = chosen.people(wanted, seed)
    # Accounts and people in one: an account's person is never another's unit of work away.
    with unit_of_work(ctx, "core.demo.people", permission="core.person.manage") as uow:
        people = enter(uow, parts, units, chosen.since)
        open_accounts(uow, chosen, parts, people, hashed)


def _work_off(qimen: "Qimen") -> None:
    """Do what a worker would have done by now: deliver the events, run the jobs that are due."""
    enqueue_periodic(qimen)
    while deliver(qimen) + run_due(qimen):
        pass


def _know_the_holidays(ctx: Context) -> None:
    """Enter the holidays of the demo's years, where nobody has entered any."""
    this_year = ctx.qimen.clock.today().year
    with unit_of_work(ctx, "core.calendar.import", permission="core.calendar.manage") as uow:
        if uow.session.execute(select(func.count()).select_from(Workday)).scalar_one():
            return
        for day in seed_days(this_year - 1, this_year + 1):
            uow.session.add(
                Workday(
                    day=day.day,
                    is_workday=day.is_workday,
                    name=day.name,
                    source="seed",
                    updated_at=ctx.now,
                )
            )


def _is_loaded(session: QimenSession, chosen: DemoSet) -> bool:
    marks = select(AuditRow.action, AuditRow.subject).where(  # type: ignore[call-overload]
        AuditRow.action.in_((_BEGUN, _DONE))  # type: ignore[attr-defined]
    )
    found: dict[str, str] = dict(session.execute(marks).all())
    if _DONE in found:
        if not found[_DONE].startswith(f"demo:{chosen.name}:"):
            message = _("数据目录里装的是另一个演示集（{loaded}）：加 --reset 换成 {name}。")
            raise QimenError(message.format(loaded=found[_DONE].split(":")[1], name=chosen.name))
        return True
    with unscoped(session):
        units = session.execute(select(func.count()).select_from(U)).scalar_one()
    if found or units:
        raise QimenError(
            _("数据目录里已有未完成的演示或其他数据。演示须从空库开始：加 --reset 重新装载。")
        )
    return False


def _mark(ctx: Context, action: str, chosen: DemoSet, seed: int) -> None:
    with unit_of_work(ctx, action, permission=_RIGHT, subject=f"demo:{chosen.name}:{seed}"):
        pass


def _names(session: QimenSession, codes: Collection[str]) -> dict[str, str]:
    with unscoped(session):
        return dict(session.execute(select(U.code, U.name).where(U.code.in_(codes))).all())
