"""The list of 50 requests out of 100 000, here, in three peers, and at the least possible."""

import os
import subprocess
import sys
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

from benchmarks import contestants, report
from benchmarks.measure import Page, measure
from benchmarks.peer_database import write_peer_database
from benchmarks.qimen_site import qimen, write_qimen_data
from benchmarks.rows import Order, Size, Unit, make_orders, make_units
from benchmarks.servers import Scope, pin, running

__all__ = ["run"]

#: Asked in turn, so that no two requests after one another are the same.
_STATES = ("in_progress", "replied", "dispatched")


def _scopes(units: list[Unit]) -> list[Scope]:
    county, township = units[0], units[1]
    return [
        Scope("county", county.path, _successor(county.path)),
        Scope("township", township.path, _successor(township.path)),
    ]


def _successor(path: str) -> str:
    """Return the end of a subtree's range; the last digit of these paths is never the highest."""
    return path[:-1] + chr(ord(path[-1]) + 1)


def _page(scope: Scope, orders: list[Order]) -> Page:
    counts = Counter(order.state for order in orders if scope.low <= order.path < scope.high)
    return Page(scope, _STATES, counts)


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
        results: Where ``list.json`` and ``list.md`` go.
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
    pages = [_page(scope, orders) for scope in _scopes(units)]
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
            f"{page.scope.name} sees " + ", ".join(f"{page.counts[s]} {s}" for s in page.states)
            for page in pages
        ],
    ]
    return report.write(cells, notes, results)
