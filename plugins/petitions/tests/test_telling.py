"""The bell: a unit hears of what came in and of what was dispatched to it, after the commit."""

import pytest
from sqlalchemy import update

from qimen_core import Qimen
from qimen_core.db.bookkeeping import bookkeeping
from qimen_core.events.models import OutboxDelivery
from qimen_core.outbox import deliver
from qimen_core.testing.accounts import Account
from qimen_core.testing.fixtures import MakeAccount
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


def _deliver_again(qimen: Qimen) -> None:
    """Make every delivery pending, as a worker leaves it that dies before it says it is done."""
    way = OutboxDelivery.__table__  # type: ignore[attr-defined]
    with bookkeeping(qimen.db) as book:
        assert book.write(update(way).values(state="pending", not_before=qimen.clock.now()))
