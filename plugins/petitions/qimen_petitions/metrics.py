"""Counts that petitions own; the rates of all orders are the engine's."""

from datetime import datetime, time

from sqlalchemy import select

from qimen_core import LOCAL, Context, Measure, Metric, Period, scoped, translations
from qimen_core.org.paths import under
from qimen_orders import Order, Result, State
from qimen_petitions.reading import READ
from qimen_petitions.services import OWNER

__all__ = ["METRICS"]

_ = translations("qimen_petitions")

_order = Order.__table__.c  # type: ignore[attr-defined]


def _resolved(ctx: Context, path: str, period: Period | None) -> Measure:
    """Closed, and solved as the resident said at the callback."""
    rows = select(_order.id).where(
        _order.owner == OWNER,
        _order.state == State.CLOSED.value,
        _order.result == Result.SOLVED.value,
    )
    if path:
        rows = rows.where(under(_order.org_path, path))
    if period is not None:
        start, end = (datetime.combine(day, time(), LOCAL) for day in (period.start, period.end))
        rows = rows.where(_order.closed_at >= start, _order.closed_at < end)
    return Measure(scoped(rows, ctx, READ, _order.org_path))


METRICS = (
    Metric(
        "orders_resolved",
        _("解决群众诉求"),
        _resolved,
        READ,
        _("按办结时间"),
        "/petitions?state=closed&result=solved",
    ),
)
