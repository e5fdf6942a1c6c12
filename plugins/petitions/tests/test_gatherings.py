"""Events with several requests, the list of needs, and matters that cannot wait for a form."""

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import func
from sqlmodel import select

from qimen_core import Qimen
from qimen_core.db.session import unscoped
from qimen_core.testing.fixtures import MakeAccount, MakeClient
from qimen_core.testing.units import OrgTree
from qimen_orders import Order
from qimen_orders.models import OrderHistory
from qimen_petitions.gathering.models import Emergency, Gathered, Gathering

Words = Callable[[str], str]
EVENT = {"kind": "symposium", "held_on": "2025-06-03", "place": "社区会议室", "people": "23"}
REQUEST = {"content": "凉亭的灯坏了。晚上没法坐。", "category": "road.lamp", "name": "张桂兰"}
FIRE = "emergency.fire"


def key_of(page: str) -> str:
    found = re.search(r'name="key" value="([0-9a-f]+)"', page)
    assert found
    return found[1]


def held(browser: Any, unit_id: int | None) -> str:
    """Write an event down and return its address."""
    answer = browser.post("/petitions/gatherings/new", data={**EVENT, "unit_id": str(unit_id)})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def orders(qimen: Qimen) -> list[Order]:
    with qimen.db.session() as session, unscoped(session):
        return list(session.exec(select(Order).order_by(Order.id)))  # type: ignore[arg-type]


def test_requests_are_entered_one_after_another_and_belong_to_the_event(
    qimen: Qimen, desk: Any, org_tree: OrgTree, words: Words
) -> None:
    browser = desk.browser
    address = held(browser, org_tree.community.id)
    for content in ("凉亭的灯坏了。", "井盖松了。"):
        page = browser.get(address)
        assert "autofocus" in page.text
        sent = {**REQUEST, "content": content, "key": key_of(page.text)}
        for _time in range(2):  # a double click makes one
            answer = browser.post(f"{address}/requests", data=sent)
            assert answer.status_code == 303, answer.text
            assert answer.headers["location"] == address
    told = words(browser.get(address).text)
    assert "登记第 3 条诉求" in told
    assert "凉亭的灯坏了" in told
    assert [order.channel for order in orders(qimen)] == ["symposium", "symposium"]
    with qimen.db.session() as session, unscoped(session):
        assert session.exec(select(func.count()).select_from(Gathered)).one() == 2
    listed = words(browser.get("/petitions/gatherings").text)
    assert "2025-06-03 座谈会" in listed
    assert "23 2" in listed


def test_needs_are_what_was_gathered_and_go_out_as_a_workbook(
    desk: Any, org_tree: OrgTree, take: Any, words: Words
) -> None:
    browser = desk.browser
    take(content="打电话来说的事", channel="phone")
    take(content="走访时说的事", channel="visit_out")
    told = words(browser.get("/petitions/needs").text)
    assert "走访时说的事" in told
    assert "打电话来说的事" not in told
    answer = browser.get("/petitions/needs.xlsx")
    assert answer.status_code == 200
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0)
    cells = [cell for row in sheet.to_python() for cell in row]
    assert "走访时说的事" in cells
    assert "打电话来说的事" not in cells


def test_an_event_out_of_reach_is_not_there(
    desk: Any, client: MakeClient, as_user: MakeAccount, org_tree: OrgTree, qimen: Qimen
) -> None:
    address = held(desk.browser, org_tree.community.id)
    page = desk.browser.get(address)
    other = client(as_user("community_clerk", org_tree.sibling))
    assert other.get(address).status_code == 404
    sent = {**REQUEST, "key": key_of(page.text)}
    assert other.post(f"{address}/requests", data=sent).status_code == 404
    assert orders(qimen) == []
    late = desk.browser.post(
        "/petitions/gatherings/new",
        data={**EVENT, "held_on": "2099-01-01", "unit_id": str(org_tree.community.id)},
    )
    assert late.status_code == 422
    assert "日期不能晚于今天" in late.text
    with qimen.db.session() as session, unscoped(session):
        assert session.exec(select(func.count()).select_from(Gathering)).one() == 1


def test_an_emergency_stops_the_public_form_and_keeps_what_was_typed(
    qimen: Qimen, client: MakeClient, org_tree: OrgTree, words: Words
) -> None:
    browser = client()
    address = f"/p/petitions/{org_tree.community.code}"
    page = browser.get(address)
    assert 'href="tel:119"' in page.text
    sent = {
        "content": "楼下着火了，烟很大",
        "phone": "13800006721",
        "category": FIRE,
        "identity": "open",
        **dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.text)),
        "emergency_passed": "1",  # no field of this form: it helps nobody here
    }
    stopped = browser.post(address, data=sent)
    assert stopped.status_code == 422
    assert "这是紧急情况，请立即拨打 119（消防救援）" in words(stopped.text)
    assert "楼下着火了，烟很大" in stopped.text
    assert orders(qimen) == []
    assert browser.post(address, data={**sent, "category": "road.lamp"}).status_code == 200
    assert len(orders(qimen)) == 1


@pytest.mark.parametrize("where", ["new", "event"])
def test_staff_go_on_once_they_have_passed_the_emergency_on(
    qimen: Qimen, desk: Any, org_tree: OrgTree, where: str
) -> None:
    browser = desk.browser
    page = "/petitions/new" if where == "new" else held(browser, org_tree.community.id)
    sent = {
        **REQUEST,
        "category": FIRE,
        "channel": "phone",
        "unit_id": str(org_tree.community.id),
        "key": key_of(browser.get(page).text),
    }
    address = page if where == "new" else f"{page}/requests"
    stopped = browser.post(address, data=sent)
    assert stopped.status_code == 422
    assert 'name="emergency_passed"' in stopped.text
    assert "凉亭的灯坏了" in stopped.text
    assert orders(qimen) == []
    assert browser.post(address, data={**sent, "emergency_passed": "1"}).status_code == 303
    (order,) = orders(qimen)
    assert order.urgent
    with qimen.db.session() as session, unscoped(session):
        line = session.exec(select(OrderHistory)).one()
    assert "登记人确认" in line.note
    assert "119（消防救援）" in line.note


def test_whom_to_call_is_data_of_the_scheme(
    qimen: Qimen, client: MakeClient, as_user: MakeAccount, org_tree: OrgTree
) -> None:
    browser = client(as_user("county_office", org_tree.county))
    address = "/petitions/categories/utility.gas"
    page = browser.get(address)
    version = re.search(r'name="version" value="(\d+)"', page.text)
    assert version
    sent = {"label": "燃气", "kind": "help", "urgent": "1", "active": "1", "version": version[1]}
    bad = browser.post(address, data={**sent, "emergency_phone": "打电话"})
    assert bad.status_code == 422
    assert "请填写电话号码" in bad.text
    good = {
        **sent,
        "emergency_phone": "0559-4512345 / 119",
        "emergency_answers": "燃气抢修",
        "emergency_source": "燃气公司公布，2025-06 核对",
    }
    assert browser.post(address, data=good).status_code == 303
    with qimen.db.session() as session:
        row = session.get(Emergency, "utility.gas")
        assert row is not None
        assert row.answers == "燃气抢修"
    shown = client().get(f"/p/petitions/{org_tree.community.code}").text
    assert 'href="tel:05594512345"' in shown
    assert 'href="tel:119"' in shown
    version = re.search(r'name="version" value="(\d+)"', browser.get(address).text)
    assert version
    assert browser.post(address, data={**sent, "version": version[1]}).status_code == 303
    with qimen.db.session() as session:
        assert session.get(Emergency, "utility.gas") is None
