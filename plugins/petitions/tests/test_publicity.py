"""公示: numbers that can be counted again, words without a person, and nothing where it is off."""

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from qimen_core import FixedClock, Qimen, unit_of_work
from qimen_core.models import Person
from qimen_core.org.queries import get_unit
from qimen_core.settings_store import put, stamp
from qimen_core.testing.accounts import Account
from qimen_core.testing.fixtures import MakeAccount, MakeClient, Toggle
from qimen_core.testing.units import OrgTree
from qimen_orders import Event, Inputs, Order, OrderHistory
from qimen_petitions.answering.models import Answer
from qimen_petitions.services import move

PAGE = "/p/petitions/990101100001/publicity"
TABLE = f"{PAGE}.csv"


@pytest.fixture
def close(qimen: Qimen, org_tree: OrgTree) -> Callable[..., None]:
    """A function that takes a submitted petition to its close, as told."""

    def make(
        order_id: int, result: str = "solved", satisfaction: str = "satisfied", **said: str
    ) -> None:
        steps = (
            (Event.ACCEPT, Inputs()),
            (Event.DISPATCH, Inputs(lead_id=org_tree.community.id)),
            (Event.CLAIM, Inputs(handler_name="王五")),
            (Event.REPLY, Inputs(public_text=said.get("answer", "已修好"))),
            (Event.CALLBACK, Inputs(result=result, satisfaction=satisfaction)),
            (Event.CLOSE_OFF, Inputs()),
        )
        with qimen.db.session() as session:
            ctx = qimen.system_context(session)
            for event, inputs in steps:
                move(ctx, order_id, event, inputs)

    return make


@pytest.fixture
def arrange(qimen: Qimen) -> Callable[..., None]:
    """A function that sets petitions' settings at a unit."""

    def make(unit: Any, **values: object) -> None:
        with qimen.db.session() as session:
            ctx = qimen.system_context(session)
            with unit_of_work(ctx, "core.setting.manage") as uow:
                place = get_unit(ctx, unit.id)
                put(uow, "petitions", place, values, stamp(ctx, "petitions", place))

    return make


def _rows(answer: Any) -> list[list[str]]:
    assert answer.status_code == 200, answer.text
    assert answer.content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def _moved(qimen: Qimen, taken: Any, event: Event, **inputs: Any) -> None:
    with qimen.db.session() as session:
        move(qimen.system_context(session), taken.order_id, event, Inputs(**inputs))


def _numbers(rows: list[list[str]]) -> dict[str, tuple[str, str]]:
    return {row[0]: (row[1], row[2]) for row in rows if len(row) == 4}


def test_the_numbers_of_a_month_add_up_and_name_what_they_count(
    client: MakeClient, take: Any, close: Any, bring: Any, qimen: Qimen, clock: FixedClock
) -> None:
    close(take().order_id)
    close(take().order_id, satisfaction="dissatisfied")
    close(take().order_id, result="unsolved", satisfaction="fairly")
    bring(take().order_id, "dispatched")
    take()
    refused, joined, target = take(), take(), take()
    _moved(qimen, refused, Event.NOT_ACCEPT, reason="not_here", public_text="不归本地管")
    _moved(qimen, joined, Event.MERGE, target=target.number)
    clock.set(datetime(2026, 4, 2, 2, 0, tzinfo=UTC))
    found = _numbers(_rows(client().get(TABLE)))
    assert found["收到"][0] == "8"
    parts = ("受理", "不予受理", "并件、转送", "待受理")
    assert [found[name][0] for name in parts] == ["4", "1", "1", "2"]
    assert found["办结"][0] == "3"
    # Four were due in March: three answered in time, the dispatched one is overdue.
    assert found["按时办结"] == ("3", "4")
    assert found["已解决"] == ("2", "3")
    assert found["群众满意"] == ("2", "3")
    page = client().get(PAGE).text
    assert "75.0%" in page
    assert "3/4 件（n = 4）" in page


def test_the_median_is_of_days_from_coming_in_to_the_answer(
    client: MakeClient, take: Any, close: Any, clock: FixedClock
) -> None:
    orders = []
    for _number in range(3):
        orders.append(take().order_id)
        clock.advance(timedelta(days=1))
    close(orders[0])
    close(orders[2])
    clock.advance(timedelta(days=1))
    close(orders[1])
    clock.set(datetime(2026, 4, 2, 2, 0, tzinfo=UTC))
    # 3, 1 and 3 days.
    assert _numbers(_rows(client().get(TABLE)))["从收到到答复的天数（中位数）"][0] == "3.0"


def test_the_words_hold_no_person_and_the_table_no_formula(
    client: MakeClient, take: Any, close: Any, qimen: Qimen, org_tree: OrgTree, clock: FixedClock
) -> None:
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        with unit_of_work(ctx, "core.person.manage") as uow:
            place = org_tree.community
            uow.session.add(Person(name="沙和尚", org_id=place.id, org_path=place.path))
    told = {"name": "紫霞", "phone": "13800006721", "place": "东门小区 3 栋 501 室"}
    words = "=1+1 紫霞家3栋501室漏水，电话13800006721"
    close(take(content=words, **told).order_id, answer="+王五、沙和尚已上门，3 栋 501 室修好")
    clock.set(datetime(2026, 4, 2, 2, 0, tzinfo=UTC))
    # The head holds a random token, which may well have a 501 in it.
    page, table = client().get(PAGE).text.partition("<main")[2], client().get(TABLE)
    for secret in ("紫霞", "13800006721", "501", "王五", "沙和尚", "东门小区"):
        assert secret not in page, secret
        assert secret not in table.text, secret
    assert "漏水" in page  # the control: the rest of the words is there
    row = next(row for row in _rows(table) if len(row) == 6 and "漏水" in row[1])
    assert row[1].startswith("'=")
    assert row[2].startswith("'+")


def test_anonymous_sealed_appeals_and_unsolved_ones_are_counted_and_not_told(
    client: MakeClient, take: Any, close: Any, qimen: Qimen, org_tree: OrgTree, clock: FixedClock
) -> None:
    close(take(content="甲件路灯", anonymous=True, phone="13800006721").order_id)
    close(take(content="乙件路灯").order_id, result="partly")
    close(take(content="丙件路灯").order_id)
    sealed = take(content="丁件路灯", sealed=True, named_unit=org_tree.community.id)
    appeal = take(content="戊件路灯")
    _moved(qimen, appeal, Event.ACCEPT, kind="appeal")
    clock.set(datetime(2026, 4, 2, 2, 0, tzinfo=UTC))
    page = client().get(PAGE).text
    assert "丙件路灯" in page
    for hidden in ("甲件", "乙件", "丁件", "戊件"):
        assert hidden not in page, hidden
    above = "/p/petitions/990101100000/publicity"
    assert "丁件" not in client().get(above).text
    # The sealed one lies with the township, and is counted there.
    assert _numbers(_rows(client().get(f"{above}.csv")))["收到"][0] == "1"
    assert sealed.number not in page
    assert _numbers(_rows(client().get(TABLE)))["办结"][0] == "3"


def test_earlier_months_are_there_as_long_as_the_setting_says(
    client: MakeClient, org_tree: OrgTree, arrange: Any, take: Any, close: Any, clock: FixedClock
) -> None:
    browser = client()
    close(take(content="三月的路灯").order_id)
    # The month that runs is not on show.
    assert "三月的路灯" not in browser.get(PAGE).text
    assert browser.get(PAGE, params={"month": "2026-03"}).status_code == 404
    clock.set(datetime(2026, 5, 1, 2, 0, tzinfo=UTC))
    assert "2026年4月" in browser.get(PAGE).text
    assert "三月的路灯" in browser.get(PAGE, params={"month": "2026-03"}).text
    assert browser.get(PAGE, params={"month": "2025-04"}).status_code == 404
    arrange(org_tree.community, publicity_months=1)
    assert browser.get(PAGE, params={"month": "2026-03"}).status_code == 404
    assert browser.get(TABLE, params={"month": "nonsense"}).status_code == 404


def test_a_unit_that_is_off_closed_or_no_community_publishes_nothing(
    client: MakeClient, org_tree: OrgTree, toggle: Toggle, arrange: Any
) -> None:
    browser = client()
    assert browser.get(PAGE).status_code == 200
    assert browser.get("/p/petitions/990101000000/publicity").status_code == 404
    toggle("petitions", org_tree.township, on=False)
    assert {browser.get(each).status_code for each in (PAGE, TABLE)} == {404}
    toggle("petitions", org_tree.township, on=True)
    arrange(org_tree.township, publicity=False)
    assert {browser.get(each).status_code for each in (PAGE, TABLE)} == {404}
    assert "publicity" not in browser.get("/p/petitions/990101100001").text
    arrange(org_tree.community, publicity=True)
    assert browser.get(PAGE).status_code == 200
    assert PAGE in browser.get("/p/petitions/990101100001").text


def test_the_poster_fills_in_the_place_and_the_card_leads_to_it(
    client: MakeClient, clerk: Account, org_tree: OrgTree, arrange: Any
) -> None:
    browser = client(clerk)
    unit = org_tree.community
    card = browser.get(f"/petitions/units/{unit.id}/card").text
    poster = f"/petitions/units/{unit.id}/poster"
    assert poster in card
    assert PAGE in card
    bare = browser.get(poster).text
    placed = browser.get(poster, params={"place": "东门小区 3 栋"}).text
    assert "东门小区 3 栋" in placed
    assert "110 / 119 / 120" in placed
    code = 'shape-rendering="crispEdges"'
    assert bare.split(code)[1] != placed.split(code)[1]
    form = browser.get("/p/petitions/990101100001", params={"place": "东门小区 3 栋"}).text
    assert 'value="东门小区 3 栋"' in form
    arrange(unit, public_form=False)
    assert browser.get(poster).status_code == 404
    assert poster not in browser.get(f"/petitions/units/{unit.id}/card").text


def test_keys_are_shown_to_the_county_alone(
    client: MakeClient, clerk: Account, as_user: MakeAccount, org_tree: OrgTree, arrange: Any
) -> None:
    arrange(org_tree.county, open311_clients="随手拍")
    page = f"/petitions/units/{org_tree.county.id}/open311"
    shown = client(as_user("county_office", org_tree.county)).get(page)
    assert "随手拍" in shown.text
    assert shown.headers["cache-control"] == "no-store"
    assert client(clerk).get(page).status_code == 403
    assert client().get(page).status_code == 302


def test_an_answer_for_the_resident_alone_is_counted_and_not_told(
    client: MakeClient, take: Any, close: Any, qimen: Qimen, clock: FixedClock
) -> None:
    shown, private = take(content="甲件路灯"), take(content="乙件路灯")
    for each in (shown, private):
        close(each.order_id)
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        with unit_of_work(ctx, "petitions.order.reply") as uow:
            order = uow.session.get_one(Order, private.order_id)
            said = select(OrderHistory.id).where(  # type: ignore[call-overload]
                OrderHistory.order_id == order.id, OrderHistory.event == Event.REPLY.value
            )
            line = uow.session.scalars(said).one()
            place = {"order_id": order.id, "org_id": order.org_id, "org_path": order.org_path}
            uow.session.add(Answer(line_id=line, private=True, **place))
    clock.set(datetime(2026, 4, 2, 2, 0, tzinfo=UTC))
    page = client().get(PAGE).text
    assert "甲件路灯" in page
    assert "乙件路灯" not in page
    assert _numbers(_rows(client().get(TABLE)))["办结"][0] == "2"
