"""Sixteen times the same household at once: one counts, by the constraint and nothing else."""

import secrets
import threading
from collections import Counter
from typing import Any

import pytest

from qimen_core import InvalidInput, Qimen
from qimen_petitions.estates import answering
from qimen_petitions.estates.answering import NewAnswer, asked_at, take_answer

THREADS = 16


def race(qimen: Qimen, code: str) -> Counter[str]:
    """Let sixteen browsers send the same phone's answer at once; return what each was told."""
    told: list[str] = []
    start = threading.Barrier(THREADS)

    def answer() -> None:
        with qimen.db.session() as session:
            ctx = qimen.public_context(session)
            asked = asked_at(ctx, code)
            assert asked is not None
            new = NewAnswer("13812345678", "satisfied", {"clean": 5}, secrets.token_hex(16))
            start.wait()
            try:
                take_answer(ctx, asked, new)
            except InvalidInput as error:
                told.append(str(error.errors["proof"]))
            else:
                told.append("counted")

    threads = [threading.Thread(target=answer) for _each in range(THREADS)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return Counter(told)


def test_one_of_sixteen_counts_and_the_others_are_told(rating: Any, qimen: Qimen) -> None:
    told = race(qimen, rating.results()[0].code)
    assert told.pop("counted") == 1
    assert sum(told.values()) == THREADS - 1
    assert all("已经评过" in said for said in told)
    assert rating.results()[0].n == 1


def test_control_without_the_constraint_on_the_household_it_counts_twice(
    rating: Any, qimen: Qimen, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The unique pair never meets itself: what is left is every check made before the insert.
    monkeypatch.setattr(answering, "voter_of", lambda *_a, **_k: secrets.token_hex(32))
    told = race(qimen, rating.results()[0].code)
    assert told["counted"] > 1
    assert rating.results()[0].n == told["counted"]
