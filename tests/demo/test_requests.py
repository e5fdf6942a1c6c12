"""The demo as a whole, petitions included: lively today, whole in the audit, the same twice."""

import time
from collections import Counter
from datetime import timedelta

from sqlalchemy import func, select

from qimen_core import Qimen, local
from qimen_core.audit.verify import verify
from qimen_core.db.session import unscoped
from qimen_core.demo import seed_demo
from qimen_core.metrics import compute_all
from qimen_core.models import AuditRow, Job, OrgUnit, UserAccount
from qimen_core.outbox import has_pending
from qimen_core.testing.fixtures import MakeApp
from qimen_demo_2021 import DEMO
from qimen_orders import Order, State
from qimen_orders.models import OrderClock, OrderHistory
from qimen_petitions.estates.models import HorseView, Round
from qimen_petitions.estates.results import results_in
from qimen_petitions.estates.rounds import read_round
from qimen_web.models import Notice

from .rows import digest

LIMIT_SECONDS = 20


def orders(qimen: Qimen) -> list[Order]:
    with qimen.db.session() as session, unscoped(session):
        return list(session.scalars(select(Order).order_by(Order.id)))


def test_the_demo_is_the_same_twice_whole_and_lively(qimen_app: MakeApp) -> None:
    """One test for all of it: loading the demo takes seconds, and nothing here changes it."""
    one, other = qimen_app(["petitions"]), qimen_app(["petitions"])
    begun = time.process_time()
    seed_demo(one, DEMO)
    assert time.process_time() - begun < LIMIT_SECONDS
    seed_demo(other, DEMO)
    assert digest(one) == digest(other)
    rows_are_like_those_of_real_work(one)
    today_is_lively_for_the_clerk_of_the_guide(one)
    figures_come_out_of_the_rows(one)
    a_worker_has_done_its_part(one)
    one_round_of_ratings_is_published_and_one_is_open(one)


def rows_are_like_those_of_real_work(qimen: Qimen) -> None:
    rows = orders(qimen)
    assert len(rows) == 300
    assert {row.state for row in rows} == {state.value for state in State}
    assert all(row.created_at < qimen.clock.now() for row in rows)
    with qimen.db.session() as session, unscoped(session):
        told = Counter(session.scalars(select(OrderHistory.order_id)))
        timed = set(session.scalars(select(OrderClock.order_id)))
        lines = session.execute(
            select(func.count()).where(AuditRow.action == "petitions.order.create")  # type: ignore[arg-type]
        ).scalar_one()
    moved = [row for row in rows if row.state != State.DRAFT]
    assert all(told[row.id or 0] and row.id in timed for row in moved)
    assert all(told[row.id or 0] == 7 for row in rows if row.state == State.CLOSED)
    assert lines == 300
    assert verify(qimen).intact


def today_is_lively_for_the_clerk_of_the_guide(qimen: Qimen) -> None:
    now = qimen.clock.now()
    with qimen.db.session() as session, unscoped(session):
        path = session.scalars(select(OrgUnit.path).where(OrgUnit.code == "341024100001")).one()
    mine = [row for row in orders(qimen) if row.org_path == path]
    due = [row.due_at for row in mine if row.due_at]
    assert sum(moment < now for moment in due) >= 2, "overdue"
    assert sum(local(moment).date() == local(now).date() for moment in due) >= 2, "due today"
    assert sum(now < moment < now + timedelta(days=3) for moment in due) >= 2, "due soon"
    assert sum(row.state == State.REPLIED for row in mine) >= 2, "to call back"


def figures_come_out_of_the_rows(qimen: Qimen) -> None:
    solved = [r for r in orders(qimen) if r.state == State.CLOSED and r.result == "solved"]
    with qimen.db.session() as session:
        figures = compute_all(qimen.system_context(session))
    assert figures["communities"].machine() == {"count": 7}
    assert figures["orders_resolved"].numerator >= len(solved) > 150


def a_worker_has_done_its_part(qimen: Qimen) -> None:
    with qimen.db.session() as session, unscoped(session):
        asked = dict(
            session.execute(
                select(Job.kind, UserAccount.username)
                .outerjoin(UserAccount, UserAccount.id == Job.user_id)  # type: ignore[arg-type]
                .where(Job.state == "done")  # type: ignore[arg-type]
            ).all()
        )
        waiting = session.scalar(select(func.count()).where(Job.state != "done"))  # type: ignore[arg-type]
        verdict = session.scalar(select(Job.result).where(Job.kind == "web.audit.verify"))  # type: ignore[arg-type]
        news = list(session.scalars(select(Notice.url).where(Notice.text.startswith("新收到"))))  # type: ignore[attr-defined]
    assert asked["web.audit.verify"] == "auditor"
    assert asked["petitions.order.due"] is None
    assert waiting == 0
    assert verdict is not None
    assert "完整无缺" in verdict["said"]
    assert not has_pending(qimen)
    submitted = {f"/petitions/{row.id}" for row in orders(qimen) if row.state == State.SUBMITTED}
    assert set(news) <= submitted
    assert news


def one_round_of_ratings_is_published_and_one_is_open(qimen: Qimen) -> None:
    with qimen.db.session() as session, unscoped(session):
        ctx = qimen.system_context(session)
        rounds = {
            row.state: results_in(ctx, read_round(ctx, row.id or 0))
            for row in session.scalars(select(Round))
        }
        told = list(session.scalars(select(HorseView).where(HorseView.words != "")))
    published, running = rounds["confirmed"], rounds["open"]
    assert any(each.shown and each.n > 30 for each in published)
    assert any(0 < each.n < each.round.least for each in published)
    assert all(each.n and each.last is not None for each in running)
    # What the company and the committee say, they have said from their own accounts.
    assert {row.horse for row in told} == {"community", "committee", "company"}
    assert not any(row.for_them for row in told)
