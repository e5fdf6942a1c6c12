"""Lending a row and taking it back, in the unit of work of whatever makes it necessary."""

from typing import TYPE_CHECKING, NamedTuple

from sqlmodel import select
from sqlmodel.sql.expression import SelectOfScalar

from qimen_core.db.scoped import Scoped
from qimen_core.lending.models import Lent
from qimen_core.lending.references import RowRef, reference_of

if TYPE_CHECKING:
    from qimen_core.context import Context
    from qimen_core.db.work import UnitOfWork
    from qimen_core.files import Place

__all__ = ["Borrower", "borrowers", "lend", "take_back"]


class Borrower(NamedTuple):
    """A unit that a row is lent to."""

    id: int
    path: str


def lend(uow: "UnitOfWork", row: Scoped | RowRef, unit: "Place") -> bool:
    """Let a unit read a row and make a taker's moves on it, wherever the row lies.

    What the unit's people may do with it is what they hold there by permissions that are ``lent``.
    A unit that reaches the row anyway needs no loan and gets none.

    Args:
        uow: The open unit of work; its permission covers the row.
        row: A row whose class declares ``lent_as``, or its :class:`RowRef`.
        unit: Who borrows: anything with ``id`` and ``path``.

    Returns:
        Whether the row was lent now; False where it was, or where the unit reaches it anyway.

    Raises:
        Forbidden: The row lies out of reach of the unit of work's permission.
        ValueError: The row's class is never lent, or the row has no id yet.
    """
    ref = _checked(uow, row)
    if ref.path.startswith(unit.path) or unit.id in {each.org_id for each in _loans(uow, ref)}:
        return False
    uow.session.add(Lent(kind=ref.kind, row_id=ref.row_id, org_id=unit.id or 0, org_path=unit.path))
    uow.session.flush()
    return True


def take_back(uow: "UnitOfWork", row: Scoped | RowRef, unit_id: int | None = None) -> int:
    """End a unit's loan of a row, or every loan of it; return how many ended.

    It holds at the next request, as a revoked right does. Take a row back before it is deleted.

    Args:
        uow: The open unit of work; its permission covers the row.
        row: The row, or its :class:`RowRef`.
        unit_id: Whose loan; everybody's when left out.

    Raises:
        Forbidden: The row lies out of reach of the unit of work's permission.
        ValueError: The row's class is never lent, or the row has no id yet.
    """
    ended = [each for each in _loans(uow, _checked(uow, row)) if unit_id in {None, each.org_id}]
    for loan in ended:
        uow.session.delete(loan)
    uow.session.flush()
    return len(ended)


def borrowers(ctx: "Context", row: Scoped | RowRef) -> list[Borrower]:
    """Return the units that a row is lent to; whether the row may be seen is the caller's care."""
    ref = reference_of(row)
    if ref is None:
        return []
    return [Borrower(each.org_id, each.org_path) for each in ctx.session.scalars(_of(ref))]


def _checked(uow: "UnitOfWork", row: Scoped | RowRef) -> RowRef:
    ref = reference_of(row)
    if ref is None:
        raise ValueError(f"{type(row).__name__} has no id or declares no lent_as; see lending rows")
    uow.check_reach(ref.path, ref)
    return ref


def _loans(uow: "UnitOfWork", ref: RowRef) -> list[Lent]:
    return list(uow.session.scalars(_of(ref)))


def _of(ref: RowRef) -> "SelectOfScalar[Lent]":
    return select(Lent).where(Lent.kind == ref.kind, Lent.row_id == ref.row_id)
