"""Notices: who is told, once, and only while they may still see the thing."""

import pytest

from qimen_core import Qimen, unit_of_work
from qimen_core.models import OrgUnit
from qimen_core.testing.accounts import Account
from qimen_core.testing.fixtures import MakeAccount, MakeClient, Toggle
from qimen_core.testing.units import OrgTree
from qimen_web.notices import latest, notify, unread

READ = "petitions.order.read"


@pytest.fixture
def plugins() -> tuple[str, ...]:
    """Petitions, whose right the notices here need."""
    return ("petitions",)


@pytest.fixture
def clerk(org_tree: OrgTree, as_user: MakeAccount) -> Account:
    return as_user("community_clerk", org_tree.community)


def tell(qimen: Qimen, unit: OrgUnit, key: str = "a", by: Account | None = None) -> int:
    assert unit.id is not None
    with qimen.db.session() as session:
        ctx = by.context(session) if by else qimen.system_context(session)
        with unit_of_work(ctx, "petitions.order.dispatch", unit=unit.path) as uow:
            return notify(
                uow, unit.id, permission=READ, text="新派来工单", url="/petitions", key=key
            )


def waiting(account: Account) -> int:
    with account.qimen.db.session() as session:
        return unread(account.context(session))


def test_those_who_work_at_the_unit_and_hold_the_right_are_told(
    qimen: Qimen, org_tree: OrgTree, as_user: MakeAccount, clerk: Account
) -> None:
    others = [
        as_user("community_clerk", org_tree.sibling),  # elsewhere
        as_user("township_office", org_tree.township),  # above: they have the list
        as_user("auditor", org_tree.community),  # here, without the right
    ]
    assert tell(qimen, org_tree.community) == 1
    assert waiting(clerk) == 1
    assert [waiting(each) for each in others] == [0, 0, 0]


def test_the_same_thing_is_told_once(qimen: Qimen, org_tree: OrgTree, clerk: Account) -> None:
    assert [tell(qimen, org_tree.community, key) for key in ("a", "a", "b")] == [1, 0, 1]
    assert waiting(clerk) == 2


def test_whoever_acts_is_not_told_what_they_just_did(
    qimen: Qimen, org_tree: OrgTree, as_user: MakeAccount, clerk: Account
) -> None:
    colleague = as_user("community_clerk", org_tree.community)
    assert tell(qimen, org_tree.community, by=clerk) == 1
    assert (waiting(clerk), waiting(colleague)) == (0, 1)


def test_a_notice_is_gone_while_its_plugin_is_off_and_back_with_it(
    qimen: Qimen, org_tree: OrgTree, clerk: Account, toggle: Toggle
) -> None:
    tell(qimen, org_tree.community)
    toggle("petitions", org_tree.township, on=False)
    with qimen.db.session() as session:
        ctx = clerk.context(session)
        assert (unread(ctx), latest(ctx)) == (0, [])
    toggle("petitions", org_tree.township, on=True)
    assert waiting(clerk) == 1


def test_opening_marks_as_read_and_leads_to_the_thing(
    qimen: Qimen, org_tree: OrgTree, clerk: Account, client: MakeClient
) -> None:
    tell(qimen, org_tree.community)
    with qimen.db.session() as session:
        notice = latest(clerk.context(session))[0].id
    browser = client(clerk)
    page = browser.get("/notices").text
    assert "新派来工单" in page
    assert "1 条未读通知" in page
    answer = browser.post(f"/notices/{notice}/open")
    assert (answer.status_code, answer.headers["location"]) == (303, "/petitions")
    assert waiting(clerk) == 0


def test_anothers_notice_cannot_be_opened(
    qimen: Qimen, org_tree: OrgTree, clerk: Account, as_user: MakeAccount, client: MakeClient
) -> None:
    tell(qimen, org_tree.community)
    with qimen.db.session() as session:
        notice = latest(clerk.context(session))[0].id
    stranger = client(as_user("community_clerk", org_tree.sibling))
    assert stranger.post(f"/notices/{notice}/open").status_code == 404
    assert waiting(clerk) == 1


def test_marking_all_as_read_can_be_taken_back(
    qimen: Qimen, org_tree: OrgTree, clerk: Account, client: MakeClient
) -> None:
    for key in ("a", "b"):
        tell(qimen, org_tree.community, key)
    browser = client(clerk)
    assert browser.post("/notices/read").status_code == 303
    assert waiting(clerk) == 0
    toasts = browser.get("/notices").text
    undo = toasts.partition('data-undo-url="')[2].partition('"')[0].replace("&amp;", "&")
    assert undo.startswith("/notices/unread?at=")
    assert browser.post(undo).status_code == 303
    assert waiting(clerk) == 2
    assert browser.post("/notices/unread?at=soon").status_code == 404
