"""The demo as a whole, petitions included: lively today, whole in the audit, the same twice."""

import time
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from qimen_core import Qimen, local
from qimen_core.audit.verify import verify
from qimen_core.db.session import unscoped
from qimen_core.demo import seed_demo
from qimen_core.metrics import compute_all
from qimen_core.models import AuditRow, OrgUnit
from qimen_core.testing.fixtures import MakeApp
from qimen_orders import Order, State
from qimen_orders.models import OrderClock, OrderHistory

from .rows import digest

LIMIT_SECONDS = 20


@pytest.fixture
def plugins() -> tuple[str, ...]:
    return ("petitions",)


@pytest.fixture
def seeded(qimen: Qimen) -> Qimen:
    seed_demo(qimen)
    return qimen


def orders(qimen: Qimen) -> list[Order]:
    with qimen.db.session() as session, unscoped(session):
        return list(session.scalars(select(Order).order_by(Order.id)))


def test_two_deployments_with_one_seed_hold_the_same_rows(qimen_app: MakeApp) -> None:
    one, other = qimen_app(["petitions"]), qimen_app(["petitions"])
    begun = time.process_time()
    seed_demo(one)
    assert time.process_time() - begun < LIMIT_SECONDS
    seed_demo(other)
    assert digest(one) == digest(other)


def test_the_rows_are_like_those_of_real_work(seeded: Qimen) -> None:
    rows = orders(seeded)
    assert len(rows) == 300
    assert {row.state for row in rows} == {state.value for state in State}
    assert all(row.created_at < seeded.clock.now() for row in rows)
    with seeded.db.session() as session, unscoped(session):
        told = Counter(session.scalars(select(OrderHistory.order_id)))
        timed = set(session.scalars(select(OrderClock.order_id)))
        lines = session.execute(
            select(func.count()).where(AuditRow.action == "petitions.order.create")  # type: ignore[arg-type]
        ).scalar_one()
    moved = [row for row in rows if row.state != State.DRAFT]
    assert all(told[row.id or 0] and row.id in timed for row in moved)
    assert all(told[row.id or 0] == 7 for row in rows if row.state == State.CLOSED)
    assert lines == 300
    assert verify(seeded).intact


def test_today_is_lively_for_the_clerk_of_the_guide(seeded: Qimen) -> None:
    now = seeded.clock.now()
    with seeded.db.session() as session, unscoped(session):
        path = session.scalars(select(OrgUnit.path).where(OrgUnit.code == "341024100001")).one()
    mine = [row for row in orders(seeded) if row.org_path == path]
    due = [row.due_at for row in mine if row.due_at]
    assert sum(moment < now for moment in due) >= 2, "overdue"
    assert sum(local(moment).date() == local(now).date() for moment in due) >= 2, "due today"
    assert sum(now < moment < now + timedelta(days=3) for moment in due) >= 2, "due soon"
    assert sum(row.state == State.REPLIED for row in mine) >= 2, "to call back"


def test_the_figures_come_out_of_the_rows(seeded: Qimen) -> None:
    rows = orders(seeded)
    solved = [row for row in rows if row.state == State.CLOSED and row.result == "solved"]
    with seeded.db.session() as session:
        figures = compute_all(seeded.system_context(session))
    assert figures["communities"].machine() == {"count": 7}
    assert figures["orders_resolved"].numerator >= len(solved) > 150
