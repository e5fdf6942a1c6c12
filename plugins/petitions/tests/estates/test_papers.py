"""Paper is worth what online is: typed in one by one or brought as a table, once a household."""

from collections.abc import Callable, Sequence
from typing import Any

from qimen_core.testing.accounts import Account
from qimen_core.testing.fixtures import MakeAccount, MakeClient
from qimen_core.testing.units import OrgTree

Workbook = Callable[[Sequence[Sequence[object]]], bytes]
IMPORT = "/petitions/ratings/papers/import"
HEAD = ["小区", "纸质表编号", "总体评价", "清洁卫生", "维修养护", "意见"]


def test_sheets_are_typed_in_one_after_another(
    rating: Any, client: MakeClient, clerk: Account, hidden: Callable[[str], dict[str, str]]
) -> None:
    browser = client(clerk)
    address = f"/petitions/ratings/estates/{rating.results()[0].id}/papers"
    for proof, status in (("B-001", 303), ("b-001", 422), ("B-002", 303), ("表 3！", 422)):
        fields = {**hidden(browser.get(address).text), "proof": proof, "overall": "satisfied"}
        assert browser.post(address, data={**fields, "item_clean": "5"}).status_code == status
    (result,) = rating.results()
    assert (result.counted.paper, result.counted.web) == (2, 0)
    assert "第 3 份" in browser.get(address).text
    rating.step("close")
    fields = {**hidden(browser.get(address).text), "proof": "B-004", "overall": "satisfied"}
    assert browser.post(address, data=fields).status_code == 409


def test_a_table_of_sheets_is_checked_whole_then_written(
    rating: Any, client: MakeClient, clerk: Account, workbook: Workbook
) -> None:
    rating.answer("13800000001")
    browser = client(clerk)

    def send(rows: list[list[object]], step: str = "all") -> Any:
        sent = {"file": ("表.xlsx", workbook([HEAD, *rows]), "application/octet-stream")}
        return browser.post(IMPORT, data={"step": step}, files=sent)

    good = [["东门小区", "13800000002", "基本满意", 4, "不了解", ""],
            ["东门小区", "A7", "不满意", "很不满意", 2, "电梯常坏"]]  # fmt: skip
    wrong = [["东门小区", "13800000001", "满意", 5, 5, ""],
             ["东门小区", "a7", "满意", 5, 5, ""],
             ["东门小区", "A8", "还行", 5, 5, ""],
             ["东门小区", "A9", "满意", 6, 5, ""],
             ["没有的小区", "A10", "满意", 5, 5, ""]]  # fmt: skip
    refused = send([*good, *wrong])
    assert refused.status_code == 422
    for said in (
        "本轮已经评过",
        "与第 3 行是同一户",
        "总体评价只能填",
        "得分填 1 到 5",
        "现在没有评价",
    ):
        assert said in refused.text, said
    assert rating.results()[0].counted.paper == 0
    assert send(good).status_code == 303
    (result,) = rating.results()
    assert (result.n, result.counted.paper) == (3, 2)
    by_item = {each.item.code: each.tally for each in result.figures}
    assert by_item["clean"].counts == {4: 2, 1: 1}
    assert by_item["repair"].counts == {2: 2}
    assert browser.get(f"{IMPORT}/template.xlsx").status_code == 200


def test_a_grid_worker_types_in_and_sees_no_result(
    rating: Any, client: MakeClient, as_user: MakeAccount, org_tree: OrgTree
) -> None:
    worker = client(as_user("grid_worker", org_tree.community))
    rated = rating.results()[0].id
    assert worker.get(f"/petitions/ratings/estates/{rated}/papers").status_code == 200
    assert worker.get(f"/petitions/ratings/estates/{rated}").status_code == 403
