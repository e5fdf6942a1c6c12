"""The county's own closed petitions as messages to learn from."""

from typing import Any

from sqlalchemy import select

from qimen_core import Qimen, scoped
from qimen_orders import Order, State
from qimen_petitions.analysis.message_files import FileMessage
from qimen_petitions.models import Petition
from qimen_petitions.reading import READ
from qimen_petitions.services import OWNER

__all__ = ["closed_messages"]

_order: Any = Order.__table__.c  # type: ignore[attr-defined]
_petition: Any = Petition.__table__.c  # type: ignore[attr-defined]

_MOST = 50_000


def closed_messages(qimen: Qimen) -> list[FileMessage]:
    """Return the newest closed petitions that have a category, wherever petitions are on.

    A category that a person left in place until the end is taken for the right one.
    """
    wanted = (
        select(_order.number, _order.category, _order.title, _petition.content)
        .join(Petition.__table__, _petition.order_id == _order.id)  # type: ignore[attr-defined]
        .where(_order.owner == OWNER, _order.state == State.CLOSED.value, _order.category != "")
        .order_by(_order.id.desc())
        .limit(_MOST)
    )
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        rows = session.execute(scoped(wanted, ctx, READ, _order.org_path)).all()
    return [FileMessage(row.number, row.title, row.content, label=row.category) for row in rows]
