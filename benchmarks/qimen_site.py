"""Our own contestant: the same rows in a migrated data folder, served by ``qimen serve``."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, insert, select

from benchmarks.load import get
from benchmarks.post import post_form
from benchmarks.rows import Order, Unit
from benchmarks.servers import Contestant, Scope
from qimen_core import unit_of_work
from qimen_core.access.models import Grant, UserAccount
from qimen_core.access.passwords import Passwords
from qimen_core.config import QimenConfig
from qimen_core.org.models import OrgUnit
from qimen_core.pinyin import initials
from qimen_core.runtime import Qimen
from qimen_core.search import Entry, put_many
from qimen_orders.models import Order as OrderRow
from qimen_orders.models import OrderClock, OrderHistory
from qimen_petitions.indexing import KIND
from qimen_petitions.models import Category, Petition

__all__ = ["PASSWORD", "QIMEN", "qimen", "sign_in", "write_qimen_data"]

QIMEN = str(Path(sys.executable).with_name("qimen"))
PASSWORD = "Jiao-Tong-2021"
#: The role that holds the list's right at each kind of unit.
_ROLES = {"county": "county_office", "township": "township_office"}
_CHUNK = 5000
#: The plain way of an order: what happened, and where it then stood.
_WAY = (
    ("submit", "submitted"),
    ("accept", "accepted"),
    ("dispatch", "dispatched"),
    ("claim", "in_progress"),
    ("reply", "replied"),
    ("callback", "evaluated"),
    ("close_off", "closed"),
)


def write_qimen_data(data: Path, units: Sequence[Unit], orders: Sequence[Order]) -> None:
    """Migrate a new data folder and fill it; one account per scope, named as the scope is."""
    data.mkdir(parents=True)
    (data / "qimen.toml").write_text("secure_cookies = false\n")
    subprocess.run([QIMEN, "db", "upgrade", "--data", str(data)], check=True, env=os.environ)
    qimen = Qimen.open(QimenConfig.load(data))
    try:
        with qimen.db.connect(write=True) as connection:
            _write(connection, OrgUnit, (_unit(unit) for unit in units))
            _write_accounts(qimen, connection, units)
            categories = (
                connection.execute(
                    select(Category.__table__.c.code).where(Category.__table__.c.parent != "")
                )
                .scalars()
                .all()
            )  # type: ignore[attr-defined]
            names = {order.category for order in orders}
            chosen = dict(zip(sorted(names), sorted(categories), strict=False))
            _write(connection, OrderRow, (_order(order, chosen) for order in orders))
            _write(connection, Petition, (_petition(order) for order in orders))
            _write(connection, OrderHistory, (line for order in orders for line in _past(order)))
            _write(connection, OrderClock, (_clock(order) for order in orders if _is_open(order)))
        _index(qimen, orders)
        with qimen.db.connect(write=True) as connection:
            connection.exec_driver_sql("ANALYZE")
    finally:
        qimen.close()


def _write(connection: Connection, model: type[Any], rows: Iterator[dict[str, Any]]) -> None:
    batch: list[dict[str, Any]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == _CHUNK:
            connection.execute(insert(model.__table__), batch)
            batch = []
    if batch:
        connection.execute(insert(model.__table__), batch)


def _index(qimen: Qimen, orders: Sequence[Order]) -> None:
    """Put the requests into the search index; the peers have none and read every title."""
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        for start in range(0, len(orders), _CHUNK):
            batch = orders[start : start + _CHUNK]
            entries = [
                Entry(
                    KIND,
                    str(order.id),
                    order.unit_id,
                    order.path,
                    order.title,
                    order.code,
                    f"/petitions/{order.id}",
                    order.code,
                )
                for order in batch
            ]
            with unit_of_work(ctx, "petitions.order.read") as uow:
                put_many(uow, entries)


def _is_open(order: Order) -> bool:
    return order.state in {"submitted", "accepted", "dispatched", "in_progress"}


def _past(order: Order) -> Iterator[dict[str, Any]]:
    """Yield a line of history for each step on the plain way to where the order stands."""
    before = "draft"
    for number, (event, state) in enumerate(_WAY):
        yield {
            "order_id": order.id,
            "org_id": order.unit_id,
            "org_path": order.path,
            "at": order.received_at + timedelta(hours=number),
            "event": event,
            "source": before,
            "target": state,
            "actor_name": "张三",
        }
        before = state
        if state == order.state:
            return


def _clock(order: Order) -> dict[str, Any]:
    return {
        "order_id": order.id,
        "org_id": order.unit_id,
        "org_path": order.path,
        "kind": "handling",
        "started_at": order.received_at,
        "allowed": "13w",
        "due_at": order.due_at,
    }


def _unit(unit: Unit) -> dict[str, Any]:
    return {
        "id": unit.id,
        "parent_id": unit.parent_id,
        "kind": unit.kind,
        "code": unit.code,
        "name": unit.name,
        "initials": initials(unit.name),
        "path": unit.path,
        "sort": 0,
        "valid_from": date(2021, 1, 1),
        "version": 1,
    }


def _write_accounts(qimen: Qimen, connection: Connection, units: Sequence[Unit]) -> None:
    hashed = Passwords().hash(PASSWORD)
    now = qimen.clock.now()
    for number, unit in enumerate(units[:2], start=1):
        place = {"org_id": unit.id, "org_path": unit.path}
        account = UserAccount(
            **place,
            id=number,
            username=unit.kind,
            name="张三",
            password_hash=hashed,
            password_changed_at=now,
            must_change_password=False,
            created_at=now,
        )
        grant = Grant(**place, user_id=number, role=_ROLES[unit.kind], valid_from=date(2021, 1, 1))
        for row in (account, grant):
            values = {k: v for k, v in row.model_dump().items() if k != "id" or v is not None}
            connection.execute(insert(type(row)), values)


def _order(order: Order, categories: Mapping[str, str]) -> dict[str, Any]:
    return {
        "id": order.id,
        "org_id": order.unit_id,
        "org_path": order.path,
        "owner": "petitions",
        "number": order.code,
        "title": order.title,
        "state": order.state,
        "kind": "help",
        "category": categories[order.category],
        "urgent": False,
        "channel": "phone",
        "place": "",
        "requester": "张*",
        "handler_name": "",
        "result": "",
        "satisfaction": "",
        "lead_id": order.unit_id,
        "created_at": order.received_at,
        "submitted_at": order.received_at,
        "due_at": order.due_at if _is_open(order) else None,
        "round": 1,
        "version": 1,
    }


def _petition(order: Order) -> dict[str, Any]:
    return {
        "order_id": order.id,
        "org_id": order.unit_id,
        "org_path": order.path,
        "content": order.title,
        "anonymous": False,
        "sealed": False,
        "code_hash": f"{order.id:064x}",
        "followed_until": order.received_at + timedelta(days=365),
        "version": 1,
    }


def sign_in(port: int, username: str) -> str:
    """Log in through the login page and return the Cookie header.

    Raises:
        RuntimeError: The page has no token, or the login was refused.
    """
    page = get(port, "/login")
    token = re.search(rb'name="csrf_token" value="([^"]+)"', page.body)
    if token is None:
        raise RuntimeError("the login page has no form token")
    cookies = "; ".join(
        found.decode() for found in re.findall(rb"(?im)^set-cookie: ([^;\r]+)", page.head)
    )
    values = {"username": username, "password": PASSWORD, "csrf_token": token[1].decode()}
    return post_form(port, "/login", values, cookie=cookies).cookie


def _login(port: int, scope: Scope) -> str:
    return sign_in(port, scope.name)


def qimen(data: Path) -> Contestant:
    """Return our list of requests."""
    return Contestant(
        name="qimen",
        server="qimen serve (uvicorn), 1 worker",
        command=(
            *(QIMEN, "serve", "--data", str(data), "--host", "127.0.0.1", "--port", "{port}"),
            *("--workers", "1"),
        ),
        url=lambda _scope, state: f"/petitions?state={state}",
        search=lambda _scope, word: f"/petitions?q={quote(word)}",
        detail=lambda number: f"/petitions/{number}",
        count_text=lambda count: f"共 {count:,} 条",
        row_marker="<tr data-href=",
        login=_login,
        ready_path="/healthz",
    )
