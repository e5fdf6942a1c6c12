"""Walking over the orders that a job looks at, page by page."""

from collections.abc import Iterator

from sqlalchemy import ColumnElement, select

from qimen_core import Context, scoped
from qimen_orders.models import Order

__all__ = ["ENGINE", "walk"]

ENGINE = "orders.metric.read"
"""The engine's own right, by which its jobs read the orders of every owner."""

_PAGE = 200
_order = Order.__table__.c  # type: ignore[attr-defined]


def walk(ctx: Context, *conditions: ColumnElement[bool]) -> Iterator[tuple[int, str, str]]:
    """Yield ``(id, owner, path)`` of the orders that meet the conditions, by id.

    Each page is read afresh and its transaction ended, so the caller may open units of work.
    """
    last = 0
    while True:
        wanted = select(_order.id, _order.owner, _order.org_path).where(_order.id > last)
        page = wanted.where(*conditions).order_by(_order.id).limit(_PAGE)
        rows = ctx.session.execute(scoped(page, ctx, ENGINE, _order.org_path)).all()
        ctx.session.rollback()
        yield from (tuple(row) for row in rows)
        if len(rows) < _PAGE:
            return
        last = rows[-1][0]
