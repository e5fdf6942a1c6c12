"""An estate of the community, a round that rates it, and households that answer."""

import re
import secrets
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from qimen_core import Qimen, unit_of_work
from qimen_core.org.queries import Unit
from qimen_core.org.tree import NewUnit, create
from qimen_core.testing.accounts import Account
from qimen_core.testing.units import OrgTree
from qimen_petitions.estates.answering import NewAnswer, asked_of, take_answer
from qimen_petitions.estates.estates import EstateForm, add_estate
from qimen_petitions.estates.permissions import ENTER
from qimen_petitions.estates.results import results_in
from qimen_petitions.estates.rounds import RoundForm, RoundSeen, plan_round, read_round
from qimen_petitions.estates.stepping import step_round

TODAY = date(2026, 3, 2)
FULL = {"clean": 4, "order": 3, "repair": 2, "green": 5, "fees": 1, "complaints": 3}

Step = Callable[..., None]


class Rating:
    """One round with its first estate, as the clerk and the households use it."""

    def __init__(self, qimen: Qimen, clerk: Account, round_id: int) -> None:
        self.qimen, self.clerk, self.round_id = qimen, clerk, round_id

    def step(self, *events: str) -> None:
        """Move the round on, as the clerk."""
        for event in events:
            with self.qimen.db.session() as session:
                ctx = self.clerk.context(session)
                step_round(ctx, self.round_id, event, self.seen().version)

    def seen(self) -> RoundSeen:
        """Return the round."""
        with self.qimen.db.session() as session:
            return read_round(self.clerk.context(session), self.round_id)

    def results(self) -> list[Any]:
        """Return what it came to."""
        with self.qimen.db.session() as session:
            return results_in(self.clerk.context(session), self.seen())

    def answer(self, phone: str, overall: str = "satisfied", **more: Any) -> None:
        """Answer as staff type a sheet in, which says who answers."""
        rated = self.results()[more.pop("nth", 0)].id
        new = NewAnswer(phone, overall, more.pop("scores", FULL), secrets.token_hex(16), **more)
        with self.qimen.db.session() as session:
            ctx = self.clerk.context(session)
            take_answer(ctx, asked_of(ctx, rated), new, ENTER)

    def fill(self, many: int, overall: str = "satisfied", **more: Any) -> None:
        """Let so many households answer alike."""
        for nth in range(many):
            self.answer(f"1380000{nth:04d}", overall, **more)


@pytest.fixture
def company(qimen: Qimen, org_tree: OrgTree) -> Unit:
    """A property company of the community."""
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        with unit_of_work(ctx, "core.org.manage") as uow:
            return create(uow, NewUnit("property_company", "安居物业", org_tree.community.id))


@pytest.fixture
def add(qimen: Qimen, org_tree: OrgTree) -> Callable[..., int]:
    """A function that writes an estate down at a unit and returns its id."""

    def make(name: str = "东门小区", unit: Any = None, **facts: Any) -> int:
        place = unit or org_tree.community
        typed = (
            EstateForm(
                unit_id=place.id, name=name, valid_from=date(2020, 1, 1), households=40, **facts
            )
            if "households" not in facts
            else EstateForm(unit_id=place.id, name=name, valid_from=date(2020, 1, 1), **facts)
        )
        with qimen.db.session() as session:
            return add_estate(qimen.system_context(session), typed)

    return make


@pytest.fixture
def plan(qimen: Qimen, clerk: Account) -> Callable[..., Rating]:
    """A function that plans a round at the clerk's community."""

    def make(by: Account | None = None, **facts: Any) -> Rating:
        account = by or clerk
        values: dict[str, Any] = {
            "unit_id": account.unit.id, "name": "第四季度评价",
            "start": date(2025, 10, 1), "end": date(2025, 12, 31),
            "opens_on": TODAY, "closes_on": TODAY + timedelta(days=14),
        }  # fmt: skip
        with qimen.db.session() as session:
            made = plan_round(account.context(session), RoundForm(**(values | facts)))
        return Rating(qimen, account, made)

    return make


@pytest.fixture
def rating(add: Callable[..., int], plan: Callable[..., Rating]) -> Rating:
    """An open round of one estate."""
    add()
    made = plan()
    made.step("open")
    return made


@pytest.fixture
def hidden() -> Callable[[str], dict[str, str]]:
    """A function that returns a page's hidden fields, as a browser would send them."""

    def find(page: str) -> dict[str, str]:
        return dict(re.findall(r'type="hidden" name="(\w+)" value="(\w+)"', page))

    return find
