"""The three say each their own; what is published has n, no person, and no order of merit."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from qimen_core import Qimen, scope, unit_of_work
from qimen_core.org.queries import Unit, get_unit
from qimen_core.settings_store import put, stamp
from qimen_core.testing.accounts import Account
from qimen_core.testing.fixtures import MakeAccount, MakeClient
from qimen_core.testing.units import OrgTree
from qimen_orders import Order
from qimen_petitions.estates.improving import improve
from qimen_petitions.estates.views import views_of

ROUND = "/p/petitions/990101100001/ratings"


@pytest.fixture
def rated(add: Callable[..., int], plan: Any, company: Unit) -> Any:
    add(company_id=company.id)
    made = plan()
    made.step("open")
    made.fill(10)
    return made


@pytest.fixture
def manager(as_user: MakeAccount, qimen: Qimen, company: Unit) -> Account:
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        with scope(session, ctx, "core.org.read"):
            return as_user("unit_contact", get_unit(ctx, company.id))  # type: ignore[arg-type]


def views(rated: Any) -> dict[str, Any]:
    with rated.qimen.db.session() as session:
        return views_of(rated.clerk.context(session), rated.results()[0].id)


def test_a_company_writes_its_own_word_and_reaches_no_other(
    rated: Any, manager: Account, client: MakeClient, clerk: Account
) -> None:
    browser, mine = client(manager), views(rated)
    rated.answer("13900000001", remark="住 3 栋的老王说电梯常坏")
    address = f"/petitions/ratings/views/{mine['company'].id}"
    early = browser.get(address).text
    assert "截止后这里显示得分" in early
    assert "2.90" not in early
    rated.step("close")
    assert "2.90" in browser.get(address).text
    for other in ("community", "committee"):
        assert browser.get(f"/petitions/ratings/views/{mine[other].id}").status_code == 404
    assert browser.get(f"/petitions/ratings/estates/{mine['company'].rated_id}").status_code == 403
    typed = {"words": "电梯月底前修好", "due_on": "2026-03-31", "score": "5", "version": "1"}
    assert browser.post(address, data=typed).status_code == 303
    assert browser.post(address, data=typed).status_code == 409
    said = views(rated)["company"]
    assert (said.words, said.due_on, said.score) == ("电梯月底前修好", date(2026, 3, 31), None)
    assert not said.for_them
    # What residents wrote stays with the community.
    assert "老王" not in browser.get(address).text
    assert "老王" in client(clerk).get(f"/petitions/ratings/estates/{said.rated_id}").text


def test_what_the_desk_types_in_for_others_is_marked(
    rated: Any, client: MakeClient, clerk: Account
) -> None:
    browser, mine = client(clerk), views(rated)
    for horse in ("committee", "community", "company"):
        typed = {"words": "总体尚可", "score": "4", "version": "1"}
        address = f"/petitions/ratings/views/{mine[horse].id}"
        assert browser.post(address, data=typed).status_code == 303
    said = views(rated)
    assert {horse: each.for_them for horse, each in said.items()} == {
        "community": False, "committee": True, "company": True,
    }  # fmt: skip
    assert {horse: each.score for horse, each in said.items()} == {
        "community": 4, "committee": 4, "company": None,
    }  # fmt: skip
    rated.step("close", "confirm")
    typed = {"words": "改一改", "version": "2"}
    late = browser.post(f"/petitions/ratings/views/{mine['community'].id}", data=typed)
    assert late.status_code == 409


def test_only_a_confirmed_round_is_published_without_persons(
    rated: Any, client: MakeClient, clerk: Account, org_tree: OrgTree
) -> None:
    anybody, address = client(), f"{ROUND}/{rated.round_id}"
    typed = {"words": "请找张伟先生，电话 13812345678，3 栋 501 室", "version": "1"}
    rated.answer("13900000001", remark="我的意见不公示")
    client(clerk).post(f"/petitions/ratings/views/{views(rated)['company'].id}", data=typed)
    rated.step("close")
    assert anybody.get(address).status_code == 404
    rated.step("confirm")
    page = anybody.get(address).text
    assert "东门小区" in page
    assert "n = 11" in page
    assert "2.90" in page
    for hidden in ("13812345678", "张伟", "501 室", "我的意见不公示"):
        assert hidden not in page
    assert f"ratings/{rated.round_id}" in anybody.get("/p/petitions/990101100001/publicity").text
    assert anybody.get(f"/p/petitions/990101100002/ratings/{rated.round_id}").status_code == 404
    rated.step("withdraw")
    assert anybody.get(address).status_code == 404


def test_estates_stand_by_name_unless_a_ranking_was_asked_for(
    add: Callable[..., int], plan: Any, client: MakeClient, qimen: Qimen, org_tree: OrgTree
) -> None:
    add("丙小区")
    add("乙小区")
    rating = plan()
    rating.step("open")
    names = [each.estate for each in rating.results()]
    rating.fill(10, nth=names.index("丙小区"), scores={"clean": 5})
    rating.fill(10, nth=names.index("乙小区"), scores={"clean": 1})
    rating.step("close", "confirm")

    def order() -> list[str]:
        page = client().get(f"{ROUND}/{rating.round_id}").text
        return sorted(("丙小区", "乙小区"), key=page.index)

    assert order() == sorted(["丙小区", "乙小区"])
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        with unit_of_work(ctx, "core.setting.manage") as uow:
            place = get_unit(ctx, org_tree.community.id or 0)
            values: dict[str, object] = {"rating_ranking": True}
            put(uow, "petitions", place, values, stamp(ctx, "petitions", place))
    assert order() == ["丙小区", "乙小区"]


def test_a_low_score_opens_one_order_and_the_next_round_asks_about_it(
    rated: Any, client: MakeClient, clerk: Account, plan: Any, qimen: Qimen, take: Any
) -> None:
    browser = client(clerk)
    address = f"/petitions/ratings/estates/{rated.results()[0].id}"
    early = browser.post(f"{address}/improve", data={"words": "电梯"})
    assert early.status_code == 409
    rated.step("close")
    page = browser.get(address).text
    assert "建议立项整改" in page
    assert "收费公开（1.0 分，n = 10）" in page
    assert browser.post(f"{address}/improve", data={"words": ""}).status_code == 422
    assert browser.post(f"{address}/improve", data={"words": "收费要公开"}).status_code == 303
    again = browser.post(f"{address}/improve", data={"words": "再来一次"})
    assert again.status_code == 409
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        with scope(session, ctx, "petitions.order.read"):
            (order,) = session.scalars(select(Order)).all()
            assert (order.channel, order.category, order.place) == (
                "rating", "estate.service", "东门小区",
            )  # fmt: skip
    rated.step("confirm")
    second = plan(name="第一季度评价", start=date(2026, 1, 1), end=date(2026, 3, 31))
    second.step("open")
    (result,) = second.results()
    shown = browser.get(f"/petitions/ratings/estates/{result.id}").text
    assert "上一轮：第四季度评价" in shown
    assert "已提交" in shown or "待受理" in shown or "整改工单" in shown
    kept = f"/petitions/ratings/estates/{result.id}/kept"
    assert browser.post(kept, data={"kept": "partly", "version": result.version}).status_code == 303
    assert "部分做到" in browser.get(f"/petitions/ratings/estates/{result.id}").text
    # The order of the improvement lies in the second round's days: one came in from the estate.
    assert "收到 1 件" in browser.get(f"/petitions/ratings/estates/{result.id}").text


def test_an_order_that_fails_leaves_no_improvement_behind(rated: Any, clerk: Account) -> None:
    rated.step("close")
    (result,) = rated.results()
    with rated.qimen.db.session() as session:
        improve(clerk.context(session), result.id, "收费要公开")
    with (
        rated.qimen.db.session() as session,
        pytest.raises(Exception, match="已经立项"),
    ):
        improve(clerk.context(session), result.id, "第二次")
    with rated.qimen.db.session() as session:
        ctx = clerk.context(session)
        with scope(session, ctx, "petitions.order.read"):
            assert len(session.scalars(select(Order)).all()) == 1
