"""Possible duplicates: like words, same community, same place; a click merges."""

from typing import Any

from qimen_core.testing.accounts import Account
from qimen_core.testing.fixtures import MakeAccount, MakeClient
from qimen_core.testing.units import OrgTree
from qimen_petitions.analysis.likeness import Corpus

SMOKE = "{place}一楼开了烧烤店，每晚油烟直排，呛得开不了窗，请尽快处理"


def panel(browser: Any, order_id: int) -> str:
    answer = browser.get(f"/petitions/{order_id}/duplicates", headers={"HX-Request": "true"})
    assert answer.status_code == 200
    return str(answer.text)


def test_like_words_of_one_estate_are_shown_with_the_reason_and_the_merge(
    take: Any, client: MakeClient, clerk: Account
) -> None:
    first = take(content=SMOKE.format(place="丽景新城"))
    second = take(content=SMOKE.format(place="请看看丽景新城小区") + "。谢谢")
    browser = client(clerk)
    shown = panel(browser, second.order_id)
    assert first.number in shown
    assert "同一地点：丽景新城" in shown
    assert "文字相似" in shown
    assert "都说：" in shown
    assert "每晚油烟直排" in shown
    form = browser.get(f"/petitions/{second.order_id}?move=merge&target={first.number}").text
    assert f'value="{first.number}"' in form
    # The earlier one is what the later joins, not the other way round.
    assert "move=merge" in shown
    assert "move=merge" not in panel(browser, first.order_id)


def test_the_same_words_of_another_estate_are_no_duplicate(
    take: Any, client: MakeClient, clerk: Account
) -> None:
    take(content=SMOKE.format(place="梅山家园"))
    made = take(content=SMOKE.format(place="丽景新城"))
    assert "没有相似的诉求" in panel(client(clerk), made.order_id)
    # The control: without the place they are as like as can be.
    texts = [SMOKE.format(place=place) for place in ("梅山家园", "丽景新城")]
    assert Corpus(texts).likeness(0, 1) > 0.5


def test_a_place_that_was_typed_apart_counts_too(
    take: Any, client: MakeClient, clerk: Account
) -> None:
    words = SMOKE.format(place="楼下")
    take(content=words, place="梅山家园3栋")
    made = take(content=words, place="丽景新城5栋")
    assert "没有相似的诉求" in panel(client(clerk), made.order_id)
    again = take(content=words, place="丽景新城二期")
    assert made.number in panel(client(clerk), again.order_id)


def test_another_community_is_never_compared_and_a_stranger_sees_no_panel(
    take: Any, client: MakeClient, org_tree: OrgTree, as_user: MakeAccount
) -> None:
    words = SMOKE.format(place="丽景新城")
    take(unit=org_tree.sibling, content=words)
    made = take(content=words)
    office = client(as_user("township_office", org_tree.township))
    assert "没有相似的诉求" in panel(office, made.order_id)
    stranger = client(as_user("community_clerk", org_tree.sibling))
    assert stranger.get(f"/petitions/{made.order_id}/duplicates").status_code == 404


def test_the_panel_stands_on_the_page_while_it_can_still_be_merged(
    take: Any, client: MakeClient, clerk: Account, bring: Any
) -> None:
    made = take()
    address = f"/petitions/{made.order_id}"
    assert f"{address}/duplicates" in client(clerk).get(address).text
    bring(made.order_id, "dispatched")
    assert f"{address}/duplicates" not in client(clerk).get(address).text
