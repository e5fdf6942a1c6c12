"""A frozen month keeps its rows: the bulletin reads the same whatever happens afterwards."""

import json
import logging
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
import structlog
from click.testing import CliRunner
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import DBAPIError

from qimen_core import LOCAL, FixedClock, Qimen, unit_of_work
from qimen_core.bulletins.models import Bulletin, BulletinRows
from qimen_core.cli import cli
from qimen_core.db.session import unscoped
from qimen_core.jobs import run_due
from qimen_core.jobs.upkeep import enqueue_periodic
from qimen_core.logs import configure_logs
from qimen_core.models import AuditRow
from qimen_core.org.queries import get_unit
from qimen_core.settings_store import put, stamp
from qimen_core.testing.accounts import Account
from qimen_core.testing.fixtures import MakeAccount, MakeClient
from qimen_core.testing.units import OrgTree
from qimen_orders import Order

Bring = Callable[[int, str], None]


@pytest.fixture
def quiet() -> Iterator[None]:
    """Log lines stay out of what a command prints."""
    configure_logs(logging.WARNING)
    yield
    structlog.reset_defaults()


@pytest.fixture
def month(take: Any, bring: Bring) -> list[int]:
    """March: three closed and one open petition of the community."""
    made = [take().order_id for _nth in range(4)]
    for order_id in made[:3]:
        bring(order_id, "closed")
    return made


def april(clock: FixedClock, day: int = 1, hour: int = 0) -> None:
    """Move to April 2026; the first is an ordinary Wednesday, the fifth a holiday."""
    clock.set(datetime(2026, 4, day, hour, 5, tzinfo=LOCAL))


def freeze(browser: Any, unit: Any, period: str = "2026-03") -> Any:
    return browser.post("/petitions/figures/freeze", data={"unit": unit.id, "period": period})


def page(browser: Any, unit: Any) -> str:
    found = browser.get("/petitions/figures", params={"unit": unit.id, "period": "2026-03"})
    assert found.status_code == 200
    return str(found.text)


def frozen_numbers(text: str) -> dict[tuple[str, str], tuple[str, str]]:
    """Return address and number of every frozen figure by metric and part."""
    link = r'href="(/petitions/bulletins/\d+/(\w+)/(\w+))"[^>]*>([\d,½]+)<'
    return {(name, part): (href, number) for href, name, part, number in re.findall(link, text)}


def change_after(qimen: Qimen, month: list[int]) -> None:
    """What may happen to a row in years: one is put right, one is gone."""
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        with unit_of_work(ctx, "petitions.order.read") as uow:
            mine = update(Order).where(Order.id == month[0])  # type: ignore[arg-type]
            uow.claim(mine.values(result="unsolved", satisfaction="dissatisfied"))


def test_a_frozen_month_reads_the_same_after_its_rows_have_changed(
    qimen: Qimen,
    clock: FixedClock,
    month: list[int],
    office: Account,
    client: MakeClient,
    org_tree: OrgTree,
) -> None:
    april(clock)
    browser = client(office)
    assert "冻结这一期" in page(browser, org_tree.community)
    assert freeze(browser, org_tree.community).status_code == 303
    before = page(browser, org_tree.community)
    was = frozen_numbers(before)
    assert was["orders_solved_rate", "numerator"][1] == "3"
    assert "现已不同" not in before
    assert "冻结这一期" not in before
    change_after(qimen, month)
    after = page(browser, org_tree.community)
    assert frozen_numbers(after) == was
    assert "现已不同" in after  # the live number beside it has moved
    address, _number = was["orders_solved_rate", "numerator"]
    behind = browser.get(address).text
    opened = {int(found) for found in re.findall(r'href="/petitions/(\d+)"', behind)}
    assert opened == set(month[:3])


def test_it_is_frozen_once_after_its_end_and_by_whoever_may(
    clock: FixedClock,
    month: list[int],
    office: Account,
    clerk: Account,
    client: MakeClient,
    org_tree: OrgTree,
    as_user: MakeAccount,
) -> None:
    browser = client(office)
    early = freeze(browser, org_tree.community)
    assert (early.status_code, "还没有结束" in early.text) == (422, True)
    april(clock)
    assert freeze(client(clerk), org_tree.community).status_code == 403
    stranger = client(as_user("township_office", org_tree.other_township))
    assert freeze(stranger, org_tree.community).status_code == 404
    browser = client(office)  # the session of March has run out
    assert freeze(browser, org_tree.community).status_code == 303
    was = frozen_numbers(page(browser, org_tree.community))
    assert was
    freeze(browser, org_tree.community)
    assert frozen_numbers(page(browser, org_tree.community)) == was
    address, _number = was["orders_received", "numerator"]
    assert browser.get(address).status_code == 200
    assert client(clerk).get(address).status_code == 200
    assert stranger.get(address).status_code == 404
    for wrong in (address.replace("numerator", "half"), address.replace("received", "nothing")):
        assert browser.get(wrong).status_code == 404


def test_the_month_is_frozen_by_itself_once_and_not_before_its_day(
    qimen: Qimen, clock: FixedClock, month: list[int], org_tree: OrgTree
) -> None:
    clock.set(datetime(2026, 3, 31, 23, 55, tzinfo=LOCAL))
    bulletins = _run(qimen)
    assert bulletins == []
    april(clock)
    wanted = {org_tree.county.id, org_tree.township.id, org_tree.community.id}
    assert {row.org_id for row in _run(qimen)} == wanted
    april(clock, 5, 3)  # a holiday: neither that nor a second look changes anything
    assert {row.org_id for row in _run(qimen)} == wanted
    with qimen.db.session() as session:
        audited = select(func.count()).where(AuditRow.action == "core.bulletin.freeze")  # type: ignore[arg-type]
        assert session.scalar(audited) == 3


def _run(qimen: Qimen) -> list[Bulletin]:
    enqueue_periodic(qimen)
    run_due(qimen)
    with qimen.db.session() as session, unscoped(session):
        return list(session.scalars(select(Bulletin).where(Bulletin.label == "2026-03")))  # type: ignore[arg-type]


def test_nothing_but_ids_is_kept_and_nobody_rewrites_them(
    qimen: Qimen, clock: FixedClock, month: list[int]
) -> None:
    april(clock)
    _run(qimen)
    with qimen.db.session() as session, unscoped(session):
        rows = list(session.scalars(select(BulletinRows)))
        assert rows
        assert all(type(each) is int for row in rows for each in row.ids)
    for statement in (
        update(BulletinRows).values(ids=[]),
        delete(BulletinRows),
        update(Bulletin).values(label="x"),
    ):
        with qimen.db.session() as session:
            ctx = qimen.system_context(session)
            with (
                pytest.raises(DBAPIError, match="append-only"),
                unit_of_work(ctx, "core.org.read") as uow,
            ):
                uow.claim(statement)


def test_half_a_case_is_a_row_that_counts_half(
    qimen: Qimen,
    clock: FixedClock,
    month: list[int],
    office: Account,
    client: MakeClient,
    org_tree: OrgTree,
) -> None:
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        with unit_of_work(ctx, "petitions.order.read") as uow:
            uow.claim(update(Order).where(Order.id == month[0]).values(result="partly"))  # type: ignore[arg-type]
    browser = client(office)
    strict = page(browser, org_tree.community)
    assert _shown(strict) == ("66.7%", "2")
    setting = {"plugin": "orders", "key": "partly_counts_half", "value": True}
    _set(qimen, org_tree, **setting)
    mild = page(browser, org_tree.community)
    assert _shown(mild) == ("83.3%", "2½")
    where = {"unit": org_tree.community.id, "period": "2026-03"}
    address = "/petitions/figures/orders_solved_rate/numerator"
    behind = browser.get(address, params=where).text
    assert len(re.findall(r'href="/petitions/\d+"', behind)) == 3
    assert behind.count("计 ½") == 1
    april(clock)
    browser = client(office)
    freeze(browser, org_tree.community)
    # The rule that held then is part of what is frozen.
    _set(qimen, org_tree, **{**setting, "value": False})
    was = frozen_numbers(page(browser, org_tree.community))
    address, number = was["orders_solved_rate", "numerator"]
    assert number == "2½"
    behind = browser.get(address).text
    assert behind.count("计 ½") == 1


def _shown(text: str) -> tuple[str, str]:
    found = re.search(r"解决率</th>.*?>([\d.]+%).*?>([\d½]+)</a>", text, re.S)
    assert found is not None
    return found[1], found[2]


def _set(qimen: Qimen, tree: OrgTree, *, plugin: str, key: str, value: object) -> None:
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        with unit_of_work(ctx, "core.setting.manage") as uow:
            unit = get_unit(ctx, tree.township.id or 0)
            put(uow, plugin, unit, {key: value}, stamp(ctx, plugin, unit))


@pytest.mark.usefixtures("quiet")
def test_the_command_reads_what_was_frozen(
    qimen: Qimen, clock: FixedClock, month: list[int], org_tree: OrgTree
) -> None:
    april(clock)
    _run(qimen)
    change_after(qimen, month)
    url = qimen.config.url
    toml = f'plugins = ["web", "orders", "petitions"]\ndatabase_url = "{url}"\n'
    (qimen.config.data / "qimen.toml").write_text(toml, "utf-8")
    words = ["metrics", "--data", str(qimen.config.data), "--json", "--unit"]
    words += [org_tree.community.code or "", "--period", "2026-03"]
    frozen = json.loads(_said(*words, "--frozen", "--rows"))["figures"]["orders_solved_rate"]
    assert (frozen["numerator"], frozen["denominator"]) == (3, 3)
    assert frozen["rows"]["numerator"] == sorted(month[:3])
    assert json.loads(_said(*words))["orders_solved_rate"] == {"numerator": 2, "denominator": 3}
    never = CliRunner().invoke(cli, [*words[:-1], "2026-02", "--frozen"])
    assert (never.exit_code, "没有冻结过" in never.output) == (1, True)
    assert CliRunner().invoke(cli, [*words, "--rows"]).exit_code == 2


def _said(*words: str) -> str:
    result = CliRunner().invoke(cli, list(words))
    assert result.exit_code == 0, result.output
    return result.stdout
