"""The page of one petition: what it says, what it hides, what it refuses."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from qimen_core import Qimen, unit_of_work
from qimen_core.audit.models import AuditRow
from qimen_core.testing.accounts import Account
from qimen_core.testing.fixtures import MakeAccount, MakeClient
from qimen_core.testing.units import OrgTree
from qimen_petitions.services import NewPetition, draft_petition


def test_a_field_is_revealed_once_for_a_reason_that_stands_in_the_audit(
    take: Any, client: MakeClient, clerk: Account, qimen: Qimen
) -> None:
    made = take(name="张桂兰", phone="13800006721")
    browser = client(clerk)
    address = f"/petitions/{made.order_id}/reveal"
    assert browser.post(address, data={"field": "phone", "reason": "看"}).status_code == 422
    shown = browser.post(address, data={"field": "phone", "reason": "电话回访诉求人"})
    assert "13800006721" in shown.text
    assert "张桂兰" not in shown.text
    with qimen.db.session() as session:
        rows = session.scalars(
            select(AuditRow).where(AuditRow.action == "petitions.order.reveal")  # type: ignore[arg-type]
        ).all()
    assert [(row.reason, row.subject) for row in rows] == [
        ("电话回访诉求人", f"petitions_petition:{made.order_id}")
    ]
    assert "13800006721" not in str(rows[0].fields)


def test_a_handler_cannot_call_back_and_the_form_keeps_what_was_typed(
    take: Any, client: MakeClient, clerk: Account, bring: Callable[[int, str], None]
) -> None:
    made = take()
    bring(made.order_id, "replied")
    answer = client(clerk).post(
        f"/petitions/{made.order_id}/callback",
        data={
            "result": "solved",
            "satisfaction": "fairly",
            "caller_name": "王五",
            "note": "电话已接通",
        },
    )
    assert answer.status_code == 422
    assert "回访人不能是承办人王五" in answer.text
    assert "电话已接通" in answer.text


def test_the_second_of_two_people_reads_who_was_first(
    take: Any, client: MakeClient, clerk: Account, bring: Callable[[int, str], None]
) -> None:
    made = take()
    bring(made.order_id, "accepted")
    answer = client(clerk).post(
        f"/petitions/{made.order_id}/accept", data={"category": "road.lamp"}
    )
    assert answer.status_code == 409
    assert "已于" in answer.text
    assert "待派单" in answer.text


def test_another_community_cannot_see_and_a_reader_cannot_move(
    take: Any, client: MakeClient, org_tree: OrgTree, as_user: MakeAccount
) -> None:
    made = take()
    address = f"/petitions/{made.order_id}"
    stranger = client(as_user("community_clerk", org_tree.sibling))
    assert stranger.get(address).status_code == 404
    assert stranger.post(f"{address}/accept", data={}).status_code == 404
    reader = client(as_user("county_office", org_tree.county))
    page = reader.get(address)
    assert page.status_code == 200
    assert "由有权限的同事办理" in page.text
    assert f"{address}/accept" not in page.text
    assert reader.post(f"{address}/accept", data={}).status_code == 403
    assert reader.post(f"{address}/reveal", data={}).status_code == 403


def test_a_category_brings_its_limit_along_when_it_is_set_at_acceptance(
    take: Any, client: MakeClient, clerk: Account
) -> None:
    made = take(category="")
    browser = client(clerk)
    address = f"/petitions/{made.order_id}"
    assert browser.post(f"{address}/accept", data={}).status_code == 422
    answer = browser.post(f"{address}/accept", data={"category": "utility.gas"})
    assert answer.status_code == 303
    page = browser.get(address).text
    assert "紧急事项办理时限" in page
    assert "3月2日周一 24:00 到期" in page


def test_editing_a_category_is_the_countys_and_a_stale_form_is_refused(
    client: MakeClient, clerk: Account, org_tree: OrgTree, as_user: MakeAccount
) -> None:
    assert client(clerk).get("/petitions/categories").status_code == 403
    browser = client(as_user("county_office", org_tree.county))
    assert "路灯照明" in browser.get("/petitions/categories").text
    address = "/petitions/categories/road.lamp"
    typed = {"label": "路灯", "kind": "complaint", "active": "1", "version": "1"}
    assert browser.post(address, data=typed).status_code == 303
    assert browser.post(address, data=typed).status_code == 409
    assert ">路灯<" in browser.get("/petitions/categories").text


@pytest.mark.parametrize("state", ["accepted", "dispatched", "in_progress", "replied", "closed"])
def test_the_page_opens_in_every_state(
    take: Any, client: MakeClient, clerk: Account, bring: Callable[[int, str], None], state: str
) -> None:
    made = take()
    bring(made.order_id, state)
    assert client(clerk).get(f"/petitions/{made.order_id}").status_code == 200


def test_a_draft_is_submitted_by_whoever_takes_petitions_down(
    client: MakeClient, clerk: Account, qimen: Qimen, org_tree: OrgTree, as_user: MakeAccount
) -> None:
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        with unit_of_work(ctx, "petitions.order.create") as uow:
            new = NewPetition(unit_id=org_tree.community.id or 0, content="路灯不亮")
            made = draft_petition(uow, new)
    address = f"/petitions/{made.order_id}"
    reader = client(as_user("county_office", org_tree.county))
    assert f"{address}/submit" not in reader.get(address).text
    assert reader.post(f"{address}/submit").status_code == 403
    browser = client(clerk)
    assert "响应时限开始计时" in browser.get(address).text
    assert browser.post(f"{address}/submit").status_code == 303
    assert ">待受理<" in browser.get(address).text
