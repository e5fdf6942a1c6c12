"""Delivers events after their commit: to each plugin by itself, again until it has taken them.

An event is written with the data it speaks of (``uow.emit``). Each plugin that implements
``on_event`` gets a delivery row of its own, so that one that raises holds up nobody else. A
delivery is made at least once: a worker that dies between the plugin's commit and its own leaves
it to be made again.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import structlog
from sqlalchemy import ColumnElement, Row, Table, and_, delete, exists, select, update
from sqlalchemy.dialects import postgresql, sqlite

from qimen_core.db.bookkeeping import Bookkeeping, bookkeeping
from qimen_core.events.models import Outbox, OutboxDelivery
from qimen_core.hooks import HookFailed

if TYPE_CHECKING:
    from qimen_core.db.session import QimenSession
    from qimen_core.runtime import Qimen

__all__ = ["MOST_ATTEMPTS", "deliver", "has_pending", "purge_delivered"]

log = structlog.get_logger("qimen.outbox")
_EVENT: Table = Outbox.__table__  # type: ignore[attr-defined]
_WAY: Table = OutboxDelivery.__table__  # type: ignore[attr-defined]
MOST_ATTEMPTS = 8
"""After so many failures a delivery is dead; the jobs page shows it."""
_FIRST_DELAY = timedelta(seconds=30)
_LONGEST_DELAY = timedelta(hours=6)
# While one worker delivers, no other tries; one that dies meanwhile is waited for so long.
_TURN = timedelta(minutes=5)
_WAIT_WHILE_OFF = timedelta(hours=1)
_KEEP = timedelta(days=30)
_BATCH = 50


def has_pending(qimen: "Qimen") -> bool:
    """Say whether an event waits to be addressed or delivered."""
    due = select(_WAY.c.outbox_id).where(_due(qimen.clock.now())).limit(1)
    with bookkeeping(qimen.db, write=False) as book:
        return bool(book.rows(_unaddressed().limit(1)) or book.rows(due))


def deliver(qimen: "Qimen", limit: int = 500) -> int:
    """Address new events, make the deliveries that are due, and return how many were taken.

    Args:
        qimen: The application.
        limit: At most so many deliveries.
    """
    _address(qimen)
    wanted = (
        select(_WAY.c.outbox_id, _WAY.c.plugin, _WAY.c.attempts, _WAY.c.not_before)
        .add_columns(_EVENT.c.event, _EVENT.c.payload, _EVENT.c.org_path, _EVENT.c.actor_id)
        .join_from(_WAY, _EVENT, _EVENT.c.id == _WAY.c.outbox_id)
        .where(_due(qimen.clock.now()))
        .order_by(_WAY.c.outbox_id, _WAY.c.plugin)
        .limit(limit)
    )
    with bookkeeping(qimen.db, write=False) as book:
        waiting = book.rows(wanted)
    taken = 0
    for plugin in dict.fromkeys(way.plugin for way in waiting):
        mine = [way for way in waiting if way.plugin == plugin]
        for start in range(0, len(mine), _BATCH):
            taken += _deliver_some(qimen, mine[start : start + _BATCH])
    _close(qimen, {way.outbox_id for way in waiting})
    return taken


def purge_delivered(qimen: "Qimen") -> int:
    """Remove events that everybody took more than 30 days ago and return how many."""
    old = _EVENT.c.delivered_at < qimen.clock.now() - _KEEP
    with bookkeeping(qimen.db) as book:
        book.write(delete(_WAY).where(_WAY.c.outbox_id.in_(select(_EVENT.c.id).where(old))))
        return book.write(delete(_EVENT).where(old))


def _due(now: datetime) -> Any:
    return (_WAY.c.state == "pending") & (_WAY.c.not_before <= now)


def _unaddressed() -> Any:
    addressed = exists().where(_WAY.c.outbox_id == _EVENT.c.id)
    return (
        select(_EVENT.c.id).where(_EVENT.c.delivered_at.is_(None), ~addressed).order_by(_EVENT.c.id)
    )


def _address(qimen: "Qimen") -> None:
    """Give each new event one delivery per plugin that listens."""
    plugins = qimen.hooks.implementers("on_event")
    now = qimen.clock.now()
    with bookkeeping(qimen.db, write=False) as book:
        ids = [row.id for row in book.rows(_unaddressed().limit(1000))]
    if not ids:
        return
    with bookkeeping(qimen.db) as book:
        if plugins:
            _insert_ways(book, [(event, plugin) for event in ids for plugin in plugins], now)
        else:
            done = update(_EVENT).where(_EVENT.c.id.in_(ids)).values(delivered_at=now)
            book.write(done)


def _insert_ways(book: Bookkeeping, pairs: Sequence[tuple[int, str]], now: datetime) -> None:
    dialect = sqlite if book.dialect == "sqlite" else postgresql
    start = {"state": "pending", "attempts": 0, "not_before": now, "error": ""}
    for event, plugin in pairs:
        row = dialect.insert(_WAY).values(outbox_id=event, plugin=plugin, **start)
        book.write(row.on_conflict_do_nothing())


def _deliver_some(qimen: "Qimen", ways: Sequence[Row[Any]]) -> int:
    """Make one plugin's deliveries that no other worker makes; two commits however many."""
    now = qimen.clock.now()
    with bookkeeping(qimen.db) as book:
        mine = []
        for way in ways:
            same = _pending(way) & (_WAY.c.not_before == way.not_before)
            if book.write(update(_WAY).where(same).values(not_before=now + _TURN)):
                mine.append(way)
    with qimen.db.session() as session:
        outcomes = [(way, _try(qimen, session, way)) for way in mine]
    with bookkeeping(qimen.db) as book:
        for way, values in outcomes:
            book.write(update(_WAY).where(_pending(way)).values(values))
    return sum(values.get("state") == "done" for _way, values in outcomes)


def _pending(way: Row[Any]) -> ColumnElement[bool]:
    return and_(
        _WAY.c.outbox_id == way.outbox_id, _WAY.c.plugin == way.plugin, _WAY.c.state == "pending"
    )


def _try(qimen: "Qimen", session: "QimenSession", way: Row[Any]) -> dict[str, object]:
    """Call the plugin and return what its delivery row becomes."""
    now = qimen.clock.now()
    try:
        ctx = qimen.system_context(session)
        if not ctx.plugin_on(way.plugin, way.org_path):
            return {"not_before": now + _WAIT_WHILE_OFF}
        qimen.hooks.on_event(ctx, way.plugin, way.event, way.payload, way.actor_id)
    except HookFailed as error:
        return _after_failure(way, now, str(error))
    finally:
        # The next event finds what this one committed, and nothing of what it left half-done.
        session.rollback()
        session.expunge_all()
    return {"state": "done", "error": ""}


def _after_failure(way: Row[Any], now: datetime, error: str) -> dict[str, object]:
    attempts = way.attempts + 1
    log.warning("event_not_taken", name=way.event, plugin=way.plugin, attempts=attempts)
    values: dict[str, object] = {"attempts": attempts, "error": error[:400]}
    if attempts >= MOST_ATTEMPTS:
        return {**values, "state": "dead"}
    return {**values, "not_before": now + min(_FIRST_DELAY * 2**way.attempts, _LONGEST_DELAY)}


def _close(qimen: "Qimen", ids: set[int]) -> None:
    """Mark the events whose every delivery has ended."""
    if not ids:
        return
    waiting = exists().where(_WAY.c.outbox_id == _EVENT.c.id, _WAY.c.state == "pending")
    ended = update(_EVENT).where(_EVENT.c.id.in_(ids), ~waiting)
    with bookkeeping(qimen.db) as book:
        book.write(ended.values(delivered_at=qimen.clock.now()))
