"""A list from elsewhere: recognised, mapped, checked as a whole, imported once."""

import io
from collections.abc import Callable
from typing import Any

from python_calamine import CalamineWorkbook
from sqlalchemy import func
from sqlmodel import select

from qimen_core import Qimen, StoredFile
from qimen_core.db.session import unscoped
from qimen_core.metrics import compute_all
from qimen_core.testing.fixtures import MakeAccount, MakeClient
from qimen_core.testing.units import OrgTree
from qimen_orders import Order
from qimen_orders.models import OrderClock, OrderHistory
from qimen_petitions.gathering.models import OutsideNumber
from qimen_petitions.models import Petition

HEADS = ("工单编号", "诉求标题", "来电内容", "来电时间", "来电人", "联系电话", "问题分类")
ROWS = (
    (
        "XF1",
        "路灯不亮",
        "三号楼下路灯坏了三天",
        "2025-3-4 10:05",
        "张桂兰",
        "13800006721",
        "路灯照明",
    ),
    ("XF2", "", "垃圾没有人收，味道很大。", "2025年3月5日下午3点", "匿名", "138****6721", "市容"),
    ("XF3", "停车太乱", "消防通道被堵", 45721.5, "", "", ""),
)
ANSWER = ("办理结果", "办结时间")


Book = Callable[[Any], bytes]
Words = Callable[[str], str]


def count(qimen: Qimen, model: type) -> int:
    with qimen.db.session() as session, unscoped(session):
        return session.exec(select(func.count()).select_from(model)).one()


def test_columns_are_recognised_and_a_list_becomes_petitions_once(
    qimen: Qimen, desk: Any, workbook: Book, words: Words
) -> None:
    address = desk.bring("C:\\桌面\\12345.xlsx", workbook([("县热线转办单",), HEADS, *ROWS]))
    page = desk.browser.get(address).text
    assert [v for k, v in desk.choices(address).items() if k.startswith("column_")] == [
        "number", "title", "content", "received", "name", "phone", "category",
    ]  # fmt: skip
    assert "三号楼下路灯坏了三天" in page
    assert "138****6721" in page
    assert "张**" in page
    assert "13800006721" not in page
    assert "张桂兰" not in page
    checked = desk.press(address, "check")
    assert checked.status_code == 200, words(checked.text)
    told = words(checked.text)
    assert "共 3 行，全部正确" in told
    assert "将登记 3 件，其中 0 件已有答复" in told
    assert "1 件的类别与本系统的类别表对不上" in told
    assert "市容" in told
    assert count(qimen, Order) == 0
    done = desk.press(address, "all")
    assert done.status_code == 303, words(done.text)
    assert (count(qimen, Order), count(qimen, OutsideNumber)) == (3, 3)
    assert count(qimen, StoredFile) == 0
    shown = words(desk.browser.get("/petitions").text)
    assert "路灯不亮" in shown
    assert "垃圾没有人收，味道很大" in shown
    assert "张**" in shown
    again = desk.bring("again.xlsx", workbook([HEADS, *ROWS]))
    checked = desk.press(again, "check")
    assert "3 件以前导入过，不再重复登记" in words(checked.text)
    assert "表头与上次相同" in desk.browser.get(again).text
    assert desk.press(again, "all").status_code == 303
    assert count(qimen, Order) == 3


def test_every_error_is_told_at_once_in_the_lists_own_columns(
    qimen: Qimen, desk: Any, workbook: Book, words: Words
) -> None:
    bad = (
        ("B1", "", "", "2025-3-4", "", "", ""),
        ("B2", "甲", "乙丙", "前天", "", "", ""),
        ("B3", "甲", "乙丙", "2025-3-4", "", "1380000672", ""),
        ("B4", "甲", "乙丙", "2031-3-4", "", "", ""),
        ("XF1", "甲", "乙丙", "2025-3-4", "", "", ""),
    )
    address = desk.bring("a.xlsx", workbook([HEADS, *ROWS, *bad]))
    refused = desk.press(address, "all")
    assert refused.status_code == 422
    told = words(refused.text)
    assert "共 8 行，其中 5 行需要修改，没有导入任何内容" in told
    for sentence in (
        "标题和内容都是空的", "看不懂的时间", "电话号码不正确", "时间晚于现在", "与第 2 行重复",
    ):  # fmt: skip
        assert sentence in told
    assert count(qimen, Order) == 0
    marked = desk.press(address, "errors")
    cells = CalamineWorkbook.from_filelike(io.BytesIO(marked.content)).get_sheet_by_index(0)
    table = cells.to_python()
    assert table[0][:7] == list(HEADS)
    assert table[0][7] == "错误"
    assert "【来电时间】看不懂的时间" in table[5][7]
    assert desk.press(address, "good").status_code == 303
    assert count(qimen, Order) == 3


def test_a_reply_makes_an_answered_order_whose_history_says_what_it_knows(
    qimen: Qimen, desk: Any, org_tree: OrgTree, words: Words
) -> None:
    desk_path = org_tree.community.path
    long = "已更换灯泡。" * 700
    rows = [(*ROWS[0], long, "2025-03-06 16:20:31"), (*ROWS[1], "", "")]
    address = desk.bring("a.csv", _csv([(*HEADS, *ANSWER), *rows], "gb18030"))
    missing = desk.press(address, "check")
    assert "已答复的诉求必须有类别" in words(missing.text)
    done = desk.press(address, "all", category="service.advice")
    assert done.status_code == 303, words(done.text)
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        with unscoped(session):
            order = session.exec(select(Order).where(Order.title == "路灯不亮")).one()
            lines = session.exec(
                select(OrderHistory).where(OrderHistory.order_id == order.id)
            ).all()
            clocks = session.exec(select(OrderClock).where(OrderClock.order_id == order.id)).all()
            petition = session.get(Petition, order.id)
        assert (order.state, order.category) == ("replied", "road.lamp")
        assert [line.event for line in lines] == ["submit", "accept", "dispatch", "claim", "reply"]
        assert lines[-1].public_text == long
        assert lines[-1].at.isoformat().startswith("2025-03-06T08:20:31")
        assert all("按收到时间补记" in line.note for line in lines[1:4])
        # When the resident was contacted, and when it was claimed, nobody knows: no clock says so.
        assert [clock.kind for clock in clocks] == ["handling"]
        assert clocks[0].stopped_at == lines[-1].at
        figures = compute_all(ctx, desk_path)
        told = {name: (each.numerator, each.denominator) for name, each in figures.items()}
        assert told["orders_response_rate"] == (0, 1)  # the other row, which waits since March
        assert told["orders_on_time_rate"] == (1, 1)
        assert told["orders_return_rate"] == told["orders_first_time_rate"] == (0, 0)
        assert petition is not None
        assert str(petition.phone) != "13800006721"
        assert petition.phone is not None
    page = desk.browser.get(f"/petitions/{order.id}")
    assert page.status_code == 200
    assert "待回访" in page.text


def test_units_are_found_by_column_by_their_usual_names(
    qimen: Qimen,
    desk: Any,
    client: MakeClient,
    as_user: MakeAccount,
    org_tree: OrgTree,
    workbook: Book,
    words: Words,
) -> None:
    desk.browser = client(as_user("township_office", org_tree.township))
    name = org_tree.community.name
    heads = ("诉求内容", "日期", "社区")
    rows = (
        ("路灯不亮", "2025-3-4", name),
        ("井盖坏了", 20250304, f"{org_tree.township.name}/{name}"),
    )
    address = desk.bring("a.xlsx", workbook([heads, *rows, ("沟堵了", "2025-3-4", "无此村")]))
    refused = desk.press(address, "all", source="own")
    assert "您的辖区内没有“无此村”" in words(refused.text)
    assert desk.press(address, "good", source="own").status_code == 303
    with qimen.db.session() as session, unscoped(session):
        assert set(session.exec(select(Order.org_id))) == {org_tree.community.id}
    # Without numbers of its own a row is known again by what it says.
    again = desk.bring("a.xlsx", workbook([heads, *rows]))
    assert "2 件以前导入过" in desk.said(again, "check", source="own")


def test_a_table_is_pasted_and_a_list_belongs_to_who_brought_it(
    qimen: Qimen, desk: Any, client: MakeClient, as_user: MakeAccount, org_tree: OrgTree
) -> None:
    pasted = "标题\t时间\n路灯，不亮\t2025-3-4\n井盖\t2025/3/5 8:00\n"
    answer = desk.browser.post("/petitions/import", data={"pasted": pasted})
    assert answer.status_code == 303, answer.text
    address = answer.headers["location"]
    other = client(as_user("community_clerk", org_tree.community))
    assert other.get(address).status_code == 404
    assert other.post(address, data={"step": "all"}).status_code == 404
    assert desk.press(address, "all").status_code == 303
    assert count(qimen, Order) == 2
    assert desk.browser.post(address, data={"step": "all"}).status_code == 404


def test_choices_that_do_not_do_are_refused_with_a_sentence(
    desk: Any, workbook: Book, words: Words
) -> None:
    empty = desk.browser.post("/petitions/import", data={"pasted": " "})
    assert "请选择文件，或粘贴表格内容" in empty.text
    old = ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "x")
    assert "旧版 .xls" in desk.browser.post("/petitions/import", files={"file": old}).text
    address = desk.bring("a.xlsx", workbook([HEADS, *ROWS]))
    for changes, sentence in (
        ({"column_1": "content"}, "有两列都选了“诉求内容”"),
        ({"column_3": ""}, "请指定“收到时间”在哪一列"),
        ({"column_1": "", "column_2": ""}, "请至少指定“标题”或“诉求内容”在哪一列"),
        ({"unit_id": ""}, "请选择属地"),
        ({"column_6": "reply"}, "要么都指定"),
    ):
        refused = desk.press(address, "all", **changes)
        assert refused.status_code == 422
        assert sentence in words(refused.text), changes


def _csv(rows: Any, encoding: str) -> bytes:
    lines = (",".join(f'"{cell}"' for cell in row) for row in rows)
    return "\r\n".join(lines).encode(encoding)
