"""What orders say to the rest of the system: why a unit cannot be archived yet."""

from sqlalchemy import func, or_, select

from qimen_core import Context, OrgUnit, scoped
from qimen_core.i18n import translations
from qimen_core.org.paths import under
from qimen_orders.metrics import PERMISSION
from qimen_orders.models import Order
from qimen_orders.states import OPEN_STATES

__all__ = ["archive_blockers"]

_ = translations("qimen_orders")


def archive_blockers(ctx: Context, unit: OrgUnit) -> list[str]:
    """Return a sentence when orders of ``unit``, or led by it, are still open."""
    order = Order.__table__.c  # type: ignore[attr-defined]
    everything = ctx.qimen.system_context(ctx.session)
    statement = select(func.count(order.id)).where(
        order.state.in_([state.value for state in OPEN_STATES]),
        or_(under(order.org_path, unit.path), order.lead_id == unit.id),
    )
    count = ctx.session.execute(
        scoped(statement, everything, PERMISSION, order.org_path)
    ).scalar_one()
    if not count:
        return []
    return [_("还有 {count} 件工单未办结，请先办结再撤销该单位").format(count=count)]
