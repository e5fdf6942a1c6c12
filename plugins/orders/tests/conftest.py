"""A small owner of orders, so that the engine is tested without petitions."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from types import ModuleType

import pytest

from qimen_core import Context, Permission, PluginMeta, Qimen, hookimpl, scope, unit_of_work
from qimen_core.org.queries import get_unit
from qimen_core.testing.fixtures import MakeAccount, MakeApp
from qimen_core.testing.planting import Planting, work_calendar
from qimen_core.testing.units import OrgTree
from qimen_orders import TAKER_MOVES, Event, Inputs, NewOrder, Order, create_order, move
from qimen_orders.reading import OrderFacts, read_order

OWNER = "cases"
FULL = {
    Event.SUBMIT: Inputs(),
    Event.ACCEPT: Inputs(category="road", kind="help"),
    Event.NOT_ACCEPT: Inputs(reason="not_here", public_text="不在本社区"),
    Event.REDIRECT: Inputs(body="县信访局"),
    Event.CLAIM: Inputs(handler_name="王五"),
    Event.REPLY: Inputs(public_text="已修好"),
    Event.CALLBACK: Inputs(result="solved", satisfaction="satisfied"),
    Event.CLOSE_OFF: Inputs(),
}


# Written by hand from DOMAIN.md §4, not from the code.
ALLOWED = {
    ("draft", "submit"): "submitted",
    ("submitted", "accept"): "accepted",
    ("submitted", "not_accept"): "not_accepted",
    ("submitted", "merge"): "merged",
    ("accepted", "merge"): "merged",
    ("submitted", "redirect"): "redirected",
    ("accepted", "dispatch"): "dispatched",
    ("accepted", "whistle"): "whistled",
    ("dispatched", "claim"): "in_progress",
    ("whistled", "claim"): "in_progress",
    ("dispatched", "return"): "arbitration",
    ("arbitration", "uphold"): "accepted",
    ("arbitration", "reject"): "dispatched",
    ("in_progress", "suspend"): "suspended",
    ("suspended", "resume"): "in_progress",
    ("in_progress", "extend"): "in_progress",
    ("in_progress", "uplift"): "dispatched",
    ("in_progress", "reply"): "replied",
    ("replied", "callback"): "evaluated",
    ("replied", "time_out"): "evaluated",
    ("evaluated", "redo"): "in_progress",
    ("evaluated", "close_off"): "closed",
}
OPEN = (
    "submitted", "accepted", "whistled", "dispatched", "arbitration", "in_progress",
    "suspended", "replied", "evaluated",
)  # fmt: skip
# "any open" of the table, and the feedback that ends the clock a supervision starts.
ALLOWED |= {(s, e): s for s in OPEN for e in ("remind", "supervise", "feedback", "recount")}
# The halves that the table's guards speak of: what is asked before it is granted, what an assist
# reports, the tries before a time-out, the ladder's rungs, the parts of a joint order.
ALLOWED |= {
    ("in_progress", event): "in_progress"
    for event in (
        "ask_suspend", "ask_extend", "decline", "assist_done", "assist_waived", "split",
    )
}  # fmt: skip
ALLOWED |= {("replied", "call_missed"): "replied", ("whistled", "widen"): "whistled"}


@pytest.fixture(scope="session")
def allowed() -> dict[tuple[str, str], str]:
    """The table as it was written by hand: state and event, and the state that is reached."""
    return ALLOWED


def owner_module() -> ModuleType:
    """A plugin that owns orders and has nothing else."""
    # A plugin's package is asked for migrations and templates; the kit's own has neither.
    module = ModuleType(f"qimen_core.testing.{OWNER}")
    module.meta = PluginMeta(  # type: ignore[attr-defined]
        name=OWNER, label="事项", core=">=0.1", requires=("orders",)
    )

    @hookimpl
    def register_permissions() -> list[Permission]:
        roles = ("community_clerk", "township_office", "county_office")
        verbs = ("read", "create", *Event)
        lent = {"read", *TAKER_MOVES}
        return [
            Permission(f"{OWNER}.order.{verb}", verb, roles=roles, lent=verb in lent)
            for verb in verbs
        ]

    module.register_permissions = register_permissions  # type: ignore[attr-defined]
    return module


@pytest.fixture
def qimen(qimen_app: MakeApp, provide_plugin: Callable[[ModuleType], str]) -> Qimen:
    """A deployment with the engine and its small owner."""
    return qimen_app([provide_plugin(owner_module())])


@dataclass
class Desk:
    """What a test does with orders, one unit of work each, as one actor."""

    ctx: Context
    tree: OrgTree

    def create(self, unit_id: int | None = None, at: datetime | None = None) -> int:
        """Create a draft and return its id."""
        new = NewOrder(owner=OWNER, title="路灯不亮", category="road", channel="phone")
        with unit_of_work(self.ctx, "cases.order.create") as uow:
            unit = get_unit(self.ctx, unit_id or self.tree.community.id or 0)
            order_id = create_order(uow, unit, new, at).id
        assert order_id is not None
        return order_id

    def move(
        self, order_id: int, event: Event, inputs: Inputs | None = None, at: datetime | None = None
    ) -> Order:
        """Move an order with inputs that satisfy every guard unless others are given."""
        if inputs is None:
            lead = Inputs(lead_id=self.tree.community.id)
            inputs = lead if event is Event.DISPATCH else FULL.get(event, Inputs())
        with unit_of_work(self.ctx, f"cases.order.{event}") as uow:
            return move(uow, order_id, event, inputs, at)

    def bring(self, order_id: int, events: Sequence[Event]) -> None:
        """Move an order through several events."""
        for event in events:
            self.move(order_id, event)

    def read(self, order_id: int) -> OrderFacts:
        """Return what the page of an order shows."""
        # A page is a session of its own: nothing that was loaded before is shown again.
        self.ctx.session.rollback()
        self.ctx.session.expunge_all()
        self.ctx.now = self.ctx.qimen.clock.now()
        with scope(self.ctx.session, self.ctx, "cases.order.read"):
            return read_order(self.ctx, order_id)


@pytest.fixture
def planted() -> tuple[Planting, ...]:
    """The work calendar; clocks run by it."""
    return (work_calendar,)


@pytest.fixture
def desk(qimen: Qimen, org_tree: OrgTree, as_user: MakeAccount) -> Iterator[Desk]:
    """The desk of a clerk of the community."""
    clerk = as_user("community_clerk", org_tree.community)
    with qimen.db.session() as session:
        yield Desk(clerk.context(session), org_tree)


@pytest.fixture
def other(
    desk: Desk, qimen: Qimen, org_tree: OrgTree, as_user: MakeAccount
) -> Iterator[Callable[[str], Desk]]:
    """A function that opens the desk of somebody else: `township`, `county` or `sibling`."""
    opened = ExitStack()
    roles = {"county": "county_office", "township": "township_office"}

    def make(where: str) -> Desk:
        account = as_user(roles.get(where, "community_clerk"), getattr(org_tree, where))
        session = opened.enter_context(qimen.db.session())
        return Desk(account.context(session), org_tree)

    with opened:
        yield make
