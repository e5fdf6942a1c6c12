"""Races are decided by the database; each has a control that shows the race is real."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from sqlalchemy import func, select, update

from qimen_core import Conflict, Qimen, scope, unit_of_work
from qimen_core.org.queries import get_unit
from qimen_core.testing.fixtures import MakeAccount
from qimen_core.testing.units import OrgTree
from qimen_orders import Event, NewOrder, Order, State, create_order
from qimen_orders.models import OrderHistory, OrderSequence

THREADS = 4
ORDERS = 12


def _at_once(work: Callable[[int], Any]) -> list[Any]:
    """Run ``work(n)`` in threads and return their results."""
    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(work, range(THREADS)))


def _dispatched(desk: Any) -> list[int]:
    ids = [desk.create() for _ in range(ORDERS)]
    for order_id in ids:
        desk.bring(order_id, (Event.SUBMIT, Event.ACCEPT, Event.DISPATCH))
    return ids


def test_of_many_claimers_one_wins_and_the_others_read_a_sentence(
    desk: Any, qimen: Qimen, org_tree: OrgTree, as_user: MakeAccount
) -> None:
    ids = _dispatched(desk)
    clerks = [as_user("community_clerk", org_tree.community) for _ in range(THREADS)]
    barrier = Barrier(THREADS)

    def claim_all(number: int) -> list[str]:
        said = []
        with qimen.db.session() as session:
            mine = type(desk)(clerks[number].context(session), org_tree)
            for order_id in ids:
                barrier.wait(30)
                try:
                    mine.move(order_id, Event.CLAIM)
                except Conflict as refused:
                    said.append(refused.message)
                else:
                    said.append("won")
        return said

    results = _at_once(claim_all)
    for outcome in zip(*results, strict=True):
        assert Counter(outcome)["won"] == 1
        assert all(each == "won" or "接单" in each for each in outcome)
    with scope(desk.ctx.session, desk.ctx, "cases.order.read"):
        claims = select(func.count()).where(OrderHistory.event == "claim")
        assert desk.ctx.session.scalar(claims) == ORDERS


def test_control_without_the_condition_the_same_race_double_claims(
    desk: Any, qimen: Qimen, org_tree: OrgTree, as_user: MakeAccount
) -> None:
    ids = _dispatched(desk)
    clerks = [as_user("community_clerk", org_tree.community) for _ in range(THREADS)]
    barrier = Barrier(THREADS)

    def claim_all(number: int) -> int:
        won = 0
        with qimen.db.session() as session:
            ctx = clerks[number].context(session)
            for order_id in ids:
                with scope(session, ctx, "cases.order.claim"):
                    order = session.get(Order, order_id)
                    assert order is not None
                    free = order.state == State.DISPATCHED
                session.rollback()
                barrier.wait(30)
                if free:
                    with unit_of_work(ctx, "cases.order.claim") as uow:
                        blind = update(Order).where(Order.id == order_id)
                        won += uow.claim(blind.values(state="in_progress"))
                barrier.wait(30)
        return won

    assert sum(_at_once(claim_all)) > ORDERS


def test_numbers_are_unique_and_without_gaps_under_concurrency(
    desk: Any, qimen: Qimen, org_tree: OrgTree, as_user: MakeAccount
) -> None:
    clerk = as_user("community_clerk", org_tree.community)
    barrier = Barrier(THREADS)

    def create_some(_number: int) -> list[str]:
        barrier.wait(30)
        made = []
        with qimen.db.session() as session:
            ctx = clerk.context(session)
            for _ in range(ORDERS):
                with unit_of_work(ctx, "cases.order.create") as uow:
                    unit = get_unit(ctx, org_tree.community.id or 0)
                    order = create_order(uow, unit, NewOrder(owner="cases", title="并发"))
                    made.append(order.number)
        return made

    numbers = [number for made in _at_once(create_some) for number in made]
    total, place = THREADS * ORDERS, (org_tree.community.code or "")[4:]
    assert sorted(numbers) == [f"2026-{place}-{n:04d}" for n in range(1, total + 1)]


def test_control_reading_the_last_number_and_adding_one_gives_it_twice(
    desk: Any, qimen: Qimen, org_tree: OrgTree, as_user: MakeAccount
) -> None:
    desk.create()
    clerk = as_user("community_clerk", org_tree.community)
    barrier = Barrier(THREADS)

    def read_and_add(_number: int) -> int:
        with qimen.db.session() as session:
            ctx = clerk.context(session)
            last = session.scalar(select(OrderSequence.last))
            session.rollback()
            barrier.wait(30)
            with unit_of_work(ctx, "cases.order.create") as uow:
                uow.claim(update(OrderSequence).values(last=(last or 0) + 1))
            return (last or 0) + 1

    assert len(set(_at_once(read_and_add))) < THREADS
