"""Requests out of 100 000: their list, a search and one of them, here and in three peers."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from benchmarks import contestants, report
from benchmarks.measure import Ask, Page, measure
from benchmarks.peer_database import write_peer_database
from benchmarks.qimen_site import qimen, write_qimen_data
from benchmarks.rows import Order, Size, Unit, make_orders, make_units
from benchmarks.servers import Contestant, Scope, pin, running

__all__ = ["run"]

_STATES = ("in_progress", "replied", "dispatched")
#: Two characters each, so that no index of three finds them.
_WORDS = ("噪声", "停车", "文体")
_DETAILS = 5


def _scopes(units: list[Unit]) -> list[Scope]:
    county, township = units[0], units[1]
    return [
        Scope("county", county.path, _successor(county.path)),
        Scope("township", township.path, _successor(township.path)),
    ]


def _successor(path: str) -> str:
    """Return the end of a subtree's range; the last digit of these paths is never the highest."""
    return path[:-1] + chr(ord(path[-1]) + 1)


def _list(scope: Scope, orders: Sequence[Order]) -> Page:
    counts = Counter(order.state for order in orders)
    return Page(f"list, {scope.name}", scope, tuple(_state(scope, s, counts[s]) for s in _STATES))


def _state(scope: Scope, state: str, count: int) -> Ask:
    return Ask(lambda contestant: contestant.url(scope, state), count)


def _search(scope: Scope, orders: Sequence[Order]) -> Page:
    asks = tuple(_word(scope, w, sum(w in order.title for order in orders)) for w in _WORDS)
    return Page(f"search, {scope.name}", scope, asks, lambda each: each.search is not None)


def _word(scope: Scope, word: str, count: int) -> Ask:
    def url(contestant: Contestant) -> str:
        assert contestant.search is not None
        return contestant.search(scope, word)

    return Ask(url, count)


def _detail(scope: Scope, orders: Sequence[Order]) -> Page:
    chosen = [order for order in orders if order.state == "in_progress"][:_DETAILS]
    asks = tuple(_one(order) for order in chosen)
    return Page(f"one request, {scope.name}", scope, asks, lambda each: each.detail is not None)


def _one(order: Order) -> Ask:
    def url(contestant: Contestant) -> str:
        assert contestant.detail is not None
        return contestant.detail(order.id)

    return Ask(url, words=order.title)


def _pages(units: list[Unit], orders: list[Order]) -> list[Page]:
    county, township = _scopes(units)
    mine = [order for order in orders if township.low <= order.path < township.high]
    return [
        _list(county, orders),
        _list(township, mine),
        _search(township, mine),
        _detail(township, mine),
    ]


def _prepare_peers(database: Path, units: list[Unit], orders: list[Order]) -> None:
    write_peer_database(database, units, orders)
    reaches = [f"{scope.name}={scope.low}:{scope.high}" for scope in _scopes(units)]
    subprocess.run(
        [sys.executable, "-m", "benchmarks.peers.django_site", *reaches],
        env={**os.environ, "BENCH_DATABASE": str(database)},
        check=True,
    )


def run(folder: Path, results: Path, rounds: int, seconds: float, size: Size) -> str:
    """Make the data, serve all contestants, measure them in turn and return the Markdown.

    Args:
        folder: Where data and logs go; emptied by the caller when no longer wanted.
        results: Where ``pages.json`` and ``pages.md`` go.
        rounds: How often every server has its turn.
        seconds: Length of one turn.
        size: How many units and orders.
    """
    units = make_units(size)
    orders = list(make_orders(size, units))
    database = folder / "peers.db"
    _prepare_peers(database, units, orders)
    data = folder / "qimen"
    write_qimen_data(data, units, orders)
    field = [
        qimen(data),
        contestants.django_admin(database),
        contestants.sqladmin(database),
        contestants.datasette(database),
        contestants.datasette(database, facet=True),
        contestants.floor(database),
    ]
    pages = _pages(units, orders)
    pin(1)()
    with ExitStack() as stack:
        servers = [stack.enter_context(running(contestant, folder)) for contestant in field]
        cells = measure(servers, pages, rounds, seconds)
    notes = [
        f"{size.orders:,} orders, {size.units:,} units, SQLite",
        "one worker process each, on core 0; the client on core 1",
        f"{rounds} rounds of {seconds:g} s per server and scope, in turn; 4 kept connections",
        *[f"{contestant.name}: {contestant.server}" for contestant in field],
        *[
            f"{page.name}: " + ", ".join(f"{ask.count} rows match" for ask in page.asks)
            for page in pages
            if page.asks[0].count is not None
        ],
    ]
    return report.write(cells, notes, results)
