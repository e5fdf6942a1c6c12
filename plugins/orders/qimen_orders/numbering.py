"""Numbers of orders: one sequence per owner, unit and year, counted by the database."""

# lint-ok-file: sql-bulk -- the counter's UPDATE decides the race

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from qimen_core import UnitOfWork
from qimen_orders.models import OrderSequence

__all__ = ["format_number", "next_number"]

# Digits of the province and city say nothing inside one deployment.
_SHARED_DIGITS = 4


def next_number(uow: UnitOfWork, owner: str, org_id: int, year: int) -> int:
    """Return the next number of a unit's year; no two units of work get the same.

    The row stays locked until the commit, so a rolled back unit of work leaves no gap.
    """
    taken = _advance(uow, owner, org_id, year)
    if taken is not None:
        return taken
    try:
        with uow.session.begin_nested():
            uow.session.add(OrderSequence(owner=owner, org_id=org_id, year=year, last=1))
    except IntegrityError:  # somebody else began the year at the same moment
        taken = _advance(uow, owner, org_id, year)
        if taken is None:
            raise
        return taken
    return 1


def format_number(year: int, code: str | None, org_id: int, sequence: int) -> str:
    """Return an order's number as it is printed, e.g. ``2026-24100001-0012``.

    Args:
        year: The year of the sequence, in Asia/Shanghai.
        code: The unit's division code, if it has one.
        org_id: Stands in for a missing code.
        sequence: The number within unit and year.
    """
    place = code[_SHARED_DIGITS:] if code else f"U{org_id}"
    return f"{year}-{place}-{sequence:04d}"


def _advance(uow: UnitOfWork, owner: str, org_id: int, year: int) -> int | None:
    counted = (
        update(OrderSequence)
        .where(
            OrderSequence.owner == owner,  # type: ignore[arg-type]
            OrderSequence.org_id == org_id,  # type: ignore[arg-type]
            OrderSequence.year == year,  # type: ignore[arg-type]
        )
        .values(last=OrderSequence.last + 1)
        .returning(OrderSequence.last)  # type: ignore[call-overload]
        .execution_options(synchronize_session=False)
    )
    return uow.session.execute(counted).scalar_one_or_none()
