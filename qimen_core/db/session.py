"""The scope: no query on scoped rows without one, no write outside a unit of work."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import ColumnElement, Connection, Select, Table, event, not_
from sqlalchemy.orm import ORMExecuteState, with_loader_criteria
from sqlalchemy.sql import visitors
from sqlmodel import Session

from qimen_core.db.row_security import EVERYTHING, declare, reach_of
from qimen_core.db.scoped import Scoped, scoped_classes
from qimen_core.errors import Forbidden
from qimen_core.lending.conditions import borrowed, visible_rows

if TYPE_CHECKING:
    from qimen_core.context import Context

__all__ = [
    "QimenSession",
    "UnscopedQuery",
    "WriteOutsideUnitOfWork",
    "handed",
    "scope",
    "scoped",
    "unscoped",
]

_SCOPED = "qimen_scoped"
_ALL = "all"
S = TypeVar("S", bound=Select[Any])


class UnscopedQuery(RuntimeError):
    """A query on scoped rows that says nothing about whose rows; a fault of the program."""


class WriteOutsideUnitOfWork(RuntimeError):
    """A write that no unit of work covers, so no audit; a fault of the program."""


class QimenSession(Session):
    """A session that refuses scoped rows without a scope and writes without a unit of work."""


@contextmanager
def scope(session: Session, ctx: "Context", permission: str) -> Iterator[Session]:
    """Limit the session's queries to the rows that ``ctx`` reaches by ``permission``.

    Scopes nest; the inner one counts. Rows loaded under another scope are let go, so that no
    row slips through the identity map.

    Args:
        session: The session to limit.
        ctx: Who asks.
        permission: By what right, e.g. ``petitions.order.read``.
    """
    with _as_scope(session, (ctx, permission)):
        yield session


@contextmanager
def unscoped(session: Session) -> Iterator[Session]:
    """Let core read all rows: before anybody is known, or for the structure of the tree.

    Not part of the public names: a plugin never needs it.
    """
    with _as_scope(session, _ALL):
        yield session


@contextmanager
def _as_scope(session: Session, value: object) -> Iterator[None]:
    before = session.info.get("scope")
    lets_go = before is not None and value != before and "uow" not in session.info
    if lets_go:
        session.expunge_all()
    _enter(session, value)
    try:
        yield
    finally:
        if lets_go:
            session.expunge_all()
        _enter(session, before)


def _enter(session: Session, value: object) -> None:
    before = _reach(session)
    session.info["scope"] = value
    # After a failed flush there is no transaction to tell; its rollback brings the reach back.
    if session.in_transaction() and session.is_active and _reach(session) != before:
        declare(session.connection(), _reach(session))


def _reach(session: Session) -> str:
    current = session.info.get("scope")
    return EVERYTHING if current in (None, _ALL) else reach_of(current[0])


@event.listens_for(QimenSession, "after_begin")
def _declare_reach(session: Session, _transaction: object, connection: Connection) -> None:
    declare(connection, _reach(session))


def scoped(statement: S, ctx: "Context", permission: str, column: "ColumnElement[str] | Any") -> S:
    """Return a Core statement limited to what ``ctx`` reaches by ``permission``.

    Hot lists read Core rows; they say their scope by this function, an unmarked Core statement
    on a scoped table raises :class:`UnscopedQuery`.

    Args:
        statement: A ``select``.
        ctx: Who asks.
        permission: By what right.
        column: The column that holds the path, e.g. ``orders_order.c.org_path``.
    """
    limited = statement.where(ctx.visible(permission, column))
    return limited.execution_options(**{_SCOPED: permission})


def handed(statement: S, ctx: "Context", permission: str, model: type[Scoped]) -> S:
    """Return a Core statement limited to what is lent to the actor and not in reach anyway.

    The counterpart of :func:`scoped` for the one list "handed to us": every other list leaves lent
    rows out, so that a loan changes no count and costs no list its index.

    Args:
        statement: A ``select`` from the model's table.
        ctx: Who asks.
        permission: By what right; nothing is found by one that is not ``lent``.
        model: The class whose rows are meant; it declares ``lent_as``.
    """
    reached = ctx.visible(permission, getattr(model, model.scope_column))
    limited = statement.where(borrowed(ctx, permission, model), not_(reached))
    return limited.execution_options(**{_SCOPED: permission})


@event.listens_for(QimenSession, "do_orm_execute")
def _limit(state: ORMExecuteState) -> None:
    session = state.session
    writes = state.is_insert or state.is_update or state.is_delete
    if writes and "uow" not in session.info:
        raise WriteOutsideUnitOfWork(f"write outside unit_of_work: {state.statement}")
    if state.is_column_load or state.execution_options.get(_SCOPED):
        return
    current = session.info.get("scope")
    if current == _ALL:
        return
    classes = _scoped_in(state)
    if not classes:
        return
    if current is None:
        names = ", ".join(sorted(cls.__name__ for cls in classes))
        raise UnscopedQuery(f"query on {names} without scope(session, ctx, permission)")
    if not state.is_orm_statement:
        raise UnscopedQuery("Core statement on a scoped table; build it with scoped(…)")
    ctx, permission = current
    state.statement = state.statement.options(*(_criteria(cls, ctx, permission) for cls in classes))


def _scoped_in(state: ORMExecuteState) -> set[type[Scoped]]:
    known = _classes()
    return {
        known[element]
        for element in visitors.iterate(state.statement)  # type: ignore[arg-type]
        if isinstance(element, Table) and element in known
    }


_cache: dict[Table, type[Scoped]] = {}


def _classes() -> dict[Table, type[Scoped]]:
    if not _cache:
        _cache.update(scoped_classes())
    return _cache


def forget_classes() -> None:
    """Look the scoped classes up anew; the loader calls it after it has loaded plugins."""
    _cache.clear()


def _criteria(cls: type[Scoped], ctx: "Context", permission: str) -> Any:
    return with_loader_criteria(cls, visible_rows(ctx, permission, cls), include_aliases=True)


@event.listens_for(QimenSession, "before_flush")
def _check_writes(session: Session, _flush: object, _instances: object) -> None:
    uow = session.info.get("uow")
    changed = [row for row in session.dirty if session.is_modified(row)]
    rows = [*session.new, *changed, *session.deleted]
    if not rows:
        return
    if uow is None:
        raise WriteOutsideUnitOfWork(f"write outside unit_of_work: {type(rows[0]).__name__}")
    for row in rows:
        if isinstance(row, Scoped):
            uow.check_reach(getattr(row, row.scope_column), row)
        uow.note(session, row)


def refuse(permission: str, path: str) -> Forbidden:
    """Return the refusal of a write out of reach; the log gets the details, the screen does not."""
    return Forbidden(f"{permission} does not reach {path}")
