"""Sign-ins: ids of 128 bits that only we issue, stored as hashes, with two limits of time."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import Row, bindparam, delete, insert, select, update
from sqlmodel import Session

from qimen_core.access.models import UserAccount, WebSession
from qimen_core.access.policy import Policy
from qimen_core.clock import Clock
from qimen_core.db.bookkeeping import bookkeeping
from qimen_core.db.engine import Database
from qimen_core.db.session import _SCOPED
from qimen_core.db.watch import CURRENT
from qimen_core.org.models import OrgUnit

__all__ = ["Device", "SignIn", "SignIns"]

_TOUCH = timedelta(minutes=1)
_GRACE = timedelta(seconds=30)
"""How long an id that was replaced still works, for requests that were under way."""

_session = WebSession.__table__.c  # type: ignore[attr-defined]
_user = UserAccount.__table__.c  # type: ignore[attr-defined]
_unit = OrgUnit.__table__.c  # type: ignore[attr-defined]

_FIND = (
    select(
        _session.id,
        _session.user_id,
        _session.csrf,
        _session.rights_version,
        _session.created_at,
        _session.seen_at,
        _session.expires_at,
        _user.username,
        _user.name,
        _user.state,
        _user.must_change_password,
        _user.password_changed_at,
        _user.totp_enabled,
        _user.rights_version.label("rights_now"),
        _user.org_id,
        _user.org_path,
        _user.person_id,
        _unit.name.label("unit"),
        CURRENT.scalar_subquery().label("epoch"),
    )
    .join(UserAccount.__table__, _user.id == _session.user_id)  # type: ignore[attr-defined]
    .join(OrgUnit.__table__, _unit.id == _user.org_id)  # type: ignore[attr-defined]
    .where(_session.token_hash == bindparam("token_hash"), _session.revoked_at.is_(None))
    # Nobody is known yet, so there is nobody to scope by.
    .execution_options(**{_SCOPED: "core.session"})
)


@dataclass(frozen=True, slots=True)
class SignIn:
    """A live sign-in and the account behind it."""

    id: int
    user_id: int
    csrf: str
    rights_version: int
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    username: str
    name: str
    state: str
    must_change_password: bool
    password_changed_at: datetime | None
    totp_enabled: bool
    rights_now: int
    org_id: int
    org_path: str
    person_id: int | None
    unit: str
    epoch: int | None

    @property
    def rights_changed(self) -> bool:
        """Return whether grants changed since this id was issued, so that it must be replaced."""
        return self.rights_version != self.rights_now


@dataclass(frozen=True)
class Device:
    """One line of a person's own list of sign-ins."""

    id: int
    created_at: datetime
    seen_at: datetime
    address: str
    agent: str


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()


class SignIns:
    """The store of sign-ins.

    Args:
        database: Where they are kept.
        clock: The time source.
        policy: How long they last.
    """

    def __init__(self, database: Database, clock: Clock, policy: Policy) -> None:
        self._database = database
        self._clock = clock
        self._idle = timedelta(minutes=policy.idle_minutes)
        self._absolute = timedelta(hours=policy.absolute_hours)

    def find(self, session: Session, token: str) -> SignIn | None:
        """Return the sign-in of an id, or None: unknown, idle too long, expired or revoked.

        Reads one row by its unique index and writes nothing.
        """
        # Straight to the connection: every request asks this, and nobody is known to scope by.
        asked = {"token_hash": _hash(token)}
        row: Row[*tuple[Any, ...]] | None = session.connection().execute(_FIND, asked).first()
        if row is None:
            return None
        found = SignIn(*row)
        now = self._clock.now()
        if now >= found.expires_at or now - found.seen_at >= self._idle:
            return None
        return found

    def start(self, user_id: int, rights_version: int, address: str, agent: str) -> str:
        """Issue an id for an account that has just proved itself, and return it."""
        token, now = secrets.token_urlsafe(16), self._clock.now()
        with bookkeeping(self._database) as work:
            work.write(
                insert(WebSession).values(
                    token_hash=_hash(token),
                    user_id=user_id,
                    csrf=secrets.token_urlsafe(24),
                    rights_version=rights_version,
                    created_at=now,
                    seen_at=now,
                    expires_at=now + self._absolute,
                    address=address[:64],
                    agent=agent[:200],
                )
            )
        return token

    def replace(self, old: SignIn, address: str, agent: str) -> str:
        """Give a sign-in a new id, because its rights changed, and return it.

        The old id dies within 30 seconds: requests already under way are not thrown out.
        The limits of time and the form token stay what they were.
        """
        token, now = secrets.token_urlsafe(16), self._clock.now()
        with bookkeeping(self._database) as work:
            work.write(
                insert(WebSession).values(
                    token_hash=_hash(token),
                    user_id=old.user_id,
                    csrf=old.csrf,
                    rights_version=old.rights_now,
                    created_at=old.created_at,
                    seen_at=now,
                    expires_at=old.expires_at,
                    address=address[:64],
                    agent=agent[:200],
                )
            )
            work.write(
                update(WebSession)
                .where(_session.id == old.id)
                .values(rights_version=old.rights_now, expires_at=min(old.expires_at, now + _GRACE))
            )
        return token

    def touch(self, found: SignIn) -> bool:
        """Note that the sign-in is in use, at most once a minute; return whether it was noted."""
        now = self._clock.now()
        if now - found.seen_at < _TOUCH:
            return False
        with bookkeeping(self._database) as work:
            work.write(
                update(WebSession)
                .where(_session.id == found.id, _session.seen_at < now)
                .values(seen_at=now)
            )
        return True

    def devices(self, session: Session, user_id: int) -> Sequence[Device]:
        """Return an account's live sign-ins, the latest used first."""
        now = self._clock.now()
        rows = session.execute(
            select(
                _session.id, _session.created_at, _session.seen_at, _session.address, _session.agent
            )
            .where(
                _session.user_id == user_id,
                _session.revoked_at.is_(None),
                _session.expires_at > now,
                _session.seen_at > now - self._idle,
            )
            .order_by(_session.seen_at.desc(), _session.id.desc())
        )
        return [Device(*row) for row in rows]

    def revoke(self, user_id: int, sign_in_id: int | None = None, keep: int | None = None) -> int:
        """End one sign-in of an account, or all of them but ``keep``; return how many ended."""
        statement = update(WebSession).where(
            _session.user_id == user_id, _session.revoked_at.is_(None)
        )
        if sign_in_id is not None:
            statement = statement.where(_session.id == sign_in_id)
        if keep is not None:
            statement = statement.where(_session.id != keep)
        with bookkeeping(self._database) as work:
            return work.write(statement.values(revoked_at=self._clock.now()))

    def forget_old(self) -> int:
        """Delete the sign-ins that ended more than a day ago and return how many went."""
        before = self._clock.now() - timedelta(days=1)
        with bookkeeping(self._database) as work:
            return work.write(delete(WebSession).where(_session.expires_at < before))
