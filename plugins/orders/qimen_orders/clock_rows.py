"""Clocks between the tables and the values that :mod:`.clocks` turns."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from qimen_core.timers import Limit, Pause
from qimen_orders.clocks import Clock
from qimen_orders.models import Order, OrderClock, OrderPause, OrderRequest
from qimen_orders.rules import ClockKind

__all__ = ["clock_row", "clocks_of", "load_clocks", "save_clocks"]


def clocks_of(session: Session, order_id: int) -> list[Clock]:
    """Return an order's clocks in the order in which they started, within the session's scope."""
    found = select(OrderClock).where(OrderClock.order_id == order_id).order_by(OrderClock.id)  # type: ignore[arg-type]
    return load_clocks(session, list(session.scalars(found)))


def load_clocks(session: Session, rows: Sequence[OrderClock]) -> list[Clock]:
    """Return stored clocks with their pauses and the extensions granted."""
    ids = [row.id for row in rows if row.kind == ClockKind.HANDLING]
    pauses = _pauses(session, ids) if ids else {}
    extensions = _extensions(session, ids) if ids else {}
    return [
        Clock(
            id=row.id,
            kind=ClockKind(row.kind),
            round=row.round,
            started_at=row.started_at,
            limit=Limit.parse(row.allowed),
            source=row.source,
            due_at=row.due_at,
            stopped_at=row.stopped_at,
            pauses=tuple(pauses.get(row.id or 0, ())),
            extensions=tuple(extensions.get(row.id or 0, ())),
        )
        for row in rows
    ]


def save_clocks(
    session: Session, order: Order, before: Iterable[Clock], after: Iterable[Clock]
) -> None:
    """Write what a transition did to an order's clocks; clocks that it left alone are not touched.

    Extensions stand in the request that granted them, so they are not written here.
    """
    known = {clock.id: clock for clock in before}
    for clock in after:
        old = known.get(clock.id) if clock.id is not None else None
        if old is None:
            session.add(clock_row(order, clock))
        elif clock != old:
            row = session.get_one(OrderClock, clock.id)
            row.due_at, row.stopped_at = clock.due_at, clock.stopped_at
            session.add(row)
            _save_pauses(session, row, old, clock)


def clock_row(order: Order, clock: Clock) -> OrderClock:
    """Return the row that a new clock of an order is kept in."""
    assert order.id is not None
    return OrderClock(
        order_id=order.id,
        org_id=order.org_id,
        org_path=order.org_path,
        kind=clock.kind.value,
        round=clock.round,
        started_at=clock.started_at,
        allowed=str(clock.limit),
        source=clock.source,
        due_at=clock.due_at,
        stopped_at=clock.stopped_at,
    )


def _save_pauses(session: Session, row: OrderClock, old: Clock, new: Clock) -> None:
    assert row.id is not None
    stored = select(OrderPause).where(OrderPause.clock_id == row.id)  # type: ignore[arg-type]
    open_rows = [each for each in session.scalars(stored) if each.ended_at is None]
    for pause in new.pauses:
        if pause in old.pauses:
            continue
        same = next((each for each in open_rows if each.started_at == pause.start), None)
        kept = same or OrderPause(
            order_id=row.order_id,
            clock_id=row.id,
            org_id=row.org_id,
            org_path=row.org_path,
            started_at=pause.start,
            reason=pause.reason,
        )
        kept.ended_at = pause.end
        session.add(kept)


def _pauses(session: Session, ids: Sequence[int | None]) -> dict[int, list[Pause]]:
    found = (
        select(OrderPause)
        .where(OrderPause.clock_id.in_(ids))  # type: ignore[attr-defined]
        .order_by(OrderPause.id)  # type: ignore[arg-type]
    )
    pauses: dict[int, list[Pause]] = {}
    for row in session.scalars(found):
        pauses.setdefault(row.clock_id, []).append(Pause(row.started_at, row.ended_at, row.reason))
    return pauses


def _extensions(session: Session, ids: Sequence[int | None]) -> dict[int, list[Limit]]:
    found = (
        select(OrderRequest)
        .where(
            OrderRequest.clock_id.in_(ids),  # type: ignore[attr-defined]
            OrderRequest.kind == "extend",  # type: ignore[arg-type]
            OrderRequest.state == "granted",  # type: ignore[arg-type]
        )
        .order_by(OrderRequest.id)  # type: ignore[arg-type]
    )
    extensions: dict[int, list[Limit]] = {}
    for row in session.scalars(found):
        extensions.setdefault(row.clock_id, []).append(Limit.parse(row.allowed))
    return extensions
