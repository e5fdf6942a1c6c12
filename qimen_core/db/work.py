"""The unit of work: data, history, audit and outbox in one transaction, acknowledged after it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import Delete, Update, insert, inspect
from sqlalchemy.orm import Session
from sqlmodel import SQLModel

from qimen_core.audit.chain import append
from qimen_core.audit.models import AuditHead, AuditRow
from qimen_core.db.engine import WRITE, Database
from qimen_core.db.path_lock import hold_paths
from qimen_core.db.scoped import Scoped
from qimen_core.db.session import _SCOPED, QimenSession, _as_scope, refuse
from qimen_core.events.models import Outbox
from qimen_core.jobs.models import Job
from qimen_core.lending.conditions import visible_rows
from qimen_core.lending.references import RowRef

if TYPE_CHECKING:
    from qimen_core.context import Context

__all__ = ["UnitOfWork", "unit_of_work"]

CHUNK = 5000
# The machinery's own rows: their being written is not what the audit is about.
_OWN = (Outbox, Job, AuditRow, AuditHead)


class UnitOfWork:
    """What a use case writes with; made by :func:`unit_of_work`.

    Attributes:
        session: The session, scoped to ``permission``.
        ctx: Who acts.
        permission: The right that covers every row written.
        after_commit: Steps outside the database for when the rows are there for good.
        after_rollback: Steps that take back what was done outside the database.
    """

    def __init__(
        self, ctx: "Context", action: str, permission: str, subject: str, unit: str
    ) -> None:
        self.ctx = ctx
        self.session: QimenSession = ctx.session
        self.action = action
        self.permission = permission
        self.subject = subject
        self.unit = unit
        self.reason = ""
        self.moving = False
        self.changes: dict[str, dict[str, str]] = {}
        self.after_commit: list[Callable[[], None]] = []
        self.after_rollback: list[Callable[[], None]] = []

    def check_reach(self, path: str, row: Scoped | RowRef | None = None) -> None:
        """Refuse a row that the permission does not reach.

        Args:
            path: Where the row lies.
            row: The row, or the one that it is read through: a loan of it is reach enough.

        Raises:
            Forbidden: ``permission`` does not hold at ``path``, nor is the row lent.
        """
        if self.ctx.can(self.permission, path):
            return
        if row is None or not self.ctx.can_on(self.permission, row):
            raise refuse(self.permission, path)

    def note(self, session: Session, row: object) -> None:
        """Keep for the audit which fields of ``row`` this flush changes."""
        if not isinstance(row, SQLModel) or isinstance(row, _OWN):
            return
        state = inspect(row)
        table = str(row.__tablename__)
        masked = self.ctx.qimen.registry.masked_columns
        fields = self.changes.setdefault(table, {})
        for name, attribute in state.attrs.items():
            history = attribute.history
            if row in session.deleted:
                fields[name] = "−"
            elif history.has_changes() and (history.added != [None] or history.deleted):
                value = history.added[0] if history.added else None
                fields[name] = "***" if f"{table}.{name}" in masked else _short(value)

    def claim(self, statement: Update | Delete) -> int:
        """Run a conditional UPDATE or DELETE and return how many rows it won.

        This is how a race is decided: ``UPDATE … WHERE state = expected``; 0 means that
        somebody else was first. On a scoped table the scope's condition is added.

        Args:
            statement: An ORM-enabled ``update(Model)`` or ``delete(Model)``.
        """
        self.session.flush()
        table = statement.table
        model = statement.entity_description.get("entity")
        if isinstance(model, type) and issubclass(model, Scoped):
            statement = statement.where(visible_rows(self.ctx, self.permission, model))
        done = self.session.execute(
            statement.execution_options(**{_SCOPED: self.permission, "synchronize_session": False})
        )
        count: int = done.rowcount  # type: ignore[attr-defined]
        if count:
            values = getattr(statement, "_values", None) or {}
            name = getattr(table, "name", "?")
            masked = self.ctx.qimen.registry.masked_columns
            fields = self.changes.setdefault(name, {})
            for column in values:
                key = getattr(column, "key", str(column))
                value = getattr(values[column], "value", None)
                fields[key] = "***" if f"{name}.{key}" in masked else _short(value)
        return count

    def insert(self, model: type[SQLModel], rows: Sequence[Mapping[str, Any]]) -> int:
        """Insert many rows by Core in chunks of 5000 and return their number.

        Raises:
            Forbidden: A scoped row lies out of reach.
        """
        if issubclass(model, Scoped):
            for path in {row[model.scope_column] for row in rows}:
                self.check_reach(path)
        statement = insert(model.__table__).execution_options(  # type: ignore[attr-defined]
            **{_SCOPED: self.permission}
        )
        for start in range(0, len(rows), CHUNK):
            self.session.execute(statement, list(rows[start : start + CHUNK]))
        counted = self.changes.setdefault(str(model.__tablename__), {})
        counted["rows"] = str(int(counted.get("rows", "0")) + len(rows))
        return len(rows)

    def emit(self, event: str, payload: Mapping[str, Any], unit: str = "") -> None:
        """Put an event into the outbox; it is delivered after the commit.

        Args:
            event: A name registered by ``register_events``.
            payload: JSON-able values, no personal data.
            unit: Path of the unit it concerns; the unit of work's own when left out.
        """
        self.ctx.qimen.registry.event(event)
        self.session.add(
            Outbox(
                event=event,
                payload=dict(payload),
                org_path=unit or self.unit,
                actor_id=self.ctx.actor.user_id,
                created_at=self.ctx.now,
            )
        )

    def enqueue(self, name: str, payload: Mapping[str, Any] | None = None, unit: str = "") -> Job:
        """Write a job into this transaction; a worker finds it after the commit.

        Args:
            name: A name registered by ``register_jobs``.
            payload: JSON-able arguments.
            unit: Path of the unit it concerns.
        """
        spec = self.ctx.qimen.registry.job(name)
        job = Job(
            kind=spec.name,
            payload=dict(payload or {}),
            org_path=unit or self.unit,
            user_id=self.ctx.actor.user_id,
            max_attempts=spec.attempts,
            created_at=self.ctx.now,
            not_before=self.ctx.now,
        )
        self.session.add(job)
        self.session.flush()
        return job


@contextmanager
def unit_of_work(
    ctx: "Context",
    action: str,
    *,
    permission: str = "",
    subject: str = "",
    unit: str = "",
    reason: str = "",
    moving: bool = False,
) -> Iterator[UnitOfWork]:
    """Open the one transaction of a use case.

    Load what you change inside it: rows loaded before are let go. It writes exactly one audit
    row; the caller may acknowledge when the block has ended without an error.

    Args:
        ctx: Who acts; its session is used.
        action: What is done, e.g. ``petitions.order.accept``; stands in the audit.
        permission: The right that covers every row written; ``action`` when left out.
        subject: What it is done to, e.g. ``orders_order:17``.
        unit: Path of the unit it concerns.
        reason: Why, where a reason is asked for.
        moving: It moves units: it waits until no other unit of work is under way.

    Raises:
        RuntimeError: A unit of work is already open on this session.
        Forbidden: A written row lies out of reach of ``permission``.
    """
    session = ctx.session
    if "uow" in session.info:
        raise RuntimeError(f"unit_of_work({action!r}) inside another; pass the open one on")
    database: Database = session.info["database"]
    uow = UnitOfWork(ctx, action, permission or action, subject, unit)
    uow.reason = reason
    uow.moving = moving
    # What this request remembers from now on could be older than what it writes.
    session.info.pop("epoch", None)
    with database.writing(), _as_scope(session, (ctx, uow.permission)):
        session.expunge_all()
        session.rollback()
        session.connection(execution_options={WRITE: True})
        session.info["uow"] = uow
        try:
            hold_paths(session, moving=moving)
            yield uow
            session.flush()
            anchor = append(uow)
            session.commit()
        except BaseException:
            session.rollback()
            _call(uow.after_rollback)
            raise
        finally:
            del session.info["uow"]
    ctx.qimen.committed(anchor)
    _call(uow.after_commit)


def _call(steps: list[Callable[[], None]]) -> None:
    for step in steps:
        step()


def _short(value: object) -> str:
    text = "" if value is None else str(value)
    return text if len(text) <= 60 else text[:57] + "…"
