"""Every morning the one who handles a petition hears that its time ends, once."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from qimen_core import FixedClock, Qimen, scope, unit_of_work
from qimen_core.access.models import Grant
from qimen_core.jobs import run_due
from qimen_core.jobs.models import Job
from qimen_core.jobs.upkeep import enqueue_periodic
from qimen_core.testing.accounts import Account
from qimen_core.testing.fixtures import MakeAccount, Toggle
from qimen_core.testing.units import OrgTree
from qimen_orders import Event, Inputs, Order
from qimen_petitions.services import move
from qimen_web.models import Notice

from .conftest import Take

EIGHT = datetime(2026, 3, 9, 0, 0, tzinfo=UTC)
"""Eight in the morning of a Monday in Shanghai: a periodic job of a day begins then."""


@pytest.fixture
def order(qimen: Qimen, clerk: Account, take: Take, bring: Callable[[int, str], None]) -> int:
    """A petition that the clerk handles, due on the Monday at 17:00."""
    made = take()
    bring(made.order_id, "dispatched")
    with qimen.db.session() as session:
        move(clerk.context(session), made.order_id, Event.CLAIM, Inputs())
    due(qimen, made.order_id, EIGHT + timedelta(hours=9))
    return made.order_id


def due(qimen: Qimen, order_id: int, at: datetime, *, urgent: bool = False) -> None:
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        with unit_of_work(ctx, "petitions.order.read") as uow:
            row = uow.session.get(Order, order_id)
            assert row is not None
            row.due_at, row.urgent = at, urgent


def morning(qimen: Qimen, clock: FixedClock, at: datetime) -> None:
    """Let the scheduler and a worker look at a moment."""
    clock.advance(at - clock.now())
    enqueue_periodic(qimen)
    run_due(qimen)


def told(qimen: Qimen) -> list[tuple[int, str]]:
    with qimen.db.session() as session:
        rows = session.exec(select(Notice).order_by(Notice.id))  # type: ignore[arg-type]
        said = [(row.user_id, row.text.partition("：")[0]) for row in rows]
    return [each for each in said if each[1] in {"今天到期", "已超时"}]


def test_its_handler_hears_of_it_on_the_day_and_when_it_is_over_once_each(
    qimen: Qimen,
    clock: FixedClock,
    clerk: Account,
    as_user: MakeAccount,
    org_tree: OrgTree,
    order: int,
) -> None:
    as_user("community_clerk", org_tree.community)  # works there too, and handles nothing
    morning(qimen, clock, EIGHT - timedelta(days=3))
    assert told(qimen) == []
    morning(qimen, clock, EIGHT)
    morning(qimen, clock, EIGHT + timedelta(hours=2))
    assert told(qimen) == [(clerk.id, "今天到期")]
    for days in (1, 2):
        morning(qimen, clock, EIGHT + timedelta(days=days))
    assert told(qimen) == [(clerk.id, "今天到期"), (clerk.id, "已超时")]
    # A deadline that was moved is a new one.
    due(qimen, order, EIGHT + timedelta(days=3, hours=9))
    morning(qimen, clock, EIGHT + timedelta(days=3))
    assert told(qimen)[2:] == [(clerk.id, "今天到期")]


def test_a_second_run_of_a_day_tells_nobody_twice(
    qimen: Qimen, clock: FixedClock, clerk: Account, order: int
) -> None:
    morning(qimen, clock, EIGHT)
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        with unit_of_work(ctx, "petitions.order.read") as uow:
            uow.enqueue("petitions.order.due")
    run_due(qimen)
    with qimen.db.session() as session:
        done = session.exec(select(Job).where(Job.kind == "petitions.order.due")).all()
    assert [job.state for job in done] == ["done", "done"]
    assert told(qimen) == [(clerk.id, "今天到期")]


def test_who_no_longer_reaches_it_is_passed_over_for_the_unit(
    qimen: Qimen,
    clock: FixedClock,
    clerk: Account,
    as_user: MakeAccount,
    org_tree: OrgTree,
    order: int,
) -> None:
    colleague = as_user("community_clerk", org_tree.community)
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        with (
            unit_of_work(ctx, "core.grant.manage") as uow,
            scope(session, ctx, "core.grant.manage"),
        ):
            uow.session.exec(
                select(Grant).where(Grant.user_id == clerk.id)
            ).one().revoked_at = ctx.now
    morning(qimen, clock, EIGHT)
    assert told(qimen) == [(colleague.id, "今天到期")]


def test_on_a_day_off_only_what_is_urgent_is_told(
    qimen: Qimen, clock: FixedClock, clerk: Account, order: int
) -> None:
    saturday, sunday = EIGHT - timedelta(days=2), EIGHT - timedelta(days=1)
    due(qimen, order, saturday + timedelta(hours=9))
    morning(qimen, clock, saturday)
    assert told(qimen) == []
    due(qimen, order, sunday + timedelta(hours=9), urgent=True)
    morning(qimen, clock, sunday)
    assert told(qimen) == [(clerk.id, "今天到期")]


def test_where_petitions_are_off_nobody_is_told(
    qimen: Qimen, clock: FixedClock, org_tree: OrgTree, toggle: Toggle, order: int
) -> None:
    toggle("petitions", org_tree.township, on=False)
    morning(qimen, clock, EIGHT)
    assert told(qimen) == []
    toggle("petitions", org_tree.township, on=True)
    morning(qimen, clock, EIGHT + timedelta(days=1))
    assert [word for _user, word in told(qimen)] == ["已超时"]
