"""The bell: a unit hears of what came in and of what was dispatched to it."""

import pytest

from qimen_core import Qimen
from qimen_core.testing.accounts import Account
from qimen_core.testing.fixtures import MakeAccount
from qimen_core.testing.units import OrgTree
from qimen_orders import Event, Inputs
from qimen_petitions.services import NewPetition, move, register
from qimen_web.notices import latest


def told(account: Account) -> list[str]:
    with account.qimen.db.session() as session:
        return [notice.text for notice in latest(account.context(session))]


@pytest.mark.parametrize("by_clerk", [False, True])
def test_the_unit_hears_of_a_petition_unless_it_took_it_down_itself(
    qimen: Qimen, org_tree: OrgTree, clerk: Account, by_clerk: bool
) -> None:
    assert org_tree.community.id is not None
    new = NewPetition(unit_id=org_tree.community.id, content="路灯不亮", category="road.lamp")
    with qimen.db.session() as session:
        ctx = clerk.context(session) if by_clerk else qimen.system_context(session)
        made = register(ctx, new)
    assert told(clerk) == ([] if by_clerk else [f"新收到诉求：{made.number}"])


def test_the_lead_unit_hears_of_an_order_that_is_dispatched_to_it(
    qimen: Qimen, org_tree: OrgTree, clerk: Account, as_user: MakeAccount
) -> None:
    colleague = as_user("community_clerk", org_tree.community)
    assert org_tree.community.id is not None
    new = NewPetition(unit_id=org_tree.community.id, content="路灯不亮", category="road.lamp")
    with qimen.db.session() as session:
        ctx = clerk.context(session)
        made = register(ctx, new)
        move(ctx, made.order_id, Event.ACCEPT, Inputs(category="road.lamp"))
        before = told(colleague)
        move(ctx, made.order_id, Event.DISPATCH, Inputs(lead_id=org_tree.community.id))
    assert told(colleague) == [f"新派来工单：{made.number}", *before]
    assert told(clerk) == []
