"""Failed logins counted in the database: by account, by address and for everybody.

A try is counted before the password is looked at and given back when it was right. So a hundred
tries sent at once get no more answers than a hundred sent one by one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import ColumnElement, case, delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from qimen_core.access.models import Throttle as Row
from qimen_core.access.policy import Policy
from qimen_core.clock import Clock
from qimen_core.db.bookkeeping import Bookkeeping, bookkeeping
from qimen_core.db.engine import Database
from qimen_core.errors import Throttled
from qimen_core.i18n import translations

__all__ = ["Limit", "Reservation", "Throttle", "account_key", "address_key", "login_limits"]

_ = translations("qimen_core")

_row = Row.__table__.c  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Limit:
    """At most ``tries`` per ``minutes`` under one key.

    Args:
        key: What is counted, e.g. ``account:…``.
        tries: How many tries are answered.
        minutes: The window, and how long the pause lasts from the last try.
        forgiven: Whether success wipes the slate; otherwise it only gives its own try back.
    """

    key: str
    tries: int
    minutes: int
    forgiven: bool = False


def account_key(username: str) -> str:
    """Return the key of an account, known or not; the name itself is not stored."""
    return "account:" + sha256(username.casefold().encode()).hexdigest()[:40]


def address_key(address: str) -> str:
    """Return the key of a network address; an IPv6 network of 64 bits counts as one."""
    if ":" in address:
        address = ":".join(address.split(":")[:4]) + "::/64"
    return f"address:{address}"[:80]


def login_limits(policy: Policy, username: str, address: str) -> tuple[Limit, ...]:
    """Return the three limits of a login by the deployment's policy."""
    minutes = policy.lock_minutes
    return (
        Limit(account_key(username), policy.failures, minutes, forgiven=True),
        Limit(address_key(address), policy.address_failures, minutes),
        Limit("global", policy.global_failures, minutes),
    )


class Throttle:
    """Counts tries.

    Args:
        database: Where they are counted, shared by all workers.
        clock: The time source.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def reserve(self, limits: Sequence[Limit]) -> "Reservation":
        """Count a try under every limit before it is answered.

        Raises:
            Throttled: One of them is used up; the try was not counted.
        """
        now = self._clock.now()
        # An exception leaves the block before its commit, so a refused try does not lengthen
        # the pause of whoever waits it out.
        with bookkeeping(self._database) as work:
            for limit in limits:
                _count(work, limit, now)
                _check(work, limit, now)
        return Reservation(self._database, tuple(limits), now)

    def forget_old(self, days: int = 2) -> int:
        """Delete counts whose window began more than ``days`` ago; return how many went."""
        before = self._clock.now() - timedelta(days=days)
        with bookkeeping(self._database) as work:
            return work.write(delete(Row).where(_row.window_start < before))


@dataclass(frozen=True)
class Reservation:
    """A counted try, to be settled as right or wrong."""

    database: Database
    limits: tuple[Limit, ...]
    now: datetime

    def succeeded(self) -> None:
        """Give the try back: it was right."""
        with bookkeeping(self.database) as work:
            for limit in self.limits:
                if limit.forgiven:
                    work.write(delete(Row).where(_row.key == limit.key))
                else:
                    _give_back(work, limit)

    def half_way(self) -> None:
        """Settle a first step that was right, with a second one to come.

        The account's slate stays as it is, else knowing the password would allow to guess codes
        for ever; the shared limits get their try back, for the second step counts anew.
        """
        with bookkeeping(self.database) as work:
            for limit in self.limits:
                if not limit.forgiven:
                    _give_back(work, limit)

    def failed(self) -> None:
        """Leave the try counted; the last one allowed starts the pause."""
        with bookkeeping(self.database) as work:
            for limit in self.limits:
                until = self.now + timedelta(minutes=limit.minutes)
                work.write(
                    update(Row)
                    .where(_row.key == limit.key, _row.failures >= limit.tries)
                    .values(locked_until=until)
                )


def _give_back(work: Bookkeeping, limit: Limit) -> None:
    work.write(
        update(Row)
        .where(_row.key == limit.key, _row.failures > 0)
        .values(failures=_row.failures - 1)
    )


def _count(work: Bookkeeping, limit: Limit, now: datetime) -> None:
    """Add a try in one statement, so that two at once are two; an old window starts anew."""
    insert = sqlite.insert if work.dialect == "sqlite" else postgresql.insert
    over: ColumnElement[bool] = or_(
        _row.locked_until <= now,
        _row.window_start <= now - timedelta(minutes=limit.minutes),
    )
    work.write(
        insert(Row)
        .values(key=limit.key, failures=1, window_start=now)
        .on_conflict_do_update(
            index_elements=["key"],
            set_={
                "failures": case((over, 1), else_=_row.failures + 1),
                "window_start": case((over, now), else_=_row.window_start),
                "locked_until": case((_row.locked_until <= now, None), else_=_row.locked_until),
            },
        )
    )


def _check(work: Bookkeeping, limit: Limit, now: datetime) -> None:
    found = work.read(select(_row.failures, _row.locked_until).where(_row.key == limit.key))
    if found is None:
        return
    failures, locked_until = found[0], found[1]
    wait = locked_until - now if locked_until is not None else timedelta()
    if wait > timedelta() or failures > limit.tries:
        seconds = int(wait.total_seconds()) or limit.minutes * 60
        text = _("尝试次数过多，请在 {n} 分钟后再试")
        raise Throttled(text.format(n=-(-seconds // 60)), seconds)
