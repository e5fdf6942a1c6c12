"""The resident's pages: one form, one code, and one answer to whatever does not fit."""

import io
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import func, select

from qimen_core import FixedClock, Qimen, scope
from qimen_core.testing.fixtures import MakeClient, Toggle
from qimen_core.testing.units import OrgTree
from qimen_orders import Order
from qimen_petitions.models import Petition
from qimen_petitions.photos import photos_of

pytestmark = pytest.mark.usefixtures("org_tree")

FORM = "/p/petitions/990101100001"
FOLLOW = "/p/petitions/follow"
WORDS = {"content": "3 栋楼下路灯坏了三天。", "phone": "13800006721", "name": "张桂兰"}


def _open(browser: Any, address: str = FORM) -> dict[str, str]:
    """Open the form and return its hidden fields, as a browser would send them."""
    page = browser.get(address)
    assert page.status_code == 200, page.text
    hidden = re.findall(r'type="hidden" name="(\w+)" value="(\w+)"', page.text)
    return dict(hidden)


def _send(browser: Any, **changes: Any) -> Any:
    return browser.post(FORM, data={**_open(browser), **WORDS, **changes})


def _code(page: str) -> str:
    found = re.search(r"data-tracking-code[^>]*>([0-9A-Z-]{14})<", page)
    assert found, page
    return found[1]


def _follow(browser: Any, code: str, tail: str) -> Any:
    hidden = _open(browser, FOLLOW)
    return browser.post(FOLLOW, data={**hidden, "code": code, "tail": tail})


def _count(qimen: Qimen) -> int:
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        with scope(session, ctx, "petitions.order.read"):
            return int(session.scalar(select(func.count()).select_from(Order)) or 0)


def test_a_resident_submits_and_follows_by_code(
    client: MakeClient, qimen: Qimen, org_tree: OrgTree, bring: Callable[[int, str], None]
) -> None:
    browser = client()
    sent = _send(browser, category="road.lamp")
    assert sent.status_code == 200
    code = _code(sent.text)
    case = _follow(browser, code, "6721")
    assert case.status_code == 200
    assert "已收到" in case.text
    assert "3 栋楼下路灯坏了三天" in case.text
    with (
        qimen.db.session() as session,
        scope(session, qimen.system_context(session), "petitions.order.read"),
    ):
        order_id = session.scalar(select(Petition.order_id))  # type: ignore[call-overload]
    bring(order_id, "replied")
    answered = _follow(browser, code.lower().replace("-", " "), "6721").text
    assert "已答复" in answered
    assert "已修好" in answered
    # Staff names and internal notes are the office's own business.
    assert "王五" not in answered
    assert "系统" not in answered
    assert "13800006721" not in answered


def test_wrong_code_wrong_tail_expired_and_off_answer_the_same_bytes(
    client: MakeClient,
    qimen: Qimen,
    clock: FixedClock,
    org_tree: OrgTree,
    toggle: Toggle,
) -> None:
    browser = client()
    code = _code(_send(browser).text)
    answers = {
        "wrong code": _follow(browser, "0000-0000-0000", "6721"),
        "no code at all": _follow(browser, "路灯", "6721"),
        "wrong tail": _follow(browser, code, "6722"),
        "no tail": _follow(browser, code, "一二三四"),
    }
    toggle("petitions", org_tree.township, on=False)
    answers["off"] = _follow(browser, code, "6721")
    toggle("petitions", org_tree.township, on=True)
    # The control: what fits is answered differently, so the comparison can tell.
    assert _follow(browser, code, "6721").status_code == 200
    clock.advance(timedelta(days=366))
    answers["expired"] = _follow(browser, code, "6721")
    told = {name: _wire(answer) for name, answer in answers.items()}
    assert len(set(told.values())) == 1, told
    assert answers["expired"].status_code == 303


def _wire(answer: Any) -> tuple[int, bytes, tuple[tuple[str, str], ...]]:
    return answer.status_code, answer.content, tuple(sorted(answer.headers.items()))


def test_a_form_sent_twice_makes_one_petition_and_shows_one_code(
    client: MakeClient, qimen: Qimen
) -> None:
    browser = client()
    typed = {**_open(browser), **WORDS}
    first = browser.post(FORM, data=typed)
    again = browser.post(FORM, data=typed)
    assert _code(first.text) == _code(again.text)
    assert _count(qimen) == 1
    # The control: another opening of the form is another petition.
    assert _code(_send(browser).text) != _code(first.text)
    assert _count(qimen) == 2


def test_guessing_codes_is_stopped(client: MakeClient) -> None:
    browser = client()
    code = _code(_send(browser).text)
    for _number in range(20):
        assert _follow(browser, "0123-4567-89AB", "0000").status_code == 303
    assert _follow(browser, code, "6721").status_code == 429


def test_sending_is_limited_by_address(client: MakeClient, qimen: Qimen) -> None:
    browser = client()
    statuses = [_send(browser).status_code for _number in range(11)]
    assert statuses == [200] * 10 + [429]
    assert _count(qimen) == 10


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("content", "坏"),
        ("phone", "12345"),
        ("phone", "1380000672"),
        ("website", "http://example.com"),
        ("category", "estate"),
        ("key", "x"),
    ],
)
def test_what_cannot_be_taken_comes_back_with_what_was_typed(
    client: MakeClient, qimen: Qimen, field: str, value: str
) -> None:
    answer = _send(client(), **{field: value})
    assert answer.status_code == 422
    assert "张桂兰" in answer.text
    assert _count(qimen) == 0


def test_a_photo_is_optional_redrawn_and_kept_with_the_petition(
    client: MakeClient, qimen: Qimen, org_tree: OrgTree
) -> None:
    browser = client()
    picture = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    Image.new("RGB", (8, 8), "red").save(picture, "JPEG", exif=exif)
    hidden = _open(browser)
    files = {"photos": ("p.jpg", picture.getvalue(), "image/jpeg")}
    sent = browser.post(FORM, data={**hidden, **WORDS}, files=files)
    assert sent.status_code == 200, sent.text
    bad = {"photos": ("p.jpg", b"MZ not a picture", "image/jpeg")}
    assert browser.post(FORM, data={**_open(browser), **WORDS}, files=bad).status_code == 422
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        with scope(session, ctx, "petitions.order.read"):
            order_id = session.scalar(select(Petition.order_id))  # type: ignore[call-overload]
            kept = photos_of(ctx, order_id)
    assert [photo.name for photo in kept] == ["p.jpg"]
    stored = [path for path in (qimen.config.data / "files").rglob("*") if path.is_file()]
    assert len(stored) == 1
    assert b"secret place" not in stored[0].read_bytes()


@pytest.mark.parametrize("code", ["990101000000", "999999999999", "nonsense"])
def test_only_townships_and_communities_have_a_form(client: MakeClient, code: str) -> None:
    assert client().get(f"/p/petitions/{code}").status_code == 404


def test_off_is_404_for_the_form_of_that_township_only(
    client: MakeClient, org_tree: OrgTree, toggle: Toggle
) -> None:
    browser = client()
    toggle("petitions", org_tree.township, on=False)
    assert browser.get(FORM).status_code == 404
    assert browser.get(f"/p/petitions/{org_tree.other_community.code}").status_code == 200
    toggle("petitions", org_tree.township, on=True)
    assert browser.get(FORM).status_code == 200
