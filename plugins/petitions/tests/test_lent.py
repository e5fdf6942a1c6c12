"""A department's own clerk opens, claims and answers what was handed to the department."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import update
from sqlmodel import select

from qimen_core import OrgUnit, Qimen, scope, unit_of_work
from qimen_core.models import Grant, Lent
from qimen_core.org.moving import move
from qimen_core.org.tree import NewUnit, create
from qimen_core.testing.accounts import Account
from qimen_core.testing.fixtures import MakeAccount, MakeClient, Toggle
from qimen_core.testing.units import OrgTree
from qimen_orders import Event

Do = Callable[..., None]
REASON = {"field": "phone", "reason": "联系诉求人看现场"}
LAMP = {"name": "李建国", "phone": "13800001234", "title": "路灯不亮"}


@pytest.fixture
def bureaus(qimen: Qimen, org_tree: OrgTree) -> list[OrgUnit]:
    """Two departments of the county."""
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        with unit_of_work(ctx, "core.org.manage", subject="core_org") as uow:
            for name in ("住建局", "水利局"):
                new = NewUnit("department", name, org_tree.county.id, valid_from=date(2000, 1, 1))
                create(uow, new)
        with scope(session, ctx, "core.org.read"):
            found = session.exec(select(OrgUnit).where(OrgUnit.kind == "department"))
            return sorted(found, key=lambda unit: unit.name)


@pytest.fixture
def bureau(bureaus: list[OrgUnit]) -> OrgUnit:
    """The one that is asked."""
    return bureaus[0]


@pytest.fixture
def theirs(bureau: OrgUnit, as_user: MakeAccount) -> Account:
    """Its clerk."""
    return as_user("unit_clerk", bureau)


@pytest.fixture
def hand_over(take: Any, do: Do, bureau: OrgUnit) -> Callable[..., int]:
    """A function that takes a petition down, hands it to the department, and returns its id."""

    def make(**facts: Any) -> int:
        order_id: int = take(**{**LAMP, **facts}).order_id
        do(order_id, Event.ACCEPT, category="road.lamp")
        do(order_id, Event.DISPATCH, taker=f"department:{bureau.id}")
        return order_id

    return make


def loans(qimen: Qimen, order_id: int) -> set[int]:
    with qimen.db.session() as session:
        found = select(Lent.org_id).where(Lent.kind == "orders_order", Lent.row_id == order_id)
        return set(session.exec(found))


def test_from_today_to_the_answer(
    take: Any, do: Do, hand_over: Callable[..., int], client: MakeClient, theirs: Account,
    clerk: Account,
) -> None:  # fmt: skip
    other = take(title="别人的事").order_id
    browser = client(theirs)
    assert "交给我们的" in browser.get("/today").text
    assert browser.get(f"/petitions/{other}").status_code == 404
    order_id = hand_over()
    page = f"/petitions/{order_id}"
    assert 'href="/petitions?mine=handed&amp;state=open"' in browser.get("/today").text
    assert page in browser.get("/petitions?mine=handed&state=open").text
    assert page in browser.get("/petitions/widgets/next").text
    shown = browser.get(page).text
    assert "路灯不亮" in shown
    assert "李**" in shown
    assert "13800001234" not in shown
    # Asked, but not yet theirs: nobody needs the number now.
    assert browser.post(f"{page}/reveal", data=REASON).status_code == 403
    claimed = {"handler_name": "赵工", "key": "k" * 16}
    assert browser.post(f"{page}/claim", data=claimed).status_code == 303
    assert "13800001234" in browser.post(f"{page}/reveal", data=REASON).text
    assert (
        browser.post(f"{page}/ask-extend", data={"reason": "complex", "days": 2}).status_code == 303
    )
    do(order_id, Event.DECLINE, note="请按期答复")
    assert browser.get(f"{page}/reply/preview").status_code == 200
    answered = browser.post(f"{page}/reply", data={"public_text": "路灯已修好"})
    assert answered.status_code == 303, answered.text
    assert browser.post(f"{page}/undo?event=reply").status_code == 303
    assert browser.post(f"{page}/reply", data={"public_text": "路灯已修好"}).status_code == 303
    desk = client(clerk)
    said = {"result": "solved", "satisfaction": "satisfied", "caller_name": "王芳"}
    # Whoever handled it neither calls back nor closes it, and is told so.
    assert browser.post(f"{page}/callback", data=said).status_code == 403
    assert desk.post(f"{page}/callback", data=said).status_code == 303
    assert desk.post(f"{page}/close-off", data={}).status_code == 303
    assert browser.get(page).status_code == 200
    assert browser.post(f"{page}/reveal", data=REASON).status_code == 403


def test_a_loan_widens_no_list_count_search_or_export(
    take: Any, hand_over: Callable[..., int], client: MakeClient, theirs: Account,
    bureau: OrgUnit, as_user: MakeAccount,
) -> None:  # fmt: skip
    order_id = hand_over(content="路灯不亮，井盖也松了")
    number = str(order_id)
    # A role that may do everything there: its lists, too, hold what lies there and nothing lent.
    for account in (theirs, as_user("township_office", bureau), as_user("county_office", bureau)):
        browser = client(account)
        for address in (
            "/petitions", "/petitions?state=open", "/petitions?q=井盖", "/palette?q=井盖",
            "/api/petitions", "/petitions/hot", f"/petitions/units/{bureau.id}/card",
            "/petitions/figures", "/petitions/export.xlsx?mine=handed",
        ):  # fmt: skip
            answer = browser.get(address)
            assert f"/petitions/{number}" not in answer.text, address
            assert "路灯不亮" not in answer.text, address
        assert f"/petitions/{number}" in browser.get("/petitions?mine=handed").text


def test_what_is_off_at_either_unit_is_closed(
    hand_over: Callable[..., int], client: MakeClient, theirs: Account, bureau: OrgUnit,
    org_tree: OrgTree, toggle: Toggle,
) -> None:  # fmt: skip
    page = f"/petitions/{hand_over()}"
    browser = client(theirs)
    for unit in (bureau, org_tree.community):
        assert browser.get(page).status_code == 200
        toggle("petitions", unit, on=False)
        assert browser.get(page).status_code == 404
        assert browser.post(f"{page}/claim", data={}).status_code == 404
        toggle("petitions", unit, on=True)


def test_a_grant_that_is_revoked_is_gone_at_the_next_request(
    hand_over: Callable[..., int], client: MakeClient, theirs: Account, qimen: Qimen
) -> None:
    page = f"/petitions/{hand_over()}"
    browser = client(theirs)
    assert browser.get(page).status_code == 200
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        with unit_of_work(ctx, "core.grant.manage") as uow:
            mine = update(Grant).where(Grant.user_id == theirs.id)  # type: ignore[arg-type]
            uow.claim(mine.values(revoked_at=ctx.now))
    assert browser.get(page).status_code == 403


def test_the_loan_follows_the_department_when_it_moves(
    hand_over: Callable[..., int], client: MakeClient, theirs: Account, bureau: OrgUnit,
    org_tree: OrgTree, qimen: Qimen,
) -> None:  # fmt: skip
    page = f"/petitions/{hand_over()}"
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        with unit_of_work(ctx, "core.org.manage", moving=True) as uow:
            move(uow, bureau.id or 0, org_tree.other_township.id or 0)
    browser = client(theirs)
    assert browser.get(page).status_code == 200
    claimed = {"handler_name": "赵工", "key": "k" * 16}
    assert browser.post(f"{page}/claim", data=claimed).status_code == 303


def test_of_two_departments_one_claims_and_the_other_hands_it_back(
    take: Any, do: Do, bureaus: list[OrgUnit], as_user: MakeAccount, client: MakeClient,
    qimen: Qimen,
) -> None:  # fmt: skip
    order_id = take(**LAMP).order_id
    page = f"/petitions/{order_id}"
    do(order_id, Event.ACCEPT, category="road.lamp")
    do(order_id, Event.WHISTLE, takers=tuple(f"department:{each.id}" for each in bureaus))
    assert loans(qimen, order_id) == {each.id for each in bureaus}
    first, second = (client(as_user("unit_clerk", each)) for each in bureaus)
    assert second.get(page).status_code == 200
    claimed = {"handler_name": "赵工", "key": "k" * 16}
    assert first.post(f"{page}/claim", data=claimed).status_code == 303
    assert loans(qimen, order_id) == {bureaus[0].id}
    assert second.get(page).status_code == 404
    assert second.post(f"{page}/claim", data=claimed).status_code == 404


def test_a_return_that_is_upheld_ends_the_loan_and_an_uplift_keeps_the_work_readable(
    hand_over: Callable[..., int], client: MakeClient, theirs: Account, do: Do, bureau: OrgUnit,
    qimen: Qimen,
) -> None:  # fmt: skip
    returned, uplifted = hand_over(), hand_over(title="另一盏路灯")
    browser = client(theirs)
    answer = browser.post(f"/petitions/{returned}/return", data={"reason": "not_ours"})
    assert answer.status_code == 303, answer.text
    assert browser.get(f"/petitions/{returned}").status_code == 200
    do(returned, Event.UPHOLD, note="同意")
    assert loans(qimen, returned) == set()
    assert browser.get(f"/petitions/{returned}").status_code == 404
    do(uplifted, Event.CLAIM, theirs, handler_name="赵工")
    answer = browser.post(f"/petitions/{uplifted}/uplift", data={"note": "需县里统筹"})
    assert answer.status_code == 303, answer.text
    assert browser.get(f"/petitions/{uplifted}").status_code == 200
    assert browser.post(f"/petitions/{uplifted}/claim", data={"key": "k"}).status_code == 422


def test_an_assist_reports_and_a_waived_one_is_out(
    take: Any, do: Do, bureaus: list[OrgUnit], org_tree: OrgTree, as_user: MakeAccount,
    client: MakeClient, qimen: Qimen,
) -> None:  # fmt: skip
    order_id = take(**LAMP).order_id
    keys = tuple(f"department:{each.id}" for each in bureaus)
    do(order_id, Event.ACCEPT, category="road.lamp")
    do(order_id, Event.DISPATCH, taker=f"unit:{org_tree.community.id}", assists=keys)
    do(order_id, Event.CLAIM, handler_name="王五")
    helper = client(as_user("unit_clerk", bureaus[0]))
    done = {"taker": keys[0], "note": "已配合断电"}
    assert (
        helper.post(f"/petitions/{order_id}/reply", data={"public_text": "好了"}).status_code == 422
    )
    assert helper.post(f"/petitions/{order_id}/reveal", data=REASON).status_code == 403
    assert helper.post(f"/petitions/{order_id}/assist-done", data=done).status_code == 303
    do(order_id, Event.ASSIST_WAIVED, taker=keys[1], note="不必了")
    assert loans(qimen, order_id) == {bureaus[0].id}


def test_a_department_complained_about_does_not_learn_who_complains(
    take: Any, do: Do, bureaus: list[OrgUnit], as_user: MakeAccount, client: MakeClient,
    org_tree: OrgTree, qimen: Qimen,
) -> None:  # fmt: skip
    """Whoever is asked to answer for itself reads the words; another department reads a mask."""
    from qimen_petitions.models import NamedParty

    order_id = take(
        content="收费不公开", name="祝桂兰", phone="13800006721", place="凤凰巷 7 号",
        named_unit=org_tree.community.id,
    ).order_id  # fmt: skip
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        with unit_of_work(ctx, "petitions.order.create") as uow:
            rows = select(NamedParty).where(NamedParty.order_id == order_id)
            uow.session.exec(rows).one().unit_id = bureaus[0].id
    keys = tuple(f"department:{each.id}" for each in bureaus)
    do(order_id, Event.ACCEPT, category="road.lamp")
    do(order_id, Event.DISPATCH, taker=keys[0], assists=keys[1:])
    accused, other = (client(as_user("unit_clerk", each)) for each in bureaus)
    hidden = ("祝**", "138****6721", "凤凰巷", "祝桂兰")
    told = accused.get(f"/petitions/{order_id}").text
    assert "收费不公开" in told
    assert [trace for trace in hidden if trace in told] == []
    assert "祝**" in other.get(f"/petitions/{order_id}").text
    for browser in (accused, other):
        answer = browser.post(f"/petitions/{order_id}/sealed/reveal", data=REASON)
        assert answer.status_code == 403
