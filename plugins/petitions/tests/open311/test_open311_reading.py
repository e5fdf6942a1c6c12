"""What programs read: services, and requests without a person in them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from qimen_core import FixedClock, Qimen
from qimen_core.testing.fixtures import MakeClient, Toggle
from qimen_core.testing.units import OrgTree
from qimen_orders import Event, Inputs
from qimen_petitions.services import move

Client = Callable[..., Any]

HERE = {"jurisdiction_id": "990101100001"}
COUNTY = {"jurisdiction_id": "990101000000"}
FIELDS = {
    "service_request_id", "status", "status_notes", "service_name", "service_code", "description",
    "agency_responsible", "service_notice", "requested_datetime", "updated_datetime",
    "expected_datetime", "address", "address_id", "zipcode", "lat", "long", "media_url",
}  # fmt: skip


def _fails(client: Any, code: int, word: str, call: str, *names: str, **arguments: str) -> None:
    with pytest.raises(client.failed) as failure:
        getattr(client, call)(*names, **arguments)
    assert failure.value.status == code
    assert word in failure.value.errors[0]["description"]


def test_services_are_the_leaves_of_the_scheme_and_urgent_ones_name_the_phone(
    georeport: Client,
) -> None:
    found = {each["service_code"]: each for each in georeport().services(**HERE)}
    assert "road" not in found
    assert found["road.lamp"]["group"] == "道路交通"
    assert "110 / 119 / 120" in found["utility.gas"]["description"]
    assert "110" not in found["road.lamp"]["description"]
    keys = {"service_code", "service_name", "description", "metadata", "type", "keywords", "group"}
    assert all(set(each) == keys for each in found.values())


def test_a_definition_asks_for_the_community_where_there_are_several(georeport: Client) -> None:
    app = georeport()
    asked = {each["code"]: each for each in app.definition("road.lamp", **COUNTY)["attributes"]}
    community = asked["community"]
    assert community["required"] is True
    assert {"key": "990101100001", "name": "城东社区"} in community["values"]
    assert "安和社区" not in {each["name"] for each in community["values"]}
    assert [each["order"] for each in asked.values()] == [1, 2]
    _fails(app, 404, "service_code", "definition", "no.such", **HERE)


@pytest.mark.parametrize("call", ["services", "requests"])
def test_the_jurisdiction_is_needed_and_must_exist(georeport: Client, call: str) -> None:
    app = georeport()
    _fails(app, 400, "jurisdiction_id", call)
    _fails(app, 400, "jurisdiction_id", call, jurisdiction_id="")
    _fails(app, 404, "jurisdiction_id", call, jurisdiction_id="990101999999")


def test_the_list_holds_no_person_no_door_and_nothing_sealed(
    georeport: Client, take: Client, bring: Client, org_tree: OrgTree, client: MakeClient, form: str
) -> None:
    told = {"name": "张桂兰", "phone": "13800006721", "place": "东门小区 3 栋 501 室"}
    words = "我叫张桂兰，3 栋 501 室漏水，电话 13800006721，请尽快"
    open_one = take(content=words, **told)
    closed = take(content=words, **told)
    bring(closed.order_id, "closed")
    hidden = take(content=words, anonymous=True, **told)
    bring(hidden.order_id, "closed")
    sealed = take(content=words, named_unit=org_tree.community.id, sealed=True, **told)
    app = georeport()
    assert {each["description"] for each in app.requests(**COUNTY)} == {None}
    found = {each["service_request_id"]: each for each in app.requests(**HERE)}
    assert set(found) == {open_one.number, closed.number, hidden.number}
    assert all(set(each) == FIELDS for each in found.values())
    assert found[open_one.number]["description"] is None
    assert found[hidden.number]["description"] is None
    shown = found[closed.number]["description"]
    assert "漏水" in shown
    raw = client().get(f"/api/petitions/open311/v2/requests.{form}", params=HERE).text
    for secret in ("张桂兰", "13800006721", "501", "东门小区", "王五"):
        assert secret not in raw, secret
    assert "漏水" in raw  # the control
    assert app.request(closed.number, **COUNTY)["description"] == shown
    _fails(app, 404, "service_request_id", "request", sealed.number, **COUNTY)
    own = georeport(sealed.code, "6721")
    assert own.request(sealed.number, **COUNTY)["status"] == "open"


def test_a_merged_request_is_over_and_says_why(
    georeport: Client, take: Client, qimen: Qimen
) -> None:
    kept, joined = take(), take(phone="13800006721")
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        move(ctx, joined.order_id, Event.MERGE, Inputs(target=kept.number))
    read = georeport().request(joined.number, **HERE)
    assert (read["status"], read["status_notes"]) == ("closed", "与同一事项合并办理")
    own = georeport(joined.code, "6721").request(joined.number, **HERE)
    assert own["status_notes"] == "与同一事项合并办理：已收到"


def test_the_list_is_narrowed_as_the_specification_says(
    georeport: Client, take: Client, bring: Client, clock: FixedClock, org_tree: OrgTree
) -> None:
    old = take()
    clock.advance(timedelta(days=91))
    lamp, waste = take(), take(category="clean.waste")
    elsewhere = take(org_tree.sibling)
    bring(waste.order_id, "closed")
    app = georeport()

    def numbers(**arguments: str) -> set[str]:
        return {each["service_request_id"] for each in app.requests(**{**HERE, **arguments})}

    assert numbers() == {lamp.number, waste.number}
    assert numbers(**COUNTY) == {lamp.number, waste.number, elsewhere.number}
    assert numbers(status="closed") == {waste.number}
    assert numbers(status="open") == {lamp.number}
    assert numbers(status="open,closed") == numbers(status="") == numbers()
    assert numbers(service_code="clean.waste,road.surface") == {waste.number}
    assert numbers(start_date="2026-01-01T00:00:00Z") == {old.number}
    assert numbers(end_date="2026-05-01T08:00:00+08:00") == {old.number}
    assert numbers(start_date="2026-03-02T00:00:00Z", end_date="2026-03-03T00:00:00Z") == {
        old.number
    }
    # The numbers override everything else.
    assert numbers(service_request_id=f"{old.number},{lamp.number}", status="closed") == {
        old.number,
        lamp.number,
    }
    assert app.request(old.number, **HERE)["requested_datetime"] == "2026-03-02T02:00:00Z"


@pytest.mark.database("sqlite")
def test_the_newest_of_a_county_are_found_by_the_moment_they_came_in(
    client: MakeClient, org_tree: OrgTree, qimen: Qimen
) -> None:
    asked: list[tuple[str, Any]] = []

    def keep(_conn, _cursor, statement, parameters, _context, _many) -> None:  # type: ignore[no-untyped-def]
        asked.append((statement, parameters))

    event.listen(qimen.db.engine, "before_cursor_execute", keep)
    answer = client().get("/api/petitions/open311/v2/requests.json", params=COUNTY)
    event.remove(qimen.db.engine, "before_cursor_execute", keep)
    assert answer.status_code == 200
    (listed,) = [each for each in asked if "FROM orders_order" in each[0]]

    def plan(statement: str) -> str:
        with qimen.db.session() as session:
            rows = session.connection().exec_driver_sql(
                f"EXPLAIN QUERY PLAN {statement}", listed[1]
            )
            return " ".join(row[3] for row in rows)

    assert "ix_orders_order_submitted (owner=? AND submitted_at>? AND submitted_at<?)" in plan(
        listed[0]
    )
    # The control: a moment that no index can be asked for.
    hidden = listed[0].replace("AND orders_order.submitted_at", "AND +orders_order.submitted_at")
    assert "submitted_at>?" not in plan(hidden)


@pytest.mark.parametrize(
    ("word", "arguments"),
    [
        ("start_date", {"start_date": "yesterday"}),
        ("start_date", {"start_date": "2026-01-01T00:00:00"}),
        ("end_date", {"end_date": "0001-01-01T00:00:00+14:00"}),
        ("90", {"start_date": "2026-01-01T00:00:00Z", "end_date": "2026-04-02T00:00:00Z"}),
        ("早于", {"start_date": "2026-02-01T00:00:00Z", "end_date": "2026-01-01T00:00:00Z"}),
        ("status", {"status": "done"}),
        ("page_size", {"page_size": "1001"}),
        ("page", {"page": "0"}),
        ("page", {"page": "-1"}),
    ],
)
def test_an_argument_that_cannot_be_read_is_400(
    georeport: Client, word: str, arguments: dict[str, str]
) -> None:
    _fails(georeport(), 400, word, "requests", **HERE, **arguments)


def test_pages_follow_each_other_without_a_gap(georeport: Client, take: Client) -> None:
    made = [take().number for _number in range(5)]
    app = georeport()
    read = [
        each["service_request_id"]
        for page in ("1", "2", "3", "4")
        for each in app.requests(**HERE, page_size="2", page=page)
    ]
    assert read == made[::-1]


def test_what_is_off_or_closed_to_programs_is_left_out(
    georeport: Client, take: Client, toggle: Toggle, org_tree: OrgTree, arrange: Client
) -> None:
    here, there = take(), take(org_tree.other_community)
    app = georeport()

    def numbers() -> set[str]:
        return {each["service_request_id"] for each in app.requests(**COUNTY)}

    assert numbers() == {here.number, there.number}
    toggle("petitions", org_tree.township, on=False)
    assert numbers() == {there.number}
    _fails(app, 404, "service_request_id", "request", here.number, **COUNTY)
    _fails(app, 404, "jurisdiction_id", "requests", **HERE)
    toggle("petitions", org_tree.township, on=True)
    arrange(org_tree.other_township, open311=False)
    assert numbers() == {here.number}
    _fails(app, 404, "service_request_id", "request", there.number, **COUNTY)


@pytest.mark.parametrize(
    ("path", "status"),
    [("anything", 400), ("services.csv", 400), (".json", 400), ("nothing.xml", 404)],
)
def test_an_address_that_is_none_is_told_in_the_required_format(
    client: MakeClient, org_tree: OrgTree, path: str, status: int
) -> None:
    answer = client().get(f"/api/petitions/open311/v2/{path}")
    assert answer.status_code == status
    expected = "application/json" if path.endswith(".json") else "text/xml"
    if path == ".json":
        assert answer.headers["content-type"].startswith("application/json")
    else:
        assert answer.headers["content-type"].startswith(expected)


def test_an_address_that_asks_too_often_waits(
    client: MakeClient, org_tree: OrgTree, clock: FixedClock
) -> None:
    browser = client()
    address = "/api/petitions/open311/v2/services.json"
    told = [browser.get(address, params=HERE).status_code for _number in range(61)]
    assert told == [200] * 60 + [429]
    again = browser.get(address, params=HERE)
    assert again.status_code == 429
    assert int(again.headers["retry-after"]) > 0
    clock.advance(timedelta(minutes=2))
    assert browser.get(address, params=HERE).status_code == 200
