"""Filling an empty, migrated database with the demo, core first and then every plugin."""

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, select

from qimen_core.audit.models import AuditRow
from qimen_core.context import Context
from qimen_core.db.session import QimenSession, unscoped
from qimen_core.db.work import unit_of_work
from qimen_core.demo.accounts import open_accounts, password_hash, printed
from qimen_core.demo.cast import cast
from qimen_core.demo.divisions import COUNTY, plant
from qimen_core.demo.people import enter
from qimen_core.descriptors import DemoAccount
from qimen_core.errors import QimenError
from qimen_core.i18n import translations
from qimen_core.models import Workday
from qimen_core.org.models import OrgUnit
from qimen_core.workdays import seed_days

if TYPE_CHECKING:
    from qimen_core.runtime import Qimen

__all__ = ["SEED", "seed_demo"]

_ = translations("qimen_core")
U: Any = OrgUnit

SEED: Final = 341024
_BEGUN = "core.demo.begin"
_DONE = "core.demo.finish"
_RIGHT = "core.system.manage"


def seed_demo(qimen: "Qimen", seed: int = SEED) -> list[DemoAccount]:
    """Load the demo ``qimen-2021`` and return its accounts; nothing is written a second time.

    Same seed and same clock, same rows. The clock is the present: the requests are spread over the
    twelve months before it.

    Args:
        qimen: Opened and migrated.
        seed: Decides every name, text and state.

    Raises:
        QimenError: The database holds other units, or an earlier loading was broken off.
    """
    with qimen.db.session() as session:
        ctx = qimen.system_context(session, str(_("演示数据")))
        if not _is_loaded(session):
            _seed_core(ctx, seed)
            made = qimen.hooks.register_demo(ctx, seed)
            _mark(ctx, _DONE, seed)
        else:
            made = []
        return [*printed(_names(session)), *made]


def _seed_core(ctx: Context, seed: int) -> None:
    hashed = password_hash()
    _mark(ctx, _BEGUN, seed)
    _know_the_holidays(ctx)
    with unit_of_work(ctx, "core.org.import", permission="core.org.manage") as uow:
        units = plant(uow)
    parts = cast(((code, unit.kind, unit.name) for code, unit in units.items()), seed)
    # Accounts and people in one: an account's person is never another's unit of work away.
    with unit_of_work(ctx, "core.demo.people", permission="core.person.manage") as uow:
        people = enter(uow, parts, units)
        open_accounts(uow, parts, people, hashed)


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


def _is_loaded(session: QimenSession) -> bool:
    marks = select(AuditRow.action).where(  # type: ignore[call-overload]
        AuditRow.action.in_((_BEGUN, _DONE))  # type: ignore[attr-defined]
    )
    found = set(session.scalars(marks))
    if _DONE in found:
        return True
    with unscoped(session):
        units = session.execute(select(func.count()).select_from(U)).scalar_one()
    if found or units:
        raise QimenError(
            _("数据目录里已有未完成的演示或其他数据。演示须从空库开始：加 --reset 重新装载。")
        )
    return False


def _mark(ctx: Context, action: str, seed: int) -> None:
    with unit_of_work(ctx, action, permission=_RIGHT, subject=f"demo:qimen-2021:{seed}"):
        pass


def _names(session: QimenSession) -> dict[str, str]:
    with unscoped(session):
        return dict(
            session.execute(select(U.code, U.name).where(U.code.startswith(COUNTY[:6]))).all()
        )
