"""The card on a person's page: what somebody handles, within the reader's reach."""

import re
from collections.abc import Callable

import pytest

from qimen_core import Qimen, unit_of_work
from qimen_core.models import UserAccount
from qimen_core.people.people import PersonInput, enter
from qimen_core.testing.accounts import Account
from qimen_core.testing.fixtures import MakeAccount, MakeClient, Toggle
from qimen_core.testing.units import OrgTree
from qimen_orders import Event, Inputs
from qimen_petitions.models import Petition
from qimen_petitions.services import NewPetition, move, register

from .conftest import Take


@pytest.fixture
def person(qimen: Qimen, org_tree: OrgTree, clerk: Account) -> int:
    """The clerk as a person of the community."""
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        with unit_of_work(ctx, "core.user.manage") as uow:
            made = enter(uow, PersonInput(name="王芳", org_id=org_tree.community.id or 0))
            account = uow.session.get(UserAccount, clerk.id)
            assert account is not None
            account.person_id = made
    return made


def _numbers(card: str) -> dict[str, int]:
    stat = r'gv-stat-label">(.+?)</span>\s*<span class="gv-stat-value">(\d+)<'
    return {label: int(number) for label, number in re.findall(stat, card)}


def test_the_page_of_a_clerk_shows_what_the_clerk_handles(
    qimen: Qimen,
    client: MakeClient,
    clerk: Account,
    person: int,
    take: Take,
    bring: Callable[[int, str], None],
) -> None:
    made = take(title="西巷路灯不亮")
    bring(made.order_id, "dispatched")
    with qimen.db.session() as session:
        move(clerk.context(session), made.order_id, Event.CLAIM, Inputs())
    user = client(clerk)
    assert f"/petitions/people/{person}/card" in user.get(f"/people/{person}").text
    card = user.get(f"/petitions/people/{person}/card").text
    assert _numbers(card) == {"正在办理": 1, "经办": 1, "登记": 0}
    assert "西巷路灯不亮" in card


def test_the_card_does_not_tell_who_took_a_sealed_petition_down(
    qimen: Qimen, client: MakeClient, clerk: Account, person: int, org_tree: OrgTree
) -> None:
    new = NewPetition(unit_id=org_tree.community.id or 0, content="路灯不亮", category="road.lamp")
    with qimen.db.session() as session:
        made = register(clerk.context(session), new)
    url = f"/petitions/people/{person}/card"
    assert _numbers(client(clerk).get(url).text)["登记"] == 1  # the control
    listed = f"/api/petitions?registrar={clerk.id}"
    assert client(clerk).get(listed).json()["count"] == 1
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        with unit_of_work(ctx, "petitions.order.read") as uow:
            petition = uow.session.get(Petition, made.order_id)
            assert petition is not None
            petition.sealed = True
    assert _numbers(client(clerk).get(url).text)["登记"] == 0
    assert client(clerk).get(listed).json()["count"] == 0
    assert client(clerk).get("/api/petitions?mine=registered").json()["count"] == 0


def test_it_is_not_for_those_who_reach_neither_person_nor_petition(
    client: MakeClient,
    as_user: MakeAccount,
    org_tree: OrgTree,
    person: int,
    toggle: Toggle,
    clerk: Account,
) -> None:
    url = f"/petitions/people/{person}/card"
    assert client(as_user("community_clerk", org_tree.other_community)).get(url).status_code == 404
    # A grid worker reads petitions, but no people.
    assert client(as_user("grid_worker", org_tree.community)).get(url).status_code == 403
    assert client(as_user("sysadmin", org_tree.county)).get(url).status_code == 403
    assert client(clerk).get(url).status_code == 200
    toggle("petitions", org_tree.township, on=False)
    assert client(clerk).get(url).status_code == 404
    assert url not in client(clerk).get(f"/people/{person}").text


def test_a_resident_has_no_such_card(
    qimen: Qimen, client: MakeClient, clerk: Account, org_tree: OrgTree
) -> None:
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        with unit_of_work(ctx, "core.person.manage") as uow:
            made = enter(uow, PersonInput(name="李强", org_id=org_tree.community.id or 0))
    assert f"/petitions/people/{made}/card" not in client(clerk).get(f"/people/{made}").text
