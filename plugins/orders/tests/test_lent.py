"""An order is lent to takers that do not reach it: who gets it, who loses it, and who wins it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import select as of

from qimen_core import Conflict, Forbidden, NotFound, OrgUnit, Qimen, RowRef, lend, scope
from qimen_core import unit_of_work as work
from qimen_core.db import migrate
from qimen_core.db.row_security import declare, reach_of
from qimen_core.models import Lent
from qimen_core.org.tree import NewUnit, create
from qimen_core.testing.accounts import Account
from qimen_core.testing.fixtures import MakeAccount
from qimen_core.testing.units import OrgTree
from qimen_orders import TAKER_MOVES, Event, Inputs, Order, State
from qimen_orders.models import OrderClock, OrderHistory, OrderPause
from qimen_orders.rules import TRANSITIONS, Who

ORDERS = 6


@pytest.fixture
def bureaus(qimen: Qimen, org_tree: OrgTree) -> list[OrgUnit]:
    """Two departments of the county, which reach no community."""
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        with work(ctx, "core.org.manage", subject="core_org") as uow:
            for name in ("住建局", "水利局"):
                new = NewUnit("department", name, org_tree.county.id, valid_from=date(2000, 1, 1))
                create(uow, new)
        with scope(session, ctx, "core.org.read"):
            return list(session.exec(of(OrgUnit).where(OrgUnit.kind == "department")))


@pytest.fixture
def clerks(bureaus: list[OrgUnit], as_user: MakeAccount) -> list[Account]:
    """One clerk each, with every right there."""
    return [as_user("township_office", each) for each in bureaus]


@pytest.fixture
def asked(desk: Any, bureaus: list[OrgUnit]) -> Callable[[], int]:
    """A function that whistles a new order to both departments."""

    def make() -> int:
        order_id: int = desk.create()
        desk.bring(order_id, (Event.SUBMIT, Event.ACCEPT))
        keys = tuple(f"department:{each.id}" for each in bureaus)
        desk.move(order_id, Event.WHISTLE, Inputs(takers=keys))
        return order_id

    return make


def test_a_takers_moves_are_lent_and_those_of_nobody_else() -> None:
    theirs = {row.event for row in TRANSITIONS if row.who is Who.TAKER}
    assert theirs - TAKER_MOVES == {Event.SPLIT}
    assert TAKER_MOVES - theirs == {Event.UPLIFT}
    others = {row.event for row in TRANSITIONS if row.who not in {Who.TAKER, Who.LEADER}}
    assert not TAKER_MOVES & others


def test_of_two_departments_one_wins_each_order(
    desk: Any, qimen: Qimen, org_tree: OrgTree, asked: Callable[[], int], clerks: list[Account]
) -> None:
    ids = [asked() for _ in range(ORDERS)]
    barrier = Barrier(2)

    def claim_all(account: Account) -> list[str]:
        said = []
        with qimen.db.session() as session:
            mine = type(desk)(account.context(session), org_tree)
            for order_id in ids:
                barrier.wait(60)
                try:
                    mine.move(order_id, Event.CLAIM)
                except (Conflict, NotFound) as refused:
                    said.append(type(refused).__name__)
                else:
                    said.append("won")
        return said

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(claim_all, clerks)
    for outcome in zip(first, second, strict=True):
        assert outcome.count("won") == 1, (first, second)
    desk.ctx.session.rollback()
    with scope(desk.ctx.session, desk.ctx, "cases.order.read"):
        claims = desk.ctx.session.scalars(
            select(OrderHistory.order_id).where(OrderHistory.event == "claim")
        )
        assert sorted(claims) == sorted(ids)
    with qimen.db.session() as session:
        assert len(session.exec(of(Lent)).all()) == ORDERS


def test_a_suspension_by_a_borrower_writes_a_pause_and_ends_it(
    qimen: Qimen, org_tree: OrgTree, asked: Callable[[], int], clerks: list[Account],
    other: Callable[[str], Any], desk: Any,
) -> None:  # fmt: skip
    order_id = asked()
    with qimen.db.session() as session:
        mine = type(desk)(clerks[0].context(session), org_tree)
        mine.move(order_id, Event.CLAIM)
        until = qimen.clock.now() + timedelta(days=2)
        mine.move(order_id, Event.ASK_SUSPEND, Inputs(reason="weather", until=until))
    other("county").move(order_id, Event.SUSPEND)
    with qimen.db.session() as session:
        mine = type(desk)(clerks[0].context(session), org_tree)
        facts = mine.read(order_id)
        assert [each.event for each in facts.moves if each.allowed and each.ours] == ["resume"]
        mine.move(order_id, Event.RESUME)
        with scope(session, mine.ctx, "cases.order.read"):
            pause = session.exec(of(OrderPause)).one()
        assert (pause.order_id, pause.ended_at is not None) == (order_id, True)


def test_what_is_not_lent_is_refused_on_a_lent_order(
    qimen: Qimen, org_tree: OrgTree, asked: Callable[[], int], clerks: list[Account], desk: Any
) -> None:
    order_id = asked()
    with qimen.db.session() as session:
        mine = type(desk)(clerks[0].context(session), org_tree)
        for event in Event:
            if event in TAKER_MOVES:
                continue
            # The unit of work finds no order by a right that is not lent.
            with pytest.raises(NotFound):
                mine.move(order_id, event)
        lent = RowRef("orders_order", order_id, org_tree.community.path)
        with pytest.raises(Forbidden), work(mine.ctx, "cases.order.dispatch") as uow:
            lend(uow, lent, org_tree.other_township)
        # The control: whoever reaches the order may.
        with work(desk.ctx, "cases.order.dispatch") as uow:
            assert lend(uow, lent, org_tree.other_township)


def test_open_parts_out_of_reach_hold_the_answer_back(
    qimen: Qimen, org_tree: OrgTree, clerks: list[Account], bureaus: list[OrgUnit], desk: Any,
    asked: Callable[[], int],
) -> None:  # fmt: skip
    """A borrower does not see the parts of a joint order; they count all the same."""
    order_id, part = asked(), asked()
    with work(desk.ctx, "cases.order.split") as uow:
        uow.session.get_one(Order, part).parent_id = order_id
    with qimen.db.session() as session:
        mine = type(desk)(clerks[0].context(session), org_tree)
        mine.move(order_id, Event.CLAIM)
        other = type(desk)(clerks[1].context(session), org_tree)
        other.move(part, Event.CLAIM)
        assert mine.read(order_id).children == ()
        with pytest.raises(Exception, match="子单"):
            mine.move(order_id, Event.REPLY)
        other.move(part, Event.REPLY)
        assert mine.move(order_id, Event.REPLY).state == State.REPLIED


def test_pauses_find_their_order_and_open_orders_their_takers_when_upgraded(
    qimen: Qimen, asked: Callable[[], int], bureaus: list[OrgUnit], desk: Any
) -> None:
    order_id = asked()
    # Taken as it was before: no loans, and a pause that knows its clock alone.
    with scope(desk.ctx.session, desk.ctx, "cases.order.read"):
        clock = desk.ctx.session.scalars(select(OrderClock.id)).first()
    with work(desk.ctx, "cases.order.suspend") as uow:
        place = {"org_id": desk.tree.community.id, "org_path": desk.tree.community.path}
        pause = OrderPause(order_id=order_id, clock_id=clock, started_at=qimen.clock.now(), **place)
        uow.session.add(pause)
    desk.ctx.session.rollback()
    migrate.downgrade(qimen, "orders", "orders_0005")
    migrate.downgrade(qimen, "core", "core_0005")
    migrate.upgrade(qimen)
    assert migrate.differences(qimen, "orders") == []
    assert migrate.differences(qimen, "core") == []
    with qimen.db.session() as session:
        lent = {(each.row_id, each.org_id, each.org_path) for each in session.exec(of(Lent))}
        assert lent == {(order_id, each.id, each.path) for each in bureaus}
    with scope(desk.ctx.session, desk.ctx, "cases.order.read"):
        assert desk.ctx.session.scalars(select(OrderPause.order_id)).all() == [order_id]


@pytest.mark.database("postgresql")
def test_the_second_fence_lets_a_lent_order_through_and_no_other(
    qimen: Qimen, asked: Callable[[], int], clerks: list[Account], desk: Any
) -> None:
    order_id = asked()
    desk.create()

    def seen(account: Account | None) -> list[int]:
        with qimen.db.engine.connect() as connection, connection.begin():
            if account is not None:
                with qimen.db.session() as session:
                    declare(connection, reach_of(account.context(session)))
            return list(connection.execute(select(Order.__table__.c.id)).scalars())  # type: ignore[attr-defined]

    assert seen(clerks[0]) == [order_id]
    assert seen(None) == []
    with qimen.db.session() as session:
        type(desk)(clerks[1].context(session), desk.tree).move(order_id, Event.CLAIM)
    assert seen(clerks[0]) == []
    assert seen(clerks[1]) == [order_id]
