"""The bell: a unit hears of what came in and of what was dispatched to it, after the commit."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import update
from sqlmodel import select

from qimen_core import FixedClock, OrgUnit, Qimen, scope, unit_of_work
from qimen_core.db.bookkeeping import bookkeeping
from qimen_core.events.models import OutboxDelivery
from qimen_core.jobs import run_due
from qimen_core.jobs.upkeep import enqueue_periodic
from qimen_core.org.tree import NewUnit, create
from qimen_core.outbox import deliver
from qimen_core.testing.accounts import Account
from qimen_core.testing.fixtures import MakeAccount, MakeClient
from qimen_core.testing.units import OrgTree
from qimen_orders import Event, Inputs
from qimen_petitions.services import NewPetition, move, register
from qimen_web.notices import latest


def told(account: Account) -> list[str]:
    with account.qimen.db.session() as session:
        return [notice.text for notice in latest(account.context(session))]


def take(qimen: Qimen, org_tree: OrgTree, by: Account | None = None) -> tuple[int, str]:
    assert org_tree.community.id is not None
    new = NewPetition(unit_id=org_tree.community.id, content="路灯不亮", category="road.lamp")
    with qimen.db.session() as session:
        ctx = by.context(session) if by else qimen.system_context(session)
        made = register(ctx, new)
    return made.order_id, made.number


def go(qimen: Qimen, by: Account, order_id: int, event: Event, inputs: Inputs) -> None:
    with qimen.db.session() as session:
        move(by.context(session), order_id, event, inputs)


@pytest.mark.parametrize("by_clerk", [False, True])
def test_the_unit_hears_of_a_petition_unless_it_took_it_down_itself(
    qimen: Qimen, org_tree: OrgTree, clerk: Account, by_clerk: bool
) -> None:
    _id, number = take(qimen, org_tree, clerk if by_clerk else None)
    assert told(clerk) == []  # nothing before the event was delivered
    deliver(qimen)
    assert told(clerk) == ([] if by_clerk else [f"新收到诉求：{number}"])


def test_the_lead_unit_hears_of_an_order_that_is_dispatched_to_it(
    qimen: Qimen, org_tree: OrgTree, clerk: Account, as_user: MakeAccount
) -> None:
    colleague = as_user("community_clerk", org_tree.community)
    order_id, number = take(qimen, org_tree, clerk)
    deliver(qimen)
    go(qimen, clerk, order_id, Event.ACCEPT, Inputs(category="road.lamp"))
    before = told(colleague)
    go(qimen, clerk, order_id, Event.DISPATCH, Inputs(lead_id=org_tree.community.id))
    deliver(qimen)
    assert told(colleague) == [f"新派来工单：{number}", *before]
    assert told(clerk) == []


def test_an_event_delivered_twice_is_told_once(
    qimen: Qimen, org_tree: OrgTree, clerk: Account
) -> None:
    _id, number = take(qimen, org_tree)
    assert deliver(qimen) == 1
    _deliver_again(qimen)
    assert deliver(qimen) == 1
    assert told(clerk) == [f"新收到诉求：{number}"]


def test_what_has_gone_on_before_the_delivery_is_no_news(
    qimen: Qimen, org_tree: OrgTree, clerk: Account, as_user: MakeAccount
) -> None:
    colleague = as_user("community_clerk", org_tree.community)
    order_id, _number = take(qimen, org_tree)
    go(qimen, clerk, order_id, Event.ACCEPT, Inputs(category="road.lamp"))
    deliver(qimen)
    assert told(colleague) == []


@pytest.fixture
def bureaus(qimen: Qimen, org_tree: OrgTree) -> list[OrgUnit]:
    """Two departments of the county, out of reach of the community."""
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        with unit_of_work(ctx, "core.org.manage", subject="core_org") as uow:
            for name in ("住建局", "水利局"):
                new = NewUnit("department", name, org_tree.county.id, valid_from=date(2000, 1, 1))
                create(uow, new)
        with scope(session, ctx, "core.org.read"):
            found = session.exec(select(OrgUnit).where(OrgUnit.kind == "department"))
            return sorted(found, key=lambda unit: unit.name)


def test_each_unit_that_is_whistled_for_hears_of_it_and_may_open_it(
    qimen: Qimen, org_tree: OrgTree, bureaus: list[OrgUnit], as_user: MakeAccount, clerk: Account,
    client: MakeClient, do: Callable[..., None],
) -> None:  # fmt: skip
    asked = [as_user("unit_clerk", each) for each in bureaus]
    others = [as_user("community_clerk", org_tree.sibling), as_user("unit_clerk", org_tree.county)]
    order_id, number = take(qimen, org_tree, clerk)
    do(order_id, Event.ACCEPT, clerk, category="road.lamp")
    do(order_id, Event.WHISTLE, clerk, takers=tuple(f"department:{each.id}" for each in bureaus))
    deliver(qimen)
    assert [told(each) for each in asked] == [[f"吹哨：{number}，可以接单"]] * 2
    assert [told(each) for each in others] == [[], []]
    assert client(asked[0]).get(f"/petitions/{order_id}").status_code == 200
    _deliver_again(qimen)
    deliver(qimen)
    assert len(told(asked[0])) == 1


def test_a_department_that_leads_or_assists_hears_of_a_dispatch(
    qimen: Qimen, org_tree: OrgTree, bureaus: list[OrgUnit], as_user: MakeAccount, clerk: Account,
    do: Callable[..., None],
) -> None:  # fmt: skip
    lead, helper = (as_user("unit_clerk", each) for each in bureaus)
    keys = [f"department:{each.id}" for each in bureaus]
    order_id, number = take(qimen, org_tree, clerk)
    do(order_id, Event.ACCEPT, clerk, category="road.lamp")
    do(order_id, Event.DISPATCH, clerk, taker=keys[0], assists=tuple(keys[1:]))
    deliver(qimen)
    assert told(lead) == [f"新派来工单：{number}"]
    assert told(helper) == [f"请协办工单：{number}"]


def test_those_that_a_widened_whistle_adds_hear_of_it_and_the_others_not_again(
    qimen: Qimen, org_tree: OrgTree, as_user: MakeAccount, clerk: Account, bureaus: list[OrgUnit],
    do: Callable[..., None], clock: FixedClock,
) -> None:  # fmt: skip
    colleague = as_user("community_clerk", org_tree.community)
    later = as_user("unit_clerk", bureaus[0])
    order_id, number = take(qimen, org_tree, clerk)
    do(order_id, Event.ACCEPT, clerk, category="road.lamp")
    do(order_id, Event.WHISTLE, clerk, takers=(f"unit:{org_tree.community.id}",))
    deliver(qimen)
    said = f"吹哨：{number}，可以接单"
    assert told(colleague).count(said) == 1
    assert told(later) == []
    clock.advance(timedelta(days=30))
    enqueue_periodic(qimen)
    run_due(qimen)
    deliver(qimen)
    assert said in told(later)
    assert told(colleague).count(said) == 1


def _deliver_again(qimen: Qimen) -> None:
    """Make every delivery pending, as a worker leaves it that dies before it says it is done."""
    way = OutboxDelivery.__table__  # type: ignore[attr-defined]
    with bookkeeping(qimen.db) as book:
        assert book.write(update(way).values(state="pending", not_before=qimen.clock.now()))
