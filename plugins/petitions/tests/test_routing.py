"""Routing rules: their page, what accepting makes of them, and what returns propose."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from qimen_core import OrgUnit, Qimen, scope, unit_of_work
from qimen_core.db import migrate
from qimen_core.org.queries import get_unit
from qimen_core.org.tree import NewUnit, create
from qimen_core.settings_store import put, stamp
from qimen_core.testing.accounts import Account
from qimen_core.testing.fixtures import MakeAccount, MakeClient
from qimen_core.testing.units import OrgTree
from qimen_orders import Event, Inputs, Order
from qimen_petitions.models import NamedParty
from qimen_petitions.routing.models import Routing, RoutingRule
from qimen_petitions.services import move

from .conftest import Take

Write = Callable[..., int]


@pytest.fixture
def lighting(qimen: Qimen, org_tree: OrgTree) -> int:
    """A department of the township."""
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        with unit_of_work(ctx, "core.org.manage") as uow:
            return create(uow, NewUnit("department", "市政所", org_tree.township.id)).id


@pytest.fixture
def write(qimen: Qimen, org_tree: OrgTree, lighting: int) -> Write:
    """A function that writes a rule of the township; it names the department."""

    def make(unit: OrgUnit | None = None, **facts: Any) -> int:
        owner = unit or org_tree.township
        values = {"category": "road", "lead": f"department:{lighting}", **facts}
        with qimen.db.session() as session:
            ctx = qimen.system_context(session)
            with unit_of_work(ctx, "petitions.routing.manage") as uow:
                rule = RoutingRule(org_id=owner.id or 0, org_path=owner.path, **values)
                uow.session.add(rule)
                uow.session.flush()
                assert rule.id is not None
                return rule.id

    return make


@pytest.fixture
def office(org_tree: OrgTree, as_user: MakeAccount) -> Account:
    """Somebody of the township."""
    return as_user("township_office", org_tree.township)


def _order(qimen: Qimen, order_id: int) -> dict[str, Any]:
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        with scope(session, ctx, "petitions.order.read"):
            order = session.get(Order, order_id)
            assert order is not None
            return order.model_dump()


def _do(qimen: Qimen, order_id: int, *moves: tuple[Event, dict[str, Any]]) -> None:
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        for event, inputs in moves:
            move(ctx, order_id, event, Inputs(**inputs))


def _allow_at_once(qimen: Qimen, unit: OrgUnit) -> None:
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        with scope(session, ctx, "core.setting.manage"):
            here = get_unit(ctx, unit.id or 0)
        seen = stamp(ctx, "petitions", here)
        with unit_of_work(ctx, "core.setting.manage", unit=unit.path) as uow:
            put(uow, "petitions", here, {"route_at_once": True}, seen)


def _rule_ids(page: str) -> list[int]:
    return [int(number) for number in re.findall(r"<small>规则 (\d+)</small>", page)]


def _chosen(page: str) -> str:
    """The value of the lead that the dispatch form has chosen."""
    select_ = re.search(r'<select[^>]*id="f-taker".*?</select>', page, re.S)
    assert select_ is not None
    chosen = re.search(r'value="([^"]+)" selected', select_[0])
    return chosen[1] if chosen else ""


def test_accepting_applies_the_first_rule_once_and_logs_it(
    take: Take, client: MakeClient, clerk: Account, write: Write, lighting: int, qimen: Qimen,
    org_tree: OrgTree,
) -> None:  # fmt: skip
    made, plain = take(place="阳光小区"), take(place="东街")
    number = write(
        words="阳光小区", kind="complaint", assists=[f"unit:{org_tree.county.id}"], urgent=False
    )
    browser = client(clerk)
    for each in (made, plain):
        answer = browser.post(f"/petitions/{each.order_id}/accept", data={"category": "road.lamp"})
        assert answer.status_code < 400, answer.text
    page = browser.get(f"/petitions/{made.order_id}").text
    assert f"分派规则 {number}（" in page
    assert _chosen(page) == f"department:{lighting}"
    assert re.search(rf'value="unit:{org_tree.county.id}" checked', page)
    assert _order(qimen, made.order_id)["kind"] == "complaint"
    # The other lies elsewhere, so no rule speaks.
    control = browser.get(f"/petitions/{plain.order_id}").text
    assert "分派规则" not in control.partition("<main")[2]
    assert _chosen(control) == f"unit:{org_tree.community.id}"
    # A rule changed afterwards changes nothing that was accepted before.
    browser.post(f"/petitions/routing/{number}/state", data={"state": "archived"})
    assert _chosen(browser.get(f"/petitions/{made.order_id}").text) == f"department:{lighting}"


def test_what_came_back_is_not_proposed_the_same_way_again(
    take: Take, client: MakeClient, clerk: Account, write: Write, lighting: int, qimen: Qimen
) -> None:
    made = take()
    write()
    taker = {"taker": f"department:{lighting}"}
    _do(qimen, made.order_id, (Event.ACCEPT, {}), (Event.DISPATCH, taker))
    _do(
        qimen, made.order_id, (Event.RETURN, {"reason": "not_ours"}), (Event.UPHOLD, {"note": "好"})
    )
    assert _chosen(client(clerk).get(f"/petitions/{made.order_id}").text).startswith("unit:")


def test_a_rule_dispatches_at_once_only_where_the_setting_lets_it(
    take: Take, write: Write, lighting: int, qimen: Qimen, org_tree: OrgTree, client: MakeClient,
    clerk: Account,
) -> None:  # fmt: skip
    before, after = take(), take()
    number = write(at_once=True)
    _do(qimen, before.order_id, (Event.ACCEPT, {}))
    assert _order(qimen, before.order_id)["state"] == "accepted"
    _allow_at_once(qimen, org_tree.township)
    answer = client(clerk).post(
        f"/petitions/{after.order_id}/accept", data={"category": "road.lamp"}
    )
    assert answer.status_code < 400
    order = _order(qimen, after.order_id)
    assert (order["state"], order["lead_id"]) == ("dispatched", lighting)
    page = client(clerk).get(f"/petitions/{after.order_id}").text
    assert page.count(f"分派规则 {number}（") >= 2  # at accepting and at dispatching


def test_whoever_may_not_dispatch_gets_a_proposal_only(
    take: Take, write: Write, qimen: Qimen, org_tree: OrgTree, monkeypatch: pytest.MonkeyPatch,
    clerk: Account,
) -> None:  # fmt: skip
    write(at_once=True)
    _allow_at_once(qimen, org_tree.township)
    made = take()
    real = type(qimen.registry).roles_with

    def without(registry: Any, permission: str) -> Any:
        return (
            frozenset() if permission == "petitions.order.dispatch" else real(registry, permission)
        )

    monkeypatch.setattr(type(qimen.registry), "roles_with", without)
    with qimen.db.session() as session:
        move(clerk.context(session), made.order_id, Event.ACCEPT, Inputs())
    assert _order(qimen, made.order_id)["state"] == "accepted"


def test_a_complaint_about_the_lead_is_not_routed_to_it(
    take: Take, write: Write, lighting: int, qimen: Qimen, org_tree: OrgTree, client: MakeClient,
    clerk: Account,
) -> None:  # fmt: skip
    write()
    made = take()
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        with unit_of_work(ctx, "petitions.order.create") as uow:
            place = {"org_id": org_tree.community.id or 0, "org_path": org_tree.community.path}
            uow.session.add(NamedParty(order_id=made.order_id, unit_id=lighting, **place))
    _do(qimen, made.order_id, (Event.ACCEPT, {}))
    assert "分派规则 " not in client(clerk).get(f"/petitions/{made.order_id}").text


def test_rules_are_added_changed_moved_put_aside_and_brought_back(
    client: MakeClient, office: Account, org_tree: OrgTree, qimen: Qimen, lighting: int
) -> None:
    browser = client(office)
    address = f"/petitions/routing?unit={org_tree.township.id}"
    for category in ("road", "estate"):
        answer = browser.post(
            f"/petitions/routing/new?unit={org_tree.township.id}",
            data={"category": category, "lead": f"department:{lighting}", "version": "1"},
        )
        assert answer.status_code < 400, answer.text
    first, second = _rule_ids(browser.get(address).text)
    browser.post(f"/petitions/routing/{second}/step", data={"step": "up"})
    assert _rule_ids(browser.get(address).text) == [second, first]
    browser.post(f"/petitions/routing/{second}/step", data={"step": "up"})  # it is the first
    assert _rule_ids(browser.get(address).text) == [second, first]
    changed = {"category": "", "words": "阳光小区", "lead": "own", "version": "1"}
    assert browser.post(f"/petitions/routing/{first}", data=changed).status_code < 400
    assert "阳光小区" in browser.get(address).text
    stale = browser.post(f"/petitions/routing/{first}", data=changed)
    assert stale.status_code == 409
    assert "刚被他人修改" in stale.text
    browser.post(f"/petitions/routing/{second}/state", data={"state": "archived"})
    assert _rule_ids(browser.get(address).text) == [first]
    browser.post(f"/petitions/routing/{second}/state", data={"state": "active"})
    assert _rule_ids(browser.get(address).text) == [first, second]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"lead": ""}, "请选择主办单位"),
        ({"lead": "department:999"}, "请从列表中选择主办单位"),
        ({"lead": "own", "category": "nothing"}, "请从列表中选择类别"),
        ({"lead": "own", "place_id": "999999"}, "请从列表中选择属地"),
        ({"lead": "own", "assists": ["unit:999999"]}, "没有这些协办单位"),
    ],
)
def test_a_rule_that_names_what_is_not_there_is_refused_in_chinese(
    client: MakeClient, office: Account, org_tree: OrgTree, typed: dict[str, Any], said: str
) -> None:
    url = f"/petitions/routing/new?unit={org_tree.township.id}"
    answer = client(office).post(url, data={"words": "阳光小区", **typed})
    assert answer.status_code == 422
    assert said in answer.text
    assert 'value="阳光小区"' in answer.text


def test_a_community_inherits_but_does_not_change_the_rules_above(
    client: MakeClient, clerk: Account, write: Write, org_tree: OrgTree
) -> None:
    above, own = write(), write(org_tree.community, category="estate", lead="own")
    browser = client(clerk)
    page = browser.get("/petitions/routing").text
    assert _rule_ids(page) == [own, above]
    assert "继承自 松岭镇" in page
    for what in ("step", "state"):
        data = {"step": "down", "state": "archived"}
        assert browser.post(f"/petitions/routing/{above}/{what}", data=data).status_code == 404
    assert browser.get(f"/petitions/routing/{above}").status_code == 404
    assert browser.get(f"/petitions/routing?unit={org_tree.township.id}").status_code == 404


def test_a_try_says_which_rule_would_take_a_matter_and_writes_nothing(
    client: MakeClient, office: Account, write: Write, org_tree: OrgTree
) -> None:
    number = write(place_id=org_tree.community.id, words="阳光小区")
    browser = client(office)
    address = f"/petitions/routing?unit={org_tree.township.id}&category=road.lamp"
    here = f"{address}&at={org_tree.community.id}&place=阳光小区3栋"
    assert f"规则 {number} 管这件：市政所主办" in browser.get(here).text
    assert (
        "没有规则管这件" in browser.get(f"{address}&at={org_tree.sibling.id}&place=阳光小区").text
    )
    assert "没有规则管这件" in browser.get(f"{address}&place=东街").text
    assert browser.get(f"{address}&at={org_tree.other_community.id}").status_code == 404


@pytest.fixture
def detours(take: Take, qimen: Qimen, org_tree: OrgTree, lighting: int) -> Callable[[int], None]:
    """A function that lets orders be returned by the community and go to the department."""

    def make(number: int) -> None:
        for _each in range(number):
            _do(
                qimen,
                take().order_id,
                (Event.ACCEPT, {}),
                (Event.DISPATCH, {"lead_id": org_tree.community.id}),
                (Event.RETURN, {"reason": "not_ours"}),
                (Event.UPHOLD, {"note": "归市政"}),
                (Event.DISPATCH, {"taker": f"department:{lighting}"}),
            )

    return make


def test_returns_propose_a_rule_which_only_a_person_takes_on(
    client: MakeClient, office: Account, detours: Callable[[int], None], org_tree: OrgTree,
    lighting: int, take: Take, qimen: Qimen, clerk: Account,
) -> None:  # fmt: skip
    browser = client(office)
    address = f"/petitions/routing?unit={org_tree.township.id}"
    detours(2)
    assert "退单提示的规则" not in browser.get(address).text
    detours(1)
    page = browser.get(address).text
    assert "3 件退回后改派" in page
    evidence = re.findall(r'<a href="/petitions/\d+" title="[^"]*">(\d{4}-[\d-]+)</a>', page)
    assert len(evidence) == 3
    assert _rule_ids(page) == []
    waiting = take()
    _do(qimen, waiting.order_id, (Event.ACCEPT, {}))  # proposed, not applied
    assert _chosen(client(clerk).get(f"/petitions/{waiting.order_id}").text).startswith("unit:")
    said = {"category": "road.lamp", "place_id": str(org_tree.community.id)}
    decision = {**said, "lead": f"department:{lighting}", "decision": "accept"}
    url = f"/petitions/routing/proposals?unit={org_tree.township.id}"
    assert browser.post(url, data=decision).status_code < 400
    page = browser.get(address).text
    assert "由 3 件退单得出" in page
    assert "退单提示的规则" not in page
    assert browser.post(url, data=decision).status_code == 409


def test_a_proposal_put_aside_comes_back_only_with_as_much_again(
    client: MakeClient, office: Account, detours: Callable[[int], None], org_tree: OrgTree,
    lighting: int,
) -> None:  # fmt: skip
    browser = client(office)
    address = f"/petitions/routing?unit={org_tree.township.id}"
    detours(3)
    said = {"category": "road.lamp", "place_id": str(org_tree.community.id)}
    decision = {**said, "lead": f"department:{lighting}", "decision": "dismiss"}
    browser.post(f"/petitions/routing/proposals?unit={org_tree.township.id}", data=decision)
    page = browser.get(address).text
    assert "退单提示的规则" not in page
    assert _rule_ids(page) == []
    detours(2)
    assert "退单提示的规则" not in browser.get(address).text
    detours(1)
    assert "6 件退回后改派" in browser.get(address).text


def test_the_revision_of_routing_goes_down_and_up_again_beside_its_petitions(
    take: Take, write: Write, qimen: Qimen
) -> None:
    made = take()
    write()
    _do(qimen, made.order_id, (Event.ACCEPT, {}))
    migrate.downgrade(qimen, "petitions", "petitions_0005")
    assert _order(qimen, made.order_id)["state"] == "accepted"
    migrate.upgrade(qimen, "petitions")
    assert migrate.differences(qimen, "petitions") == []
    write()
    again = take()
    _do(qimen, again.order_id, (Event.ACCEPT, {}))
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        with scope(session, ctx, "petitions.order.read"):
            assert session.get(Routing, again.order_id) is not None
            assert session.get(Routing, made.order_id) is None
