"""Every move on the page: one form open, the others behind buttons, short, and taken back."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from qimen_core import FixedClock, Qimen
from qimen_core.testing.accounts import Account
from qimen_core.testing.fixtures import MakeAccount, MakeClient
from qimen_core.testing.units import OrgTree
from qimen_orders import Event
from qimen_petitions.move_fields import FIELDS
from qimen_petitions.move_forms import FORMS
from qimen_petitions.permissions import PERMISSIONS

MOST_FIELDS = 4
SYSTEM = {Event.WIDEN, Event.TIME_OUT, Event.RECOUNT}


@pytest.fixture
def office(as_user: MakeAccount, org_tree: OrgTree) -> Account:
    """The office of the township."""
    return as_user("township_office", org_tree.township)


def page_of(browser: Any, order_id: int, **query: str) -> str:
    """The page of a petition."""
    answer = browser.get(f"/petitions/{order_id}", params=query)
    assert answer.status_code == 200
    return str(answer.text)


def send(browser: Any, order_id: int, verb: str, **data: object) -> Any:
    """Send the form of a move."""
    return browser.post(f"/petitions/{order_id}/{verb}", data=data)


def buttons(text: str) -> set[str]:
    """The moves behind the page's buttons."""
    return set(re.findall(r'href="[^"]*[?&;]move=(\w+)"', text))


def followed(public: Any, made: Any) -> str:
    """What the resident sees by code."""
    page = public.get("/p/petitions/follow").text
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="(\w+)"', page))
    typed = {**hidden, "code": made.code, "tail": "6721"}
    return str(public.post("/p/petitions/follow", data=typed).text)


def test_every_move_of_a_person_has_a_short_form_and_a_right() -> None:
    assert set(FORMS) == set(FIELDS) == set(Event) - SYSTEM
    for event, model in FORMS.items():
        names = [spec.name for spec in FIELDS[event]]
        assert set(names) == set(model.model_fields), event
        assert len([name for name in names if name != "key"]) <= MOST_FIELDS, event
    rights = {each.name for each in PERMISSIONS}
    assert {f"petitions.order.{event}" for event in Event} <= rights


def test_one_form_is_open_and_a_button_opens_another(
    take: Any, client: MakeClient, clerk: Account
) -> None:
    order_id, browser = take().order_id, client(clerk)
    text = page_of(browser, order_id)
    assert text.count('<form id="move-') == 1
    assert 'id="move-accept"' in text
    assert buttons(text) >= {"not_accept", "merge", "redirect", "remind"}
    assert "supervise" not in buttons(text)  # one level up does that
    other = page_of(browser, order_id, move="redirect")
    assert 'id="move-redirect"' in other
    assert 'id="move-accept"' not in other
    assert "accept" in buttons(other)
    # What the table does not have from here is no form, whatever the address says.
    assert 'id="move-accept"' in page_of(browser, order_id, move="reply")


def test_after_a_move_the_next_form_takes_the_focus_and_only_then(
    take: Any, client: MakeClient, clerk: Account
) -> None:
    order_id, browser = take().order_id, client(clerk)
    assert "autofocus" not in page_of(browser, order_id)
    moved = send(browser, order_id, "accept", category="road.lamp")
    assert moved.status_code == 303
    text = browser.get(moved.headers["location"]).text
    assert re.search(r'<select[^>]*id="f-taker"[^>]*autofocus', text)
    assert text.count("autofocus") == 1


@pytest.mark.parametrize(
    ("state", "verb", "typed", "kept"),
    [
        ("", "merge", {"target": "2026-9-9", "note": "同一盏灯"}, "同一盏灯"),
        ("", "redirect", {"body": "县", "public_text": "请向信访局反映"}, "请向信访局反映"),
        ("accepted", "whistle", {"note": "请就近前往"}, "请就近前往"),
        ("dispatched", "return", {"note": "不在辖区"}, "不在辖区"),
        ("in_progress", "ask-suspend", {"until": "2020-01-01", "note": "等材料"}, "等材料"),
        ("in_progress", "ask-extend", {"reason": "works", "days": "99", "note": "挖路"}, "挖路"),
        ("in_progress", "uplift", {"note": ""}, "上报理由"),
    ],
)
def test_a_refused_form_keeps_what_was_typed(
    take: Any,
    client: MakeClient,
    clerk: Account,
    bring: Callable[[int, str], None],
    state: str,
    verb: str,
    typed: dict[str, str],
    kept: str,
) -> None:
    order_id = take().order_id
    if state:
        bring(order_id, state)
    answer = send(client(clerk), order_id, verb, **typed)
    assert answer.status_code == 422
    assert f'id="move-{verb}"' in answer.text
    assert kept in answer.text
    assert "data-form-errors" in answer.text


def test_the_loser_of_a_claim_reads_a_sentence_and_no_error(
    take: Any,
    client: MakeClient,
    clerk: Account,
    as_user: MakeAccount,
    org_tree: OrgTree,
    bring: Callable[[int, str], None],
) -> None:
    order_id = take().order_id
    bring(order_id, "dispatched")
    first, second = client(clerk), client(as_user("community_clerk", org_tree.community))
    assert send(first, order_id, "claim", handler_name="王五", key="a1").status_code == 303
    late = send(second, order_id, "claim", handler_name="赵六", key="b2")
    assert late.status_code == 303
    text = second.get(late.headers["location"]).text
    assert "接单" in text
    assert "已于" in text
    assert ">王五<" in text
    # The control: the same form sent again by the winner is the claim that was made already.
    again = send(first, order_id, "claim", handler_name="王五", key="a1")
    assert "已完成" in first.get(again.headers["location"]).text


def test_a_move_is_taken_back_from_the_toast_but_not_later(
    take: Any, client: MakeClient, clerk: Account, clock: FixedClock
) -> None:
    order_id, browser = take().order_id, client(clerk)
    undo = f"/petitions/{order_id}/undo?event=accept"
    moved = send(browser, order_id, "accept", category="road.lamp")
    assert undo.replace("&", "&amp;") in browser.get(moved.headers["location"]).text
    assert browser.post(undo).status_code == 303
    text = page_of(browser, order_id)
    assert ">待受理<" in text
    assert "受理（已撤销）" in text
    send(browser, order_id, "accept", category="road.lamp")
    clock.advance(timedelta(seconds=31))
    assert browser.post(undo).status_code == 409
    assert browser.post(f"/petitions/{order_id}/undo?event=explode").status_code == 422
    assert ">待派单<" in page_of(browser, order_id)


def test_what_was_taken_back_is_not_told_to_the_resident(
    take: Any, client: MakeClient, clerk: Account, bring: Callable[[int, str], None]
) -> None:
    made = take(phone="13800006721")
    bring(made.order_id, "in_progress")
    browser = client(clerk)
    send(browser, made.order_id, "reply", public_text="写错了的答复")
    public = client()

    assert "写错了的答复" in followed(public, made)
    browser.post(f"/petitions/{made.order_id}/undo?event=reply")
    assert "写错了的答复" not in followed(public, made)


def test_a_suspension_is_asked_by_the_clerk_and_granted_above(
    take: Any,
    client: MakeClient,
    clerk: Account,
    office: Account,
    bring: Callable[[int, str], None],
) -> None:
    made = take(phone="13800006721")
    order_id = made.order_id
    bring(order_id, "in_progress")
    typed = {"reason": "needs_info", "until": "2026-03-10", "note": "等房产证"}
    browser, above = client(clerk), client(office)
    assert send(browser, order_id, "ask-suspend", **typed).status_code == 303
    waiting = page_of(browser, order_id)
    assert "等待批复" in waiting
    assert "等房产证" in waiting
    assert 'id="move-suspend"' not in waiting
    text = page_of(above, order_id)
    assert 'id="move-suspend"' in text
    assert "办理时限暂停计时" in text
    assert send(above, order_id, "suspend").status_code == 303
    assert ">已挂起<" in page_of(browser, order_id)
    assert "需补充" in followed(client(), made)
    assert send(browser, order_id, "resume").status_code == 303


def test_a_joint_order_waits_for_its_parts(
    take: Any,
    client: MakeClient,
    clerk: Account,
    qimen: Qimen,
    org_tree: OrgTree,
    bring: Callable[[int, str], None],
) -> None:
    order_id, browser = take().order_id, client(clerk)
    bring(order_id, "in_progress")
    taker = f"unit:{org_tree.community.id}"
    split = send(browser, order_id, "split", title="核实电表箱产权", taker=taker)
    assert split.status_code == 303
    text = page_of(browser, order_id)
    part = int(re.findall(r'href="/petitions/(\d+)"><span', text)[0])
    assert part != order_id
    refused = send(browser, order_id, "reply", public_text="已修好")
    assert refused.status_code == 422
    assert "还有 1 件子单没有答复" in refused.text
    assert "所属联办件" in page_of(browser, part)
    send(browser, part, "claim", handler_name="王五")
    send(browser, part, "reply", public_text="产权属供电公司")
    assert send(browser, order_id, "reply", public_text="已修好").status_code == 303


def test_a_merged_petition_shows_where_it_went_and_follows_it(
    take: Any, client: MakeClient, clerk: Account, bring: Callable[[int, str], None]
) -> None:
    first, second = take(), take(phone="13800006721")
    bring(first.order_id, "in_progress")
    browser = client(clerk)
    assert send(browser, second.order_id, "merge", target=first.number).status_code == 303
    text = page_of(browser, second.order_id)
    assert "已并入" in text
    assert first.number in text
    public = client()
    assert "办理中" in followed(public, second)
    bring_on = send(browser, first.order_id, "reply", public_text="已修好")
    assert bring_on.status_code == 303
    assert "已答复" in followed(public, second)


def test_supervision_comes_from_above_and_is_answered_below(
    take: Any,
    client: MakeClient,
    clerk: Account,
    office: Account,
    bring: Callable[[int, str], None],
) -> None:
    order_id = take().order_id
    bring(order_id, "in_progress")
    browser, above = client(clerk), client(office)
    assert send(browser, order_id, "supervise", level="1", note="请抓紧").status_code == 403
    opened = page_of(above, order_id, move="supervise")
    assert 'id="move-supervise"' in opened
    assert "督办反馈时限开始计时" in opened
    assert send(above, order_id, "supervise", level="2", note="请抓紧").status_code == 303
    text = page_of(browser, order_id)
    assert "黄牌督办" in text
    assert "feedback" in buttons(text)
    assert send(browser, order_id, "feedback", note="已安排").status_code == 303
    assert "feedback" not in buttons(page_of(browser, order_id))
