"""Which accounts a person signs in with: for showing what somebody did on the person's page."""

from sqlalchemy import select

from qimen_core.access.models import UserAccount
from qimen_core.context import Context
from qimen_core.db.session import unscoped

__all__ = ["accounts_of"]

_user = UserAccount.__table__.c  # type: ignore[attr-defined]


def accounts_of(ctx: Context, person_id: int) -> list[int]:
    """Return the numbers of a person's accounts, closed ones too; empty without any.

    The numbers alone: what the accounts may do is the security administrator's business, and
    whether the person is in the actor's reach the caller's.
    """
    with unscoped(ctx.session):
        wanted = select(_user.id).where(_user.person_id == person_id).order_by(_user.id)
        return list(ctx.session.scalars(wanted))
