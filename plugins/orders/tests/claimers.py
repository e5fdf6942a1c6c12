"""One process of people who all claim the same orders: `python claimers.py FACTS`, told by stdin.

FACTS is JSON: data, url, conftest, accounts (ids, one a thread), orders (ids), blind. It prints
`ready`, waits for a line, lets the threads run, and prints per thread what became of each order:
`won`, or the sentence that the loser reads. Blind claimers look first and write without a
condition: that is the control.
"""

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from threading import Barrier
from typing import Any

from sqlalchemy import update

from qimen_core import Conflict, FixedClock, Qimen, QimenConfig, scope, unit_of_work
from qimen_core.testing.planting import START
from qimen_orders import Event, Inputs, Order, State, move

CLAIM = "cases.order.claim"


def opened(facts: dict[str, Any]) -> Qimen:
    """Open the deployment of the test, with the small owner of its conftest."""
    spec = spec_from_file_location("orders_conftest", facts["conftest"])
    assert spec is not None
    assert spec.loader is not None
    conftest = module_from_spec(spec)
    spec.loader.exec_module(conftest)
    owner = conftest.owner_module()
    config = QimenConfig.load(
        Path(facts["data"]), plugins=["orders", "cases"], database_url=facts["url"]
    )
    return Qimen.open(config, clock=FixedClock(START), provided={"cases": owner})


def claim_all(qimen: Qimen, account: int, orders: list[int]) -> list[str]:
    """Claim each order in turn and return what is said of it."""
    said = []
    with qimen.db.session() as session:
        ctx = qimen.user_context(session, account)
        for order_id in orders:
            try:
                with unit_of_work(ctx, CLAIM) as uow:
                    move(uow, order_id, Event.CLAIM, Inputs(handler_name="王五"))
            except Conflict as refused:
                said.append(str(refused.message))
            else:
                said.append("won")
    return said


def claim_blindly(qimen: Qimen, account: int, orders: list[int], gate: Barrier) -> list[str]:
    """Look whether an order is free, then take it without a condition."""
    said = []
    with qimen.db.session() as session:
        ctx = qimen.user_context(session, account)
        for order_id in orders:
            with scope(session, ctx, CLAIM):
                free = session.get_one(Order, order_id).state == State.DISPATCHED
            session.rollback()
            session.expunge_all()
            gate.wait(60)
            if free:
                with unit_of_work(ctx, CLAIM) as uow:
                    blind = update(Order).where(Order.id == order_id)  # type: ignore[arg-type]
                    uow.claim(blind.values(state="in_progress"))
            said.append("won" if free else "too late")
            gate.wait(60)
    return said


def say(line: str) -> None:
    """Tell the test something."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main(facts: dict[str, Any]) -> None:
    """Open, wait for the word, run, tell."""
    qimen = opened(facts)
    accounts, orders = facts["accounts"], facts["orders"]
    gate = Barrier(len(accounts))
    say("ready")
    sys.stdin.readline()

    def work(account: int) -> list[str]:
        if facts["blind"]:
            return claim_blindly(qimen, account, orders, gate)
        return claim_all(qimen, account, orders)

    with ThreadPoolExecutor(len(accounts)) as pool:
        say(json.dumps(list(pool.map(work, accounts))))
    qimen.close()


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
