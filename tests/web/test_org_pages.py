"""The tree's pages: seen in reach only, changed with the right, fast at any size."""

import re

import pytest

from qimen_core.clock import FixedClock
from qimen_core.db.session import scope
from qimen_core.db.work import unit_of_work
from qimen_core.org import queries, tree
from qimen_core.runtime import Qimen
from qimen_core.testing.fixtures import MakeAccount, MakeClient
from qimen_core.testing.units import OrgTree


def unit_of(qimen: Qimen, code: str) -> queries.Unit:
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        with scope(session, ctx, "core.org.read"):
            return queries.by_code(ctx, code)


def test_the_tree_begins_at_the_topmost_unit_in_reach(
    client: MakeClient, as_user: MakeAccount, org_tree: OrgTree
) -> None:
    page = client(as_user("township_office", org_tree.township)).get("/org").text
    assert "松岭镇" in page
    assert "城东社区" in page
    assert "柳溪镇" not in page
    assert "云溪县" not in re.sub(r"<header.*?</header>", "", page, flags=re.S)


def test_a_branch_is_one_level(client: MakeClient, as_user: MakeAccount, org_tree: OrgTree) -> None:
    office = client(as_user("county_office", org_tree.county))
    branch = office.get(f"/org/{org_tree.county.id}/children").text
    assert "松岭镇" in branch
    assert "2 个下级" in branch
    assert "城东社区" not in branch


@pytest.mark.parametrize("path", ["", "/children", "/numbers", "/history"])
def test_another_townships_unit_does_not_exist(
    client: MakeClient, as_user: MakeAccount, org_tree: OrgTree, path: str
) -> None:
    clerk = client(as_user("community_clerk", org_tree.community))
    assert clerk.get(f"/org/{org_tree.community.id}{path}").status_code == 200
    assert clerk.get(f"/org/{org_tree.other_community.id}{path}").status_code == 404


@pytest.mark.parametrize("query", ["城东", "cdsq", "990101100001"])
def test_a_unit_is_found_by_name_initials_and_code(
    client: MakeClient, as_user: MakeAccount, org_tree: OrgTree, query: str
) -> None:
    office = client(as_user("county_office", org_tree.county))
    page = office.get("/org", params={"q": query}).text
    assert f'href="/org/{org_tree.community.id}"' in page
    assert f'href="/org/{org_tree.sibling.id}"' not in page


def test_who_may_only_look_gets_no_button_and_403(
    client: MakeClient, as_user: MakeAccount, org_tree: OrgTree
) -> None:
    clerk = client(as_user("community_clerk", org_tree.community))
    assert "归档" not in clerk.get(f"/org/{org_tree.community.id}").text.replace("已归档的", "")
    assert clerk.post(f"/org/{org_tree.community.id}/archive").status_code == 403


def test_seen_above_the_own_unit_is_not_managed_there(
    client: MakeClient, as_user: MakeAccount, org_tree: OrgTree
) -> None:
    admin = client(as_user("township_admin", org_tree.township))
    assert admin.post(f"/org/{org_tree.other_community.id}/archive").status_code == 404
    assert admin.get(f"/org/{org_tree.county.id}/new").status_code == 404


def test_a_unit_is_made_renamed_moved_and_archived_on_its_pages(
    client: MakeClient, as_user: MakeAccount, org_tree: OrgTree, qimen: Qimen
) -> None:
    office = client(as_user("county_office", org_tree.county))
    made = office.post(
        f"/org/{org_tree.township.id}/children",
        data={"kind": "community", "name": "西街社区", "code": "990101100003"},
    )
    assert made.status_code == 303
    unit = unit_of(qimen, "990101100003")
    renamed = office.post(
        f"/org/{unit.id}/revise",
        data={"name": "西街新社区", "code": unit.code, "version": unit.version},
    )
    assert renamed.status_code == 303
    unit = unit_of(qimen, "990101100003")
    moved = office.post(f"/org/{unit.id}/move", data={"parent": "柳溪镇", "version": unit.version})
    assert moved.status_code == 303
    unit = unit_of(qimen, "990101100003")
    assert unit.path.startswith(org_tree.other_township.path)
    assert office.post(f"/org/{unit.id}/archive").status_code == 303
    assert unit_of(qimen, "990101100003").valid_to is not None
    assert office.post(f"/org/{unit.id}/restore").status_code == 303
    assert unit_of(qimen, "990101100003").valid_to is None


def test_what_is_wrong_stands_beside_the_field_and_what_was_typed_stays(
    client: MakeClient, as_user: MakeAccount, org_tree: OrgTree
) -> None:
    office = client(as_user("county_office", org_tree.county))
    answer = office.post(
        f"/org/{org_tree.township.id}/children",
        data={"kind": "community", "name": "西街社区", "code": "990101101003"},
    )
    assert answer.status_code == 422
    assert "应以上级代码“990101100”开头" in answer.text
    assert 'value="西街社区"' in answer.text


def test_a_stale_rename_is_409_with_both_names(
    client: MakeClient, as_user: MakeAccount, org_tree: OrgTree, qimen: Qimen
) -> None:
    office = client(as_user("county_office", org_tree.county))
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        with unit_of_work(ctx, "core.org.manage") as uow:
            assert org_tree.community.id is not None
            tree.revise(uow, org_tree.community.id, 1, name="城东新社区", code=None)
    answer = office.post(
        f"/org/{org_tree.community.id}/revise", data={"name": "东大街社区", "version": 1}
    )
    assert answer.status_code == 409
    assert "城东新社区" in answer.text
    assert 'value="东大街社区"' in answer.text


def test_the_past_is_told_by_day(
    client: MakeClient,
    as_user: MakeAccount,
    org_tree: OrgTree,
    qimen: Qimen,
    clock: FixedClock,
) -> None:
    day = clock.today()
    clock.set(clock.now().replace(month=6))
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        with unit_of_work(ctx, "core.org.manage") as uow:
            assert org_tree.community.id is not None
            tree.revise(uow, org_tree.community.id, 1, name="城东新社区", code=None)
    clerk = client(as_user("community_clerk", org_tree.community))
    path = f"/org/{org_tree.community.id}/history"
    page = clerk.get(path, params={"day": day.isoformat()}).text
    assert "云溪县 / 松岭镇 / 城东社区" in page
    assert "那一天还没有这个单位" in clerk.get(path, params={"day": "1999-01-01"}).text
    assert clerk.get(path, params={"day": "没有这一天"}).status_code == 200
