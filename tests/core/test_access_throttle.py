"""Failed logins are counted before they are answered, and paused by account and address."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import update

from qimen_core.access.models import Throttle as Row
from qimen_core.access.policy import policy
from qimen_core.access.throttle import (
    Limit,
    Throttle,
    account_key,
    address_key,
    login_limits,
)
from qimen_core.clock import FixedClock
from qimen_core.db.bookkeeping import bookkeeping
from qimen_core.errors import Throttled
from qimen_core.runtime import Qimen

FIVE = Limit("account:test", tries=5, minutes=10, forgiven=True)


@pytest.fixture
def throttle(qimen: Qimen) -> Throttle:
    return Throttle(qimen.db, qimen.clock)


def _fail(throttle: Throttle, times: int, limit: Limit = FIVE) -> None:
    for _n in range(times):
        throttle.reserve([limit]).failed()


def test_the_sixth_try_is_refused_for_ten_minutes(throttle: Throttle, clock: FixedClock) -> None:
    _fail(throttle, 5)
    with pytest.raises(Throttled) as refused:
        throttle.reserve([FIVE])
    assert refused.value.retry_after == 600
    clock.advance(timedelta(minutes=9, seconds=59))
    with pytest.raises(Throttled):
        throttle.reserve([FIVE])
    clock.advance(timedelta(seconds=1))
    throttle.reserve([FIVE])


def test_the_pause_runs_from_the_last_failure_and_not_from_the_first(
    throttle: Throttle, clock: FixedClock
) -> None:
    _fail(throttle, 4)
    clock.advance(timedelta(minutes=9))
    _fail(throttle, 1)
    clock.advance(timedelta(minutes=9))
    with pytest.raises(Throttled):
        throttle.reserve([FIVE])


def test_refused_tries_do_not_lengthen_the_pause(throttle: Throttle, clock: FixedClock) -> None:
    _fail(throttle, 5)
    for _n in range(20):
        with pytest.raises(Throttled):
            throttle.reserve([FIVE])
    clock.advance(timedelta(minutes=10))
    throttle.reserve([FIVE])


def test_after_a_pause_there_are_five_tries_again(throttle: Throttle, clock: FixedClock) -> None:
    _fail(throttle, 5)
    clock.advance(timedelta(minutes=10))
    _fail(throttle, 5)
    with pytest.raises(Throttled):
        throttle.reserve([FIVE])


def test_a_right_password_wipes_the_account_s_slate(throttle: Throttle) -> None:
    _fail(throttle, 4)
    throttle.reserve([FIVE]).succeeded()
    _fail(throttle, 5)


def test_a_right_password_gives_the_address_only_its_own_try_back(throttle: Throttle) -> None:
    shared = Limit("address:10.0.0.1", tries=5, minutes=10)
    _fail(throttle, 4, shared)
    throttle.reserve([shared]).succeeded()
    _fail(throttle, 1, shared)
    with pytest.raises(Throttled):
        throttle.reserve([shared])


def test_an_old_failure_is_forgotten(throttle: Throttle, clock: FixedClock) -> None:
    _fail(throttle, 4)
    clock.advance(timedelta(minutes=10))
    _fail(throttle, 4)
    throttle.reserve([FIVE])


def test_a_login_is_counted_by_account_address_and_for_everybody() -> None:
    keys = [limit.key for limit in login_limits(policy("dengbao2"), "Zhang", "10.0.0.1")]
    assert keys == [account_key("zhang"), address_key("10.0.0.1"), "global"]
    assert "zhang" not in keys[0]


def test_one_ipv6_network_counts_as_one_address() -> None:
    assert address_key("2001:db8:1:2:a::1") == address_key("2001:db8:1:2:b::9")
    assert address_key("2001:db8:1:2::1") != address_key("2001:db8:1:3::1")


def _at_once(count: int, attempt: object) -> int:
    barrier = Barrier(count)

    def go(_n: int) -> int:
        barrier.wait(10)
        try:
            attempt()  # type: ignore[operator]
        except Throttled:
            return 0
        return 1

    with ThreadPoolExecutor(count) as pool:
        return sum(pool.map(go, range(count)))


def test_twenty_tries_at_once_get_five_answers(throttle: Throttle) -> None:
    assert _at_once(20, lambda: throttle.reserve([FIVE])) == 5


def test_control_counting_after_the_answer_lets_more_through(qimen: Qimen) -> None:
    """What we do not do: look, answer, then count."""
    rows = Row.__table__.c  # type: ignore[attr-defined]
    throttle = Throttle(qimen.db, qimen.clock)
    throttle.reserve([FIVE])
    looked = Barrier(20)

    def naive() -> None:
        from sqlalchemy import select

        with bookkeeping(qimen.db) as work:
            found = work.read(select(rows.failures).where(rows.key == FIVE.key))
        looked.wait(10)
        if found is not None and found[0] >= FIVE.tries:
            raise Throttled
        with bookkeeping(qimen.db) as work:
            work.write(update(Row).where(rows.key == FIVE.key).values(failures=rows.failures + 1))

    assert _at_once(20, naive) > 5


def test_only_bookkeeping_tables_are_written_beside_the_audit(qimen: Qimen) -> None:
    from qimen_core.access.models import UserAccount

    with (
        pytest.raises(ValueError, match="unit_of_work"),
        bookkeeping(qimen.db) as work,
    ):
        work.write(update(UserAccount).values(state="active"))
