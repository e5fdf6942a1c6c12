"""What the database holds after a kill, read with plain SQL: nothing lost, nothing half done."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from threading import Condition

from sqlalchemy import Connection, create_engine, text

__all__ = ["Acknowledged", "faults"]


@dataclass
class Acknowledged:
    """What clients were told was done; shared by threads."""

    registered: dict[str, int] = field(default_factory=dict)
    accepted: set[int] = field(default_factory=set)
    cut_off: int = 0
    _changed: Condition = field(default_factory=Condition, repr=False)

    def note_registered(self, title: str, order_id: int) -> None:
        """Keep that a request was registered under an id."""
        with self._changed:
            self.registered[title] = order_id
            self._changed.notify_all()

    def note_accepted(self, order_id: int) -> None:
        """Keep that a request was accepted."""
        with self._changed:
            self.accepted.add(order_id)
            self._changed.notify_all()

    def note_cut_off(self) -> None:
        """Keep that a client was waiting for its answer when the server died."""
        with self._changed:
            self.cut_off += 1

    def wait_for(self, total: int, seconds: float = 60) -> bool:
        """Wait until so many writes are acknowledged; return whether they were in time."""
        with self._changed:
            return self._changed.wait_for(lambda: self.total >= total, seconds)

    @property
    def total(self) -> int:
        """How many writes were acknowledged."""
        return len(self.registered) + len(self.accepted)


#: Each finds rows that a half transaction would leave; ``{}`` is what is wrong with them.
_HALVES = {
    "order {} without history": """
        SELECT o.id FROM orders_order o LEFT JOIN orders_history h ON h.order_id = o.id
        WHERE h.id IS NULL""",
    "order {} without a clock": """
        SELECT o.id FROM orders_order o LEFT JOIN orders_clock c ON c.order_id = o.id
        WHERE c.id IS NULL""",
    "order {} without its petition": """
        SELECT o.id FROM orders_order o LEFT JOIN petitions_petition p ON p.order_id = o.id
        WHERE p.order_id IS NULL""",
    "petition {} without its order": """
        SELECT p.order_id FROM petitions_petition p LEFT JOIN orders_order o ON o.id = p.order_id
        WHERE o.id IS NULL""",
    "history {} without its order": """
        SELECT h.id FROM orders_history h LEFT JOIN orders_order o ON o.id = h.order_id
        WHERE o.id IS NULL""",
    "order {} is not in the state its history ends in": """
        SELECT o.id FROM orders_order o JOIN orders_history h ON h.order_id = o.id
        WHERE h.id = (SELECT max(i.id) FROM orders_history i WHERE i.order_id = o.id)
        AND h.target <> o.state""",
    "accepted order {} without a handling clock": """
        SELECT o.id FROM orders_order o WHERE o.state = 'accepted' AND NOT EXISTS
        (SELECT 1 FROM orders_clock c WHERE c.order_id = o.id AND c.kind = 'handling')""",
}


def faults(url: str, told: Acknowledged, audit_actions: tuple[str, ...]) -> list[str]:
    """Return what is wrong, one sentence each; empty when all is well.

    Args:
        url: The database's.
        told: What clients were told.
        audit_actions: The audit's actions that each leave one line of history.
    """
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            if engine.dialect.name == "postgresql":
                # Row-level security shows nothing to who declares no reach.
                connection.execute(text("SELECT set_config('qimen.reach', '*', true)"))
            return [
                *_lost(connection, told),
                *_halves(connection),
                *_unaudited(connection, audit_actions),
            ]
    finally:
        engine.dispose()


def _lost(connection: Connection, told: Acknowledged) -> Iterator[str]:
    rows = connection.execute(text("SELECT id, title, state FROM orders_order")).all()
    by_title = {row.title: row.id for row in rows}
    state = {row.id: row.state for row in rows}
    for title, order_id in told.registered.items():
        if title not in by_title:
            yield f"lost: {title} was acknowledged"
        elif order_id and by_title[title] != order_id:
            yield f"{title} was acknowledged as {order_id} and is {by_title[title]}"
    for order_id in told.accepted:
        if state.get(order_id) != "accepted":
            yield f"lost: acceptance of {order_id} was acknowledged, it is {state.get(order_id)}"


def _halves(connection: Connection) -> Iterator[str]:
    for sentence, query in _HALVES.items():
        for (number,) in connection.execute(text(query)):
            yield sentence.format(number)


def _unaudited(connection: Connection, actions: tuple[str, ...]) -> Iterator[str]:
    """Every line of history came with one row of audit, and the other way round."""
    (history,) = connection.execute(text("SELECT count(*) FROM orders_history")).one()
    names = ", ".join(f":a{n}" for n in range(len(actions)))
    (audit,) = connection.execute(
        text(f"SELECT count(*) FROM core_audit WHERE action IN ({names})"),
        {f"a{n}": action for n, action in enumerate(actions)},
    ).one()
    if history != audit:
        yield f"{history} lines of history, {audit} rows of audit"
