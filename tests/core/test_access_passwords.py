"""Hashes: a missing one costs the same, and never more than two are made at once."""

import threading
from collections.abc import Iterator

import pytest
from pwdlib.hashers.argon2 import Argon2Hasher

from qimen_core.access import passwords
from qimen_core.access.passwords import Passwords


class Counting(Argon2Hasher):
    """A cheap hasher that notes how many callers are inside it."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.inside = self.most = self.verified = 0
        self.gate = threading.Event()
        self.lock = threading.Lock()

    def verify(self, password: str | bytes, hash: str | bytes) -> bool:
        with self.lock:
            self.inside += 1
            self.verified += 1
            self.most = max(self.most, self.inside)
        self.gate.wait(5)
        try:
            return super().verify(password, hash)
        finally:
            with self.lock:
                self.inside -= 1


@pytest.fixture
def hasher() -> Iterator[Counting]:
    made = Counting()
    yield made
    made.gate.set()


def test_a_right_password_fits_and_a_wrong_one_does_not(hasher: Counting) -> None:
    hasher.gate.set()
    store = Passwords(hasher)
    stored = store.hash("Beitang-2719-qiao")
    assert store.verify("Beitang-2719-qiao", stored)[0]
    assert not store.verify("Beitang-2719-qia", stored)[0]


def test_an_unknown_name_costs_a_hash_like_a_known_one(hasher: Counting) -> None:
    hasher.gate.set()
    assert Passwords(hasher).verify("whatever", None) == (False, None)
    assert hasher.verified == 1


def test_a_hash_of_another_cost_is_made_anew(hasher: Counting) -> None:
    hasher.gate.set()
    old = Passwords(Argon2Hasher(time_cost=2, memory_cost=16, parallelism=1)).hash("Abc-1234567")
    right, fresh = Passwords(hasher).verify("Abc-1234567", old)
    assert right
    assert fresh is not None
    assert Passwords(hasher).verify("Abc-1234567", fresh) == (True, None)


def _crowd(store: Passwords, stored: str, hasher: Counting, at_least: int) -> None:
    callers = [threading.Thread(target=store.verify, args=("x", stored)) for _n in range(8)]
    for caller in callers:
        caller.start()
    arrived = threading.Event()
    waiting = threading.Thread(target=_until, args=(hasher, at_least, arrived))
    waiting.start()
    arrived.wait(5)
    hasher.gate.set()
    for thread in [*callers, waiting]:
        thread.join(5)


def _until(hasher: Counting, count: int, arrived: threading.Event) -> None:
    while hasher.inside < count and not hasher.gate.is_set():
        threading.Event().wait(0.001)
    arrived.set()


def test_at_most_two_hashes_are_made_at_once(hasher: Counting) -> None:
    store = Passwords(hasher)
    _crowd(store, store.hash("Abc-1234567"), hasher, at_least=2)
    assert hasher.verified == 8
    assert hasher.most == 2


def test_control_without_the_limit_all_hash_at_once(
    hasher: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "_PARALLEL", threading.BoundedSemaphore(100))
    store = Passwords(hasher)
    _crowd(store, store.hash("Abc-1234567"), hasher, at_least=8)
    assert hasher.most == 8
