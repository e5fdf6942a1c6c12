"""Suggesting a category: by words without a model, by the model with one; a person decides."""

from typing import Any

import pytest

from qimen_core import Qimen
from qimen_core.testing.accounts import Account
from qimen_core.testing.fixtures import MakeAccount, MakeClient
from qimen_core.testing.units import OrgTree
from qimen_petitions.analysis import suggesting
from qimen_petitions.analysis.keywords import KEYWORDS, by_keywords
from qimen_petitions.analysis.model_file import model_path
from qimen_petitions.analysis.suggesting import codes_by_label, suggest
from qimen_petitions.categories import CategoryFacts
from qimen_petitions.schemes import SCHEME

LEAVES = [(row.code, row.label) for row in SCHEME if row.parent]


def test_every_leaf_of_the_shipped_scheme_has_words() -> None:
    assert set(KEYWORDS) == {code for code, _label in LEAVES}


@pytest.mark.parametrize(
    ("text", "code", "word"),
    [
        ("三单元路灯不亮", "road.lamp", "路灯"),
        ("楼道堵了消防通道，还有飞线充电", "safety.fire", "消防通道"),
        ("想问医保报销怎么办", "welfare.insurance", "医保"),
    ],
)
def test_words_suggest_a_category_and_are_its_reason(text: str, code: str, word: str) -> None:
    best = by_keywords(text, LEAVES)[0]
    assert best.code == code
    assert word in best.words


def test_a_scheme_of_ones_own_is_found_by_its_labels() -> None:
    assert by_keywords("茶园的水渠塌了", [("tea", "茶园"), ("fish", "鱼塘")])[0].code == "tea"
    assert by_keywords("别的事", [("tea", "茶园")]) == []


def test_a_label_that_two_categories_share_names_neither() -> None:
    rows = [
        CategoryFacts("a", "", "甲", True),
        CategoryFacts("a.x", "a", "其他", True),
        CategoryFacts("b", "", "乙", True),
        CategoryFacts("b.x", "b", "其他", True),
        CategoryFacts("b.y", "b", "停用的", False),
    ]
    codes = codes_by_label(rows)
    assert "其他" not in codes
    assert (codes["甲 · 其他"], codes["b.x"], codes["乙"]) == ("a.x", "b.x", "b")
    assert "停用的" not in codes


def ask(browser: Any, content: str) -> str:
    answer = browser.post("/petitions/suggestion", data={"content": content})
    assert answer.status_code == 200
    return str(answer.text)


def test_the_form_is_shown_two_at_most_and_fills_in_none(
    client: MakeClient, clerk: Account
) -> None:
    browser = client(clerk)
    shown = ask(browser, "电梯坏了，物业不管，垃圾也没人清运，路灯不亮")
    assert shown.count("data-fill=") == 2
    assert "出现：" in shown
    assert "data-fill" not in ask(browser, "嗯")
    page = browser.get("/petitions/new").text
    assert 'hx-post="/petitions/suggestion"' in page
    assert "change from:#f-content" in page


def test_whoever_may_not_take_petitions_down_gets_none(
    client: MakeClient, org_tree: OrgTree, as_user: MakeAccount
) -> None:
    browser = client(as_user("county_office", org_tree.county))
    answer = browser.post("/petitions/suggestion", data={"content": "路灯不亮"})
    assert answer.status_code == 403


def test_at_acceptance_the_petitions_own_words_suggest(
    take: Any, client: MakeClient, clerk: Account, org_tree: OrgTree, as_user: MakeAccount
) -> None:
    made = take(category="")
    address = f"/petitions/{made.order_id}/suggestion"
    browser = client(clerk)
    assert address in browser.get(f"/petitions/{made.order_id}").text
    assert 'data-value="road.lamp"' in browser.get(address).text
    assert client(as_user("community_clerk", org_tree.sibling)).get(address).status_code == 404
    assert client(as_user("county_office", org_tree.county)).get(address).status_code == 403


def test_a_broken_model_costs_the_clerk_nothing(qimen: Qimen) -> None:
    path = model_path(qimen)
    path.parent.mkdir(parents=True)
    path.write_bytes(b"x" * 200)
    with qimen.db.session() as session:
        found = suggest(qimen.system_context(session), "", "三单元路灯不亮")
    assert [each.source for each in found] == ["keywords"]


def test_the_countys_own_model_goes_before_the_words(qimen: Qimen) -> None:
    pytest.importorskip("sklearn", reason="needs qimen-petitions[classifier]")
    pytest.importorskip("rjieba", reason="needs qimen-petitions[classifier]")
    from qimen_petitions.analysis.message_files import FileMessage
    from qimen_petitions.analysis.model_file import save_model
    from qimen_petitions.analysis.teaching import teach

    texts = {"停车秩序": "这里车子乱放，第{n}次说了", "road.lamp": "第{n}盏灯黑了，看不见路"}
    messages = [
        FileMessage(str(n), "", text.format(n=n), label=label)
        for label, text in texts.items()
        for n in range(8)
    ]
    save_model(qimen, teach(messages, "test", qimen.clock.now())[0])
    with qimen.db.session() as session:
        found = suggest(qimen.system_context(session), "", "车子乱放，走不过去")
    assert [each.code for each in found] == ["road.parking", "road.lamp"]
    assert {each.source for each in found} == {"model"}
    assert found[0].label == "道路交通 · 停车秩序"
    assert "乱放" in found[0].reason or "车子" in found[0].reason


def test_without_the_extra_the_words_suggest(qimen: Qimen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suggesting, "classifier_installed", lambda: False)
    monkeypatch.setattr(suggesting, "load_model", lambda _qimen: pytest.fail("no model is read"))
    with qimen.db.session() as session:
        found = suggest(qimen.system_context(session), "", "三单元路灯不亮")
    assert found[0].code == "road.lamp"
