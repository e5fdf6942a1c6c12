"""A clerk's desk with petitions on it."""

from collections.abc import Callable
from typing import Any, Protocol

import pytest

from qimen_core import Qimen, unit_of_work
from qimen_core.models import Workday
from qimen_core.testing.accounts import Account
from qimen_core.testing.fixtures import MakeAccount
from qimen_core.testing.units import OrgTree
from qimen_core.workdays import seed_days
from qimen_orders import Event, Inputs
from qimen_petitions.services import NewPetition, Registered, move, register


class Take(Protocol):
    """Type of the `take` fixture."""

    def __call__(self, unit: Any = None, **facts: Any) -> Registered:
        """Take a petition down at a unit, the community unless another is given."""
        ...


@pytest.fixture
def plugins() -> tuple[str, ...]:
    """The plugin under test; what it requires comes along."""
    return ("petitions",)


@pytest.fixture(autouse=True)
def calendar(qimen: Qimen) -> None:
    """The work calendar of 2025 and 2026."""
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        with unit_of_work(ctx, "core.calendar.manage") as uow:
            for day in seed_days(2025, 2026):
                row = Workday(day=day.day, is_workday=day.is_workday, name=day.name)
                row.source, row.updated_at = "seed", ctx.now
                uow.session.add(row)


@pytest.fixture
def clerk(org_tree: OrgTree, as_user: MakeAccount) -> Account:
    """A clerk of the community."""
    return as_user("community_clerk", org_tree.community)


@pytest.fixture
def take(qimen: Qimen, org_tree: OrgTree) -> Take:
    """A function that takes a petition down."""

    def make(unit: Any = None, **facts: Any) -> Registered:
        place = unit or org_tree.community
        values = {"content": "路灯不亮，晚上看不清台阶", "category": "road.lamp", **facts}
        with qimen.db.session() as session:
            ctx = qimen.system_context(session)
            return register(ctx, NewPetition(unit_id=place.id, **values))

    return make


@pytest.fixture
def bring(qimen: Qimen, org_tree: OrgTree) -> Callable[[int, str], None]:
    """A function that brings a submitted petition into a state."""
    steps = {
        "accepted": (Event.ACCEPT, Inputs()),
        "dispatched": (Event.DISPATCH, Inputs(lead_id=org_tree.community.id)),
        "in_progress": (Event.CLAIM, Inputs(handler_name="王五")),
        "replied": (Event.REPLY, Inputs(public_text="已修好")),
        "evaluated": (Event.CALLBACK, Inputs(result="solved", satisfaction="satisfied")),
        "closed": (Event.CLOSE_OFF, Inputs()),
    }

    def make(order_id: int, state: str) -> None:
        with qimen.db.session() as session:
            ctx = qimen.system_context(session)
            for reached, (event, inputs) in steps.items():
                move(ctx, order_id, event, inputs)
                if reached == state:
                    return

    return make
