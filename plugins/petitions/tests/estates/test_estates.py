"""Estates: written down once, changed without losing another's change, brought from Excel."""

import io
from collections.abc import Callable, Sequence
from typing import Any

from python_calamine import CalamineWorkbook

from qimen_core import Qimen
from qimen_core.org.queries import Unit
from qimen_core.testing.accounts import Account
from qimen_core.testing.fixtures import MakeAccount, MakeClient
from qimen_core.testing.units import OrgTree

Workbook = Callable[[Sequence[Sequence[object]]], bytes]
LIST = "/petitions/estates"


def typed(unit_id: int | None, **values: Any) -> dict[str, Any]:
    facts = {"unit_id": unit_id, "name": "东门小区", "households": "120", "version": "1"}
    return {**facts, "valid_from": "2020-01-01", **values}


def test_an_estate_is_written_down_and_changed(
    client: MakeClient, clerk: Account, company: Unit, words: Callable[[str], str]
) -> None:
    browser = client(clerk)
    assert browser.get(f"{LIST}/new").status_code == 200
    made = browser.post(f"{LIST}/new", data=typed(clerk.unit.id, company_id=company.id))
    assert made.status_code == 303
    shown = words(browser.get(made.headers["location"]).text)
    assert "安居物业" in shown
    assert "120" in shown
    again = browser.post(f"{LIST}/new", data=typed(clerk.unit.id))
    assert again.status_code == 422
    assert "已有小区“东门小区”" in again.text
    edit = f"{made.headers['location']}/edit"
    assert 'value="东门小区"' in browser.get(edit).text
    changed = typed(clerk.unit.id, households="130", valid_to="2026-06-30")
    assert browser.post(edit, data=changed).status_code == 303
    late = browser.post(edit, data=changed)
    assert late.status_code == 409
    backwards = typed(clerk.unit.id, valid_to="2019-01-01", version="2")
    assert "颠倒" in browser.post(edit, data=backwards).text


def test_a_company_of_another_community_cannot_look_after_it(
    client: MakeClient, as_user: MakeAccount, org_tree: OrgTree, company: Unit
) -> None:
    browser = client(as_user("township_office", org_tree.township))
    wrong = browser.post(f"{LIST}/new", data=typed(org_tree.sibling.id, company_id=company.id))
    assert wrong.status_code == 422
    assert "请从该社区的单位中选择" in wrong.text
    right = typed(org_tree.community.id, company_id=company.id)
    assert browser.post(f"{LIST}/new", data=right).status_code == 303


def test_the_list_filters_exports_and_stops_at_the_border(
    client: MakeClient, clerk: Account, add: Callable[..., int], org_tree: OrgTree, company: Unit
) -> None:
    add(company_id=company.id)
    add("西门小区", households=0)
    elsewhere = add("北门小区", org_tree.sibling)
    browser = client(clerk)
    page = browser.get(LIST).text
    assert "东门小区" in page
    assert "北门小区" not in page
    assert browser.get(f"{LIST}/{elsewhere}").status_code == 404
    lacking = browser.get(LIST, params={"lacks": "company"}).text
    assert "西门小区" in lacking
    assert "东门小区" not in lacking
    found = browser.get(LIST, params={"q": "安居"}).text
    assert "东门小区" in found
    assert "西门小区" not in found
    book = CalamineWorkbook.from_filelike(io.BytesIO(browser.get(f"{LIST}/export.xlsx").content))
    cells = [cell for row in book.get_sheet_by_index(0).to_python() for cell in row]
    assert "东门小区" in cells
    assert "北门小区" not in cells


def test_a_workbook_with_own_headings_is_checked_whole_then_written(
    client: MakeClient, clerk: Account, company: Unit, workbook: Workbook, org_tree: OrgTree
) -> None:
    head = ["所属社区", "物业项目", "总户数", "物业服务企业"]
    good = [org_tree.community.name, "南门小区", 88, "安居物业"]
    wrong = [org_tree.sibling.name, "别处小区", 10, ""]
    stranger = [org_tree.community.name, "桥头小区", 12, "没有的公司"]
    browser = client(clerk)

    def send(rows: list[list[object]], step: str) -> Any:
        sent = {"file": ("小区.xlsx", workbook([head, *rows]), "application/octet-stream")}
        return browser.post(f"{LIST}/import", data={"step": step}, files=sent)

    refused = send([good, wrong, stranger, good], "all")
    assert refused.status_code == 422
    for said in ("没有这个社区", "没有这个单位", "该社区已有这个小区"):
        assert said in refused.text
    assert "南门小区" not in browser.get(LIST).text
    assert send([good], "all").status_code == 303
    assert "南门小区" in browser.get(LIST).text
    assert browser.get(f"{LIST}/import/template.xlsx").status_code == 200


def test_a_poster_leads_to_the_estate_s_own_short_address(
    client: MakeClient, clerk: Account, add: Callable[..., int], qimen: Qimen
) -> None:
    page = client(clerk).get(f"{LIST}/{add()}/poster").text
    assert "/p/petitions/rate/" in page
    assert "东门小区" in page
