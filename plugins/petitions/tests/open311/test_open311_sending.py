"""Requests made by programs: a client that follows the specification makes and reads them."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from qimen_core import Qimen, scope
from qimen_core.testing.fixtures import MakeClient, Toggle
from qimen_core.testing.units import OrgTree
from qimen_orders import Order
from qimen_petitions.models import Petition

Client = Callable[..., Any]

COUNTY, TOWNSHIP, COMMUNITY = "990101000000", "990101100000", "990101100001"
HERE = {"jurisdiction_id": COMMUNITY}
WORDS = {
    **HERE,
    "service_code": "road.lamp",
    "address_string": "东门小区南侧",
    "description": "路灯坏了三天，\n晚上看不清台阶 <b>&",
    "last_name": "张",
    "first_name": "桂兰",
    "phone": "13800006721",
}


def _stored(qimen: Qimen) -> list[tuple[Any, Any]]:
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        with scope(session, ctx, "petitions.order.read"):
            rows = session.execute(
                select(Order, Petition).join(Petition, Petition.order_id == Order.id)  # type: ignore[arg-type]
            ).all()
            session.expunge_all()
            return [(row[0], row[1]) for row in rows]


def _count(qimen: Qimen) -> int:
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        with scope(session, ctx, "petitions.order.read"):
            return int(session.scalar(select(func.count()).select_from(Order)) or 0)


def _refused(georeport: Client, status: int, word: str, **arguments: str) -> None:
    client = georeport()
    with pytest.raises(client.failed) as failure:
        client.send(**arguments)
    assert failure.value.status == status
    assert failure.value.errors[0]["code"] == status
    assert word in " ".join(each["description"] for each in failure.value.errors)


def test_a_request_is_made_and_read_back_by_its_resident(
    georeport: Client, key: str, qimen: Qimen, bring: Callable[[int, str], None]
) -> None:
    app = georeport()
    service = next(each for each in app.services(**HERE) if each["service_code"] == "road.lamp")
    assert service["type"] == "realtime"
    if service["metadata"]:
        wanted = app.definition("road.lamp", **HERE)["attributes"]
        assert not any(each["required"] for each in wanted)
    made = app.send(**WORDS, api_key=key)
    assert set(made) == {"service_request_id", "service_notice", "account_id"}
    assert not {"token"} & set(made)
    public = app.request(made["service_request_id"], **HERE)
    assert public["status"] == "open"
    assert public["service_code"] == "road.lamp"
    assert public["address"] == "城东社区，松岭镇，云溪县"
    assert public["address_id"] == COMMUNITY
    assert public["description"] is None
    own = georeport(made["account_id"], "6721")
    mine = own.request(made["service_request_id"], **HERE)
    assert mine["description"] == WORDS["description"]
    order, petition = _stored(qimen)[0]
    bring(order.id, "closed")
    (listed,) = own.requests(**HERE)
    assert listed["status"] == "closed"
    assert listed["status_notes"] == "已办结：已修好"
    assert (order.channel, order.place) == ("open311", "东门小区南侧")
    assert petition.name.reveal() == "张桂兰"


def test_a_missing_or_wrong_key_is_403_and_a_key_ends_with_its_name(
    georeport: Client, key: str, qimen: Qimen, org_tree: OrgTree, arrange: Client
) -> None:
    _refused(georeport, 403, "api_key", **WORDS)
    _refused(georeport, 403, "api_key", **WORDS, api_key="0" * 40)
    _refused(georeport, 403, "api_key", **{**WORDS, "jurisdiction_id": "990102100001"}, api_key=key)
    arrange(org_tree.township, open311_clients="other")
    _refused(georeport, 403, "api_key", **WORDS, api_key=key)
    assert _count(qimen) == 0
    # The control: with the name back the same key works.
    arrange(org_tree.township, open311_clients="other; city-app")
    assert georeport().send(**WORDS, api_key=key)["service_request_id"]


def test_a_resident_sends_again_by_code_and_digits_without_a_key(
    georeport: Client, key: str, qimen: Qimen
) -> None:
    code = georeport().send(**WORDS, api_key=key)["account_id"]
    again = georeport().send(**WORDS, account_id=code)
    assert again["service_request_id"]
    assert georeport(code, "6721").send(**WORDS)["service_request_id"]
    _refused(georeport, 403, "查询码", **{**WORDS, "phone": "13800006722"}, account_id=code)
    assert _count(qimen) == 3


def test_wrong_code_wrong_digits_and_nonsense_are_told_the_same(
    georeport: Client, key: str, form: str
) -> None:
    made = georeport().send(**WORDS, api_key=key)
    number, told = made["service_request_id"], set()
    for account in (("0000-0000-0000", "6721"), (made["account_id"], "6722"), ("路灯", "")):
        client = georeport(*account)
        with pytest.raises(client.failed) as failure:
            client.request(number, **HERE)
        told.add((failure.value.status, failure.value.errors[0]["description"]))
    assert len(told) == 1
    assert {status for status, _said in told} == {403}
    # The control: what fits is answered.
    assert georeport(made["account_id"], "6721").request(number, **HERE)["description"]


def test_guessing_codes_is_stopped_here_and_on_the_page_alike(georeport: Client, key: str) -> None:
    made = georeport().send(**WORDS, api_key=key)
    guess = georeport("0123-4567-89AB", "0000")
    for _number in range(20):
        with pytest.raises(guess.failed):
            guess.requests(**HERE)
    own = georeport(made["account_id"], "6721")
    with pytest.raises(own.failed) as failure:
        own.requests(**HERE)
    assert failure.value.status == 429


@pytest.mark.parametrize(
    ("status", "word", "changes"),
    [
        (400, "jurisdiction_id", {"jurisdiction_id": ""}),
        (404, "jurisdiction_id", {"jurisdiction_id": "999999999999"}),
        (404, "jurisdiction_id", {"jurisdiction_id": "city.gov"}),
        (400, "service_code", {"service_code": ""}),
        (404, "service_code", {"service_code": "no.such"}),
        (404, "service_code", {"service_code": "road"}),
        (400, "地点", {"address_string": ""}),
        (400, "坐标", {"address_string": "", "lat": "29.85", "long": "117.7"}),
        (400, "address_id", {"address_id": "990101102001"}),
        (400, "phone", {"phone": "12345"}),
        (400, "description", {"description": "长" * 4001}),
        (400, "disclosure", {"attribute[disclosure]": "maybe"}),
        (400, "110 / 119 / 120", {"service_code": "utility.gas"}),
        (400, "社区", {"jurisdiction_id": COUNTY}),
        (400, "太大", {"description": "长" * 12000}),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_is_refused_with_the_codes_of_the_specification(
    georeport: Client, key: str, qimen: Qimen, status: int, word: str, changes: dict[str, str]
) -> None:
    _refused(georeport, status, word, **{**WORDS, "api_key": key, **changes})
    assert _count(qimen) == 0


@pytest.mark.parametrize(
    ("place", "lies_in"),
    [
        ({"jurisdiction_id": COUNTY, "address_id": "990101102001"}, "柳东社区"),
        ({"jurisdiction_id": COUNTY, "attribute[community]": COMMUNITY}, "城东社区"),
        ({"jurisdiction_id": COUNTY, "address_string": "城西社区门口"}, "城西社区"),
        ({"jurisdiction_id": TOWNSHIP, "address_string": "集镇上"}, "松岭镇"),
        ({"jurisdiction_id": COMMUNITY, "address_id": COMMUNITY, "address_string": ""}, "城东社区"),
    ],
)
def test_a_request_is_filed_where_its_place_lies(
    georeport: Client, key: str, place: dict[str, str], lies_in: str
) -> None:
    arguments = {**WORDS, **place}
    made = georeport().send(**arguments, api_key=key)
    here = {"jurisdiction_id": arguments["jurisdiction_id"]}
    read = georeport().request(made["service_request_id"], **here)
    assert read["address"].split("，")[0] == lies_in


def test_neither_coordinates_nor_device_mail_and_picture_are_kept(
    georeport: Client, key: str, qimen: Qimen
) -> None:
    dropped = {
        "lat": "29.8549", "long": "117.7174", "email": "who@example.com",
        "device_id": "tt222111", "media_url": "http://example.com/a.jpg",
    }  # fmt: skip
    made = georeport().send(**WORDS, **dropped, api_key=key)
    assert "坐标未保存" in made["service_notice"]
    kept = [file.read_bytes() for file in qimen.config.data.rglob("*") if file.is_file()]
    if qimen.db.dialect == "sqlite":
        qimen.db.close()
        assert any("东门小区南侧".encode() in each for each in kept)  # the control
        for value in dropped.values():
            assert not any(value.encode() in each for each in kept), value


def test_a_request_sent_twice_with_one_key_is_one(
    georeport: Client, key: str, qimen: Qimen
) -> None:
    once = {"Idempotency-Key": "a-1"}
    first = georeport().send(once, **WORDS, api_key=key)
    again = georeport().send(once, **WORDS, api_key=key)
    assert first == again
    assert _count(qimen) == 1
    # The control: without the header each sending is a request.
    georeport().send(**WORDS, api_key=key)
    assert _count(qimen) == 2


def test_in_batch_a_token_comes_first_and_leads_to_the_number_once_accepted(
    georeport: Client, key: str, qimen: Qimen, org_tree: OrgTree, arrange: Client, bring: Client
) -> None:
    arrange(org_tree.township, open311_answer="batch")
    app = georeport()
    assert {each["type"] for each in app.services(**HERE)} == {"batch"}
    made = app.send(**WORDS, api_key=key)
    assert "service_request_id" not in made
    assert app.token(made["token"], **HERE) == {"service_request_id": None, "token": made["token"]}
    order, _petition = _stored(qimen)[0]
    bring(order.id, "accepted")
    assert app.token(made["token"], **HERE)["service_request_id"] == order.number
    for wrong, here in (
        ("0" * 64, HERE),
        ("x", HERE),
        (made["token"], {"jurisdiction_id": "990102100001"}),
    ):
        with pytest.raises(app.failed) as failure:
            app.token(wrong, **here)
        assert failure.value.status == 404


def test_off_or_closed_is_no_jurisdiction(
    georeport: Client, key: str, org_tree: OrgTree, toggle: Toggle, arrange: Client
) -> None:
    toggle("petitions", org_tree.township, on=False)
    _refused(georeport, 404, "jurisdiction_id", **WORDS, api_key=key)
    toggle("petitions", org_tree.township, on=True)
    arrange(org_tree.community, open311=False)
    _refused(georeport, 404, "jurisdiction_id", **WORDS, api_key=key)
    arrange(org_tree.community, open311=True, public_form=False)
    _refused(georeport, 400, "未开放", **WORDS, api_key=key)
    arrange(org_tree.community, public_form=True)
    assert georeport().send(**WORDS, api_key=key)["account_id"]


def test_a_page_of_another_site_sends_nothing_and_a_sign_in_counts_for_nothing(
    georeport: Client, key: str, qimen: Qimen, client: MakeClient, clerk: Any, form: str
) -> None:
    app = georeport()
    with pytest.raises(app.failed) as failure:
        app.send({"Sec-Fetch-Site": "cross-site"}, **WORDS, api_key=key)
    assert failure.value.status == 403
    signed_in = client(clerk)
    answer = signed_in.post(f"/api/petitions/open311/v2/requests.{form}", data=WORDS)
    assert answer.status_code == 403
    assert _count(qimen) == 0


def test_a_program_is_limited_by_the_hour(
    georeport: Client, key: str, qimen: Qimen, org_tree: OrgTree, arrange: Client
) -> None:
    arrange(org_tree.community, open311_sent_per_hour=2)
    for _number in range(2):
        georeport().send(**WORDS, api_key=key)
    _refused(georeport, 429, "分钟", **WORDS, api_key=key)
    assert _count(qimen) == 2
