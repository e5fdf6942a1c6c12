"""Saved views: one's own, by name, and nobody else's."""

import pytest
from sqlalchemy import select

from qimen_core import InvalidInput, NotFound, Qimen
from qimen_core.access.models import SavedView
from qimen_core.testing.accounts import Account
from qimen_core.testing.fixtures import MakeAccount, MakeClient
from qimen_core.testing.units import OrgTree
from qimen_web.saved_views import VIEWS_PER_LIST, delete_view, save_view

LIST = "petitions-orders"


@pytest.fixture
def clerk(org_tree: OrgTree, as_user: MakeAccount) -> Account:
    return as_user("community_clerk", org_tree.community)


def save(account: Account, name: str = "超期的", query: str = "state=late&after=xyz") -> None:
    with account.qimen.db.session() as session:
        save_view(account.context(session), account.id, LIST, name, query)


def stored(qimen: Qimen) -> list[SavedView]:
    with qimen.db.session() as session:
        return list(session.scalars(select(SavedView)))


def test_a_view_keeps_the_filters_and_not_the_page(qimen: Qimen, clerk: Account) -> None:
    save(clerk)
    assert [(view.name, view.query) for view in stored(qimen)] == [("超期的", {"state": "late"})]


def test_the_same_name_replaces_the_view(qimen: Qimen, clerk: Account) -> None:
    save(clerk)
    save(clerk, query="state=open")
    assert [view.query for view in stored(qimen)] == [{"state": "open"}]


@pytest.mark.parametrize(
    ("name", "query", "message"),
    [
        ("  ", "state=late", "起个名字"),
        ("长" * 31, "state=late", "最多 30 个字"),
        ("空的", "after=xyz", "没有筛选条件"),
    ],
)
def test_a_view_that_makes_no_sense_is_refused(
    qimen: Qimen, clerk: Account, name: str, query: str, message: str
) -> None:
    with pytest.raises(InvalidInput, match=message):
        save(clerk, name, query)
    assert stored(qimen) == []


def test_there_is_an_end_to_views(qimen: Qimen, clerk: Account) -> None:
    for number in range(VIEWS_PER_LIST):
        save(clerk, f"第{number}个")
    with pytest.raises(InvalidInput, match="最多保存 20 个"):
        save(clerk, "又一个")
    save(clerk, "第3个", "state=open")
    assert len(stored(qimen)) == VIEWS_PER_LIST


def test_anothers_view_can_neither_be_seen_nor_deleted(
    qimen: Qimen, org_tree: OrgTree, clerk: Account, as_user: MakeAccount, client: MakeClient
) -> None:
    save(clerk)
    view = stored(qimen)[0].id
    other = as_user("community_clerk", org_tree.community)
    answer = client(other).post(f"/views/{LIST}/{view}/delete")
    assert answer.status_code == 404
    assert len(stored(qimen)) == 1
    with qimen.db.session() as session, pytest.raises(NotFound):
        delete_view(clerk.context(session), clerk.id, "another-list", view or 0)
    assert client(clerk).post(f"/views/{LIST}/{view}/delete").status_code == 303
    assert stored(qimen) == []


@pytest.mark.parametrize(
    ("back", "place"),
    [("/petitions?state=late", "/petitions?state=late"), ("https://elsewhere.cn/", "/")],
)
def test_saving_leads_back_to_the_list_and_never_elsewhere(
    clerk: Account, client: MakeClient, back: str, place: str
) -> None:
    form = {"name": "超期的", "query": "state=late", "back": back}
    answer = client(clerk).post(f"/views/{LIST}", data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, place)
