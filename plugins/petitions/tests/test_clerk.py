"""The main job of a clerk over HTTP: enter, accept, dispatch, reply, call back, close."""

import re
from typing import Any

from qimen_core.testing.accounts import Account
from qimen_core.testing.fixtures import MakeClient
from qimen_core.testing.units import OrgTree

SIX = {
    "name": "张桂兰",
    "phone": "138 0000 6721",
    "place": "3 栋楼下",
    "category": "road.lamp",
    "content": "路灯坏了三天。晚上看不清台阶。",
    "channel": "phone",
}


def enter(client: Any, unit_id: int, **changes: str) -> str:
    """Fill in the form as a browser does and return the new petition's address."""
    page = client.get("/petitions/new")
    assert page.status_code == 200, page.text
    key = re.search(r'name="key" value="([0-9a-f]+)"', page.text)
    assert key
    sent = {**SIX, "unit_id": str(unit_id), "key": key[1], **changes}
    answer = client.post("/petitions/new", data=sent)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def test_one_clerk_alone_does_the_whole_job(
    client: MakeClient, clerk: Account, org_tree: OrgTree
) -> None:
    browser = client(clerk)
    address = enter(browser, org_tree.community.id or 0)
    moves = (
        ("accept", {"category": "road.lamp"}, "待派单"),
        ("dispatch", {"taker": f"unit:{org_tree.community.id}", "handler_name": "王五"}, "待接单"),
        ("claim", {"handler_name": "王五"}, "办理中"),
        ("reply", {"public_text": "已更换灯泡"}, "待回访"),
        (
            "callback",
            {"result": "solved", "satisfaction": "satisfied", "caller_name": "李敏"},
            "待销号",
        ),
        ("close-off", {}, "已办结"),
    )
    for verb, fields, state in moves:
        page = browser.get(address)
        assert page.status_code == 200, page.text
        assert f'action="{address}/{verb}"' in page.text
        answer = browser.post(f"{address}/{verb}", data=fields)
        assert answer.status_code == 303, (verb, answer.text)
        assert f">{state}<" in browser.get(address).text
    done = browser.get(address).text
    assert "已更换灯泡" in done
    assert "138****6721" in done
    assert "13800006721" not in done
    assert "张桂兰" not in done
