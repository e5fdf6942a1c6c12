"""`make prove`: every message of the real lists comes in by the screen, its times in every form.

They are read from QIMEN_SHARED (default `../shared`); they are not ours to ship.
"""

import csv
import gzip
import io
import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func
from sqlmodel import select

from qimen_core import LOCAL, Qimen, StoredFile
from qimen_core.db.session import unscoped
from qimen_core.jobs import run_due
from qimen_orders import Order
from qimen_orders.models import OrderHistory
from qimen_petitions.gathering.models import OutsideNumber
from qimen_petitions.models import Petition

SHARED = Path(os.environ.get("QIMEN_SHARED", "../shared")) / "data" / "petitions"
EPOCH = datetime(1899, 12, 30, tzinfo=LOCAL)
FORMS: tuple[Callable[[datetime], object], ...] = (
    lambda at: f"{at:%Y-%m-%d %H:%M:%S}",
    lambda at: f"{at.year}/{at.month}/{at.day} {at.hour}:{at:%M:%S}",
    lambda at: f"{at.year}年{at.month}月{at.day}日 {at:%H}时{at:%M}分{at:%S}秒",
    lambda at: f"{at:%Y%m%d%H%M%S}",
    lambda at: f"{at:%Y-%m-%dT%H:%M:%S}+08:00",
    lambda at: f"{at:%a, %d %b %Y %H:%M:%S} +0800",
    lambda at: f"{at:%Y-%m-%d} {'上下'[at.hour > 11]}午{(at.hour - 1) % 12 + 1}:{at:%M:%S}",
    lambda at: f"{at:%Y.%m.%d %I:%M:%S} {'PM' if at.hour > 11 else 'AM'}",
    lambda at: (at - EPOCH).total_seconds() / 86400,
)  # fmt: skip
TIMES = ("time", "reply_time")


def rows_of(name: str) -> list[dict[str, str]]:
    path = SHARED / f"{name}.csv.gz"
    if not path.exists():
        pytest.skip(f"the real messages are not here: {path}; set QIMEN_SHARED")
    with gzip.open(path, "rt", encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source))


def table_of(rows: list[dict[str, str]]) -> list[list[object]]:
    """Return headings and rows, each row's times in the next form."""
    heads = list(rows[0])
    table: list[list[object]] = [list(heads)]
    for at, row in enumerate(rows):
        form = FORMS[at % len(FORMS)]
        table.append(
            [form(moment(row[key])) if key in TIMES and row[key] else row[key] for key in heads]
        )
    return table


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LOCAL)


def as_csv(table: list[list[object]], encoding: str) -> bytes:
    kept = io.StringIO(newline="")
    csv.writer(kept).writerows(table)
    return kept.getvalue().encode(encoding)


@pytest.mark.prove
@pytest.mark.parametrize("name", ["messages_unlabelled", "messages_with_replies"])
@pytest.mark.parametrize("kind", ["xlsx", "utf-8-sig", "gb18030"])
def test_every_real_message_comes_in_once(
    qimen: Qimen, desk: Any, workbook: Callable[[Any], bytes], name: str, kind: str
) -> None:
    rows = rows_of(name)
    table = table_of(rows)
    data = workbook(table) if kind == "xlsx" else as_csv(table, kind)
    file = f"{name}.{kind if kind == 'xlsx' else 'csv'}"
    address = desk.bring(file, data)
    assert desk.press(address, "all", category="service.advice").status_code == 303
    run_due(qimen)
    assert f"已导入 {len(rows)} 件诉求" in desk.browser.get("/jobs").text
    with qimen.db.session() as session, unscoped(session):
        for model in (Order, Petition, OutsideNumber):
            assert session.exec(select(func.count()).select_from(model)).one() == len(rows)
        assert session.exec(select(func.count()).select_from(StoredFile)).one() == 0
        stored = session.exec(
            select(OutsideNumber.number, Order.submitted_at, Order.replied_at, Petition.content)
            .join(Order, Order.id == OutsideNumber.order_id)  # type: ignore[arg-type]
            .join(Petition, Petition.order_id == OutsideNumber.order_id)  # type: ignore[arg-type]
        ).all()
        told = session.exec(select(OrderHistory.public_text).where(OrderHistory.event == "reply"))
        replies = sorted(told)
    wanted = {row["msg_id"]: row for row in rows}
    for number, submitted, replied, content in stored:
        row = wanted[number]
        assert submitted == moment(row["time"]), number
        assert content == row["detail"].strip()
        if "reply_time" in row:
            assert replied == moment(row["reply_time"]), number
    assert replies == sorted(row["reply"].strip() for row in rows if "reply" in row)
    again = desk.bring(file, data)
    assert desk.press(again, "all").status_code == 303
    run_due(qimen)
    with qimen.db.session() as session, unscoped(session):
        assert session.exec(select(func.count()).select_from(Order)).one() == len(rows)
