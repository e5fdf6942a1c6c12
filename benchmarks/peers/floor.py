"""The floor: an ASGI function, sqlite3 and string formatting; no login, no framework.

Nothing that shows 50 rows and their number can do much less, so the distance to it is what a
product costs.
"""

import os
import sqlite3
from collections.abc import Awaitable, Callable, MutableMapping
from html import escape
from urllib.parse import parse_qsl

__all__ = ["app"]

Message = MutableMapping[str, object]
Send = Callable[[Message], Awaitable[None]]
Receive = Callable[[], Awaitable[Message]]

_COUNT = "SELECT count(*) FROM orders WHERE state = ? AND path >= ? AND path < ?"
_PAGE = """
SELECT o.id, o.code, o.title, o.category, o.state, u.name, o.received_at, o.due_at
FROM (SELECT id FROM orders INDEXED BY {index} WHERE state = ? AND path >= ? AND path < ?
      ORDER BY id DESC LIMIT 50) AS page
JOIN orders AS o ON o.id = page.id JOIN unit AS u ON u.id = o.unit_id ORDER BY o.id DESC
"""
_SORT_FEW = _PAGE.format(index="orders_state_path")
_WALK_MANY = _PAGE.format(index="orders_state_id")
_MANY = 5000
_HEAD = ["编号", "标题", "类别", "状态", "单位", "收到", "期限"]
_connection = sqlite3.connect(os.environ["BENCH_DATABASE"], check_same_thread=False)


def render(state: str, low: str, high: str) -> str:
    """Return the page of the newest 50 orders in one state and one path range."""
    values = (state, low, high)
    (count,) = _connection.execute(_COUNT, values).fetchone()
    page = _WALK_MANY if count > _MANY else _SORT_FEW
    rows = "".join(
        f'<tr><td><a href="/orders/{id}">{escape(code)}</a>'
        + "".join(f"<td>{escape(cell)}" for cell in cells)
        for id, code, *cells in _connection.execute(page, values)
    )
    head = "".join(f"<th>{name}" for name in _HEAD)
    return (
        '<!doctype html><html lang="zh"><meta charset="utf-8"><title>诉求</title>'
        f"<p>共 <b>{count}</b> 条<table><thead><tr>{head}<tbody>{rows}</table>"
    )


async def app(scope: MutableMapping[str, object], _receive: Receive, send: Send) -> None:
    """Answer any GET with the page named by ``state``, ``low`` and ``high``."""
    if scope["type"] != "http":
        return
    query = dict(parse_qsl(bytes(scope["query_string"]).decode()))  # type: ignore[arg-type]
    body = render(query["state"], query["low"], query["high"]).encode()
    headers = [
        (b"content-type", b"text/html; charset=utf-8"),
        (b"content-length", b"%d" % len(body)),
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})
