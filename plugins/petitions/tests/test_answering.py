"""反馈: templates of one's own unit and those above, a look before use, who may read a reply."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from qimen_core import Qimen, scope
from qimen_core.testing.accounts import Account
from qimen_core.testing.fixtures import MakeAccount, MakeClient
from qimen_core.testing.units import OrgTree
from qimen_petitions.answering.models import Answer

Bring = Callable[[int, str], None]
TEXT = "{称呼}：您反映的“{事项}”（{编号}）已由{主办单位}办理。"


def template(unit: Any, **values: object) -> dict[str, object]:
    return {
        "name": "已修好",
        "unit_id": unit.id,
        "text": TEXT,
        "active": "1",
        "version": 1,
    } | values


def write(client: MakeClient, account: Account, **values: object) -> None:
    typed = template(account.unit, **values)
    assert client(account).post("/petitions/templates/new", data=typed).status_code == 303


def marks(qimen: Qimen) -> list[bool]:
    """Say of every reply, in the order they were given, whether it is for its resident alone."""
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        with scope(session, ctx, "petitions.order.read"):
            found = select(Answer).order_by(Answer.id)  # type: ignore[arg-type]
            return [each.private for each in session.scalars(found)]


@pytest.fixture
def handled(take: Any, bring: Bring) -> int:
    """A petition of 张三 that waits for its reply."""
    made = take(name="张三", phone="13800138000")
    bring(made.order_id, "in_progress")
    return int(made.order_id)


def test_templates_come_from_ones_own_unit_first_then_from_those_above(
    client: MakeClient, clerk: Account, as_user: MakeAccount, org_tree: OrgTree, handled: int
) -> None:
    county = as_user("county_office", org_tree.county)
    write(client, county, name="县里的")
    write(client, county, name="县里已归档的", active="")
    write(client, as_user("community_clerk", org_tree.sibling), name="隔壁的")
    write(client, clerk, name="本社区的")
    page = client(clerk).get(f"/petitions/{handled}?move=reply").text
    assert page.index("本社区的（城东社区）") < page.index("县里的（云溪县）")
    assert "隔壁的" not in page
    assert "县里已归档的" not in page


def test_a_look_at_a_template_fills_the_blanks_and_names_nobody(
    client: MakeClient, clerk: Account, handled: int
) -> None:
    write(client, clerk)
    browser = client(clerk)
    shown = browser.get(f"/petitions/{handled}/reply/preview?template=1").text
    assert "张先生/女士：您反映的“路灯不亮，晚上看不清台阶”（2026-" in shown
    assert "张三" not in shown
    assert "1380013" not in shown
    used = browser.post(
        f"/petitions/{handled}/reply/draft", data={"template": "1", "public_text": "补充一句。"}
    )
    assert used.status_code == 200
    assert "补充一句。\n张先生/女士：您反映的" in used.text
    assert marks(clerk.qimen) == []


def test_an_anonymous_resident_is_greeted_without_a_name(
    client: MakeClient, clerk: Account, take: Any, bring: Bring
) -> None:
    made = take(name="张三", anonymous=True)
    bring(made.order_id, "in_progress")
    write(client, clerk)
    shown = client(clerk).get(f"/petitions/{made.order_id}/reply/preview?template=1").text
    assert "您好：您反映的" in shown


@pytest.mark.parametrize(
    ("text", "said"), [("{姓名}您好，已办。", "没有“{姓名}”这个占位词"), ("办", "至少")]
)
def test_a_template_with_an_unknown_blank_is_refused_and_keeps_what_was_typed(
    client: MakeClient, clerk: Account, text: str, said: str
) -> None:
    answer = client(clerk).post(
        "/petitions/templates/new", data=template(clerk.unit, text=text, name="试一试")
    )
    assert answer.status_code == 422
    assert said in answer.text
    assert "试一试" in answer.text


def test_a_reply_with_an_open_blank_is_refused(
    client: MakeClient, clerk: Account, handled: int
) -> None:
    typed = {"public_text": "{主办单位}已办"}
    answer = client(clerk).post(f"/petitions/{handled}/reply", data=typed)
    assert answer.status_code == 422
    assert "还有没填的空：{主办单位}" in answer.text


def test_only_who_keeps_a_template_may_change_it_and_a_stale_form_is_refused(
    client: MakeClient, clerk: Account, as_user: MakeAccount, org_tree: OrgTree
) -> None:
    write(client, as_user("county_office", org_tree.county), name="县里的")
    assert "县里的" in client(clerk).get("/petitions/templates").text
    assert client(clerk).get("/petitions/templates/1").status_code == 404
    assert (
        client(clerk).post("/petitions/templates/1", data=template(clerk.unit)).status_code == 404
    )
    write(client, clerk)
    typed = template(clerk.unit, name="改过")
    assert client(clerk).post("/petitions/templates/2", data=typed).status_code == 303
    assert client(clerk).post("/petitions/templates/2", data=typed).status_code == 409
    foreign = template(org_tree.sibling)
    assert client(clerk).post("/petitions/templates/new", data=foreign).status_code == 404


def test_each_reply_says_whether_it_is_for_its_resident_alone(
    client: MakeClient, clerk: Account, handled: int
) -> None:
    browser = client(clerk)
    browser.post(f"/petitions/{handled}/reply", data={"public_text": "写错了"})
    assert browser.post(f"/petitions/{handled}/undo?event=reply").status_code == 303
    marked = {"public_text": "这回写对了", "private": "1"}
    assert browser.post(f"/petitions/{handled}/reply", data=marked).status_code == 303
    assert marks(clerk.qimen) == [False, True]
