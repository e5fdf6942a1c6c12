"""What is kept and for how long; the revision goes down and up with rounds in place."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from qimen_core import Conflict, FixedClock, Qimen, scope
from qimen_core.db import migrate
from qimen_core.jobs import run_due
from qimen_core.jobs.upkeep import enqueue_periodic
from qimen_petitions.estates.models import Answer


def answers(qimen: Qimen) -> Sequence[Answer]:
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        with scope(session, ctx, "petitions.rating.read"):
            found = session.scalars(select(Answer)).all()
            session.expunge_all()
            return found


def test_the_proofs_go_after_their_time_and_the_answers_stay(
    rating: Any, qimen: Qimen, clock: FixedClock
) -> None:
    rating.fill(3)
    rating.step("close", "confirm")
    clock.advance(timedelta(days=89))
    enqueue_periodic(qimen)
    run_due(qimen)
    assert all(len(each.voter) == 64 for each in answers(qimen))
    clock.advance(timedelta(days=2))
    enqueue_periodic(qimen)
    run_due(qimen)
    kept = answers(qimen)
    assert len(kept) == 3
    assert all(each.voter == each.form_key == f"gone:{each.id}" for each in kept)
    assert rating.results()[0].n == 3
    # Nobody could tell any more who has answered already, so it takes no further answers.
    rating.step("withdraw")
    with pytest.raises(Conflict, match="凭据已抹去"):
        rating.step("reopen")


def test_the_revision_goes_down_and_up_with_rounds_in_place(rating: Any, qimen: Qimen) -> None:
    rating.fill(2)
    rating.step("close")
    migrate.downgrade(qimen, "petitions", "petitions_0008")
    migrate.upgrade(qimen, "petitions")
    assert migrate.differences(qimen, "petitions") == []
    assert len(answers(qimen)) == 0
