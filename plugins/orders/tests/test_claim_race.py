"""Many processes of many people claim the same orders: one winner each, the others read why."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from qimen_core import Qimen, scope
from qimen_core.testing.fixtures import MakeAccount
from qimen_core.testing.units import OrgTree
from qimen_orders import Event, Inputs, State
from qimen_orders.models import Order, OrderHistory

HERE = Path(__file__).parent


@pytest.fixture
def race(desk: Any, qimen: Qimen, org_tree: OrgTree, as_user: MakeAccount) -> Any:
    """A function that dispatches or whistles orders, races for them, and returns what was said."""

    def run(processes: int, threads: int, orders: int, *, blind: bool = False) -> list[list[str]]:
        ids = [_free(desk, org_tree, nth) for nth in range(orders)]
        clerk = [as_user("community_clerk", org_tree.community).id for _ in range(threads)]
        facts = {
            "data": str(qimen.config.data),
            "url": qimen.config.url,
            "conftest": str(HERE / "conftest.py"),
            "accounts": clerk,
            "orders": ids,
            "blind": blind,
        }
        command = [sys.executable, str(HERE / "claimers.py"), json.dumps(facts)]
        started = [
            subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
            )
            for _ in range(processes)
        ]
        for each in started:
            _wait_until_ready(each)
        for each in started:
            assert each.stdin is not None
            each.stdin.write("go\n")
            each.stdin.flush()
        told = [each.communicate(timeout=1800)[0] for each in started]
        assert [each.returncode for each in started] == [0] * processes
        return [said for text in told for said in json.loads(text.strip().splitlines()[-1])]

    return run


def _free(desk: Any, tree: OrgTree, nth: int) -> int:
    """Make an order that waits for its taker: every other one is whistled for."""
    order_id: int = desk.create()
    desk.bring(order_id, (Event.SUBMIT, Event.ACCEPT))
    key = f"unit:{tree.community.id}"
    if nth % 2:
        desk.move(order_id, Event.WHISTLE, Inputs(takers=(key,)))
    else:
        desk.move(order_id, Event.DISPATCH, Inputs(taker=key))
    return order_id


def _wait_until_ready(process: "subprocess.Popen[str]") -> None:
    assert process.stdout is not None
    for line in process.stdout:
        if line.strip() == "ready":
            return
    pytest.fail("a process of claimers ended before it was ready")


def one_winner_each(desk: Any, results: list[list[str]], orders: int) -> None:
    """Each order has one winner and one claim in its history; losers were told, none failed."""
    for outcome in zip(*results, strict=True):
        assert Counter(outcome)["won"] == 1
        assert all(said == "won" or ("接单" in said and "办理中" in said) for said in outcome)
    desk.ctx.session.rollback()
    with scope(desk.ctx.session, desk.ctx, "cases.order.read"):
        claims = select(func.count()).where(OrderHistory.event == "claim")  # type: ignore[arg-type]
        assert desk.ctx.session.scalar(claims) == orders
        done = select(func.count()).where(Order.state == State.IN_PROGRESS)  # type: ignore[arg-type]
        assert desk.ctx.session.scalar(done) == orders


def test_of_many_in_several_processes_one_wins_each_order(desk: Any, race: Any) -> None:
    results = race(processes=2, threads=3, orders=8)
    assert len(results) == 6
    one_winner_each(desk, results, 8)


def test_control_without_the_condition_they_double_claim(race: Any) -> None:
    results = race(processes=1, threads=4, orders=8, blind=True)
    assert sum(said.count("won") for said in results) > 8


@pytest.mark.prove
def test_sixteen_threads_in_four_processes_and_five_hundred_orders(
    desk: Any, race: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    results = race(processes=4, threads=16, orders=500)
    assert len(results) == 64
    one_winner_each(desk, results, 500)
    winners = Counter(nth for nth, said in enumerate(results) for each in said if each == "won")
    with capsys.disabled():
        print(f"\n500 orders, 64 claimers, {len(winners)} of them won some")  # noqa: T201


@pytest.mark.prove
def test_control_at_full_size_double_claims(race: Any) -> None:
    results = race(processes=4, threads=16, orders=50, blind=True)
    assert sum(said.count("won") for said in results) > 50
