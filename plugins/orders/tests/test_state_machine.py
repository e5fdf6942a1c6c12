"""A machine that tries everything, at any moment, by anybody: the table and the clocks hold."""

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from qimen_core import Conflict, FixedClock, Forbidden, InvalidInput, Qimen, scope, unit_of_work
from qimen_core.testing.fixtures import MakeAccount
from qimen_core.testing.units import OrgTree
from qimen_core.workdays import Calendar, seed_days
from qimen_orders import Event, Inputs, Order, State, undo
from qimen_orders.clock_rows import clocks_of
from qimen_orders.clocks import due_of, pressing_due
from qimen_orders.models import OrderHistory
from qimen_orders.rules import find_transition

ROLES = {"clerk": "community_clerk", "office": "township_office", "county": "county_office"}
# The events that may move the due time of a clock that runs, each with a line in the history.
MOVES_DUE = {"suspend", "resume", "uphold", "extend", "recount", "undo"}
ENDED = {State.CLOSED, State.MERGED, State.REDIRECTED, State.NOT_ACCEPTED}
# What chance hardly gets to: each needs days to pass and several goes before it. The tests of the
# whole table make every one of these moves.
SELDOM = {Event.SPLIT, Event.RECOUNT, Event.WIDEN, Event.ASSIST_WAIVED, Event.TIME_OUT}
CALENDAR = Calendar(seed_days(2025, 2026))


class Office:
    """The people who act, each with a session of their own."""

    def __init__(self, desks: dict[str, Any], clock: FixedClock, tree: OrgTree) -> None:
        self.desks = desks
        self.clock = clock
        self.tree = tree
        self.keys = [f"unit:{u.id}" for u in (tree.community, tree.township, tree.county)]


WHO = st.sampled_from(["clerk", "office", "county", "system", "system"])
TEXT = st.sampled_from(["已核实", "已核实", "已核实", ""])
WAY = (Event.SUBMIT, Event.ACCEPT, Event.DISPATCH, Event.CLAIM, Event.REPLY)
# Which of the units on the way up; the last one is no taker here.
PLACE = st.integers(0, 3)


class Machine(RuleBasedStateMachine):
    """One database, one order after the other; a subclass brings the class attributes."""

    office: Office
    allowed: dict[tuple[str, str], str]
    seen: Counter[str]

    @initialize(far=st.integers(0, len(WAY)))
    def begin(self, far: int) -> None:
        """Take down an order and bring it on its way, and another one to merge into."""
        desk = self.office.desks["clerk"]
        self.order_id, target_id = desk.create(), desk.create()
        desk.bring(target_id, (Event.SUBMIT,))
        self.target = desk.read(target_id).order.number
        desk.bring(self.order_id, WAY[:far])
        self.before = self.look()

    @rule(
        event=st.sampled_from(list(Event)), who=WHO, place=PLACE, text=TEXT,
        several=st.lists(PLACE, max_size=2, unique=True), level=st.integers(0, 4),
        days=st.integers(0, 20), result=st.sampled_from(["solved", "unsolved", ""]),
        mood=st.sampled_from(["satisfied", "dissatisfied"]), aim=st.integers(0, 30),
    )  # fmt: skip
    def attempt(
        self, event: Event, who: str, place: int, text: str, several: list[int],
        level: int, days: int, result: str, mood: str, aim: int,
    ) -> None:  # fmt: skip
        """Try a move; mostly one that the table has from here, and seldom one that ends it all."""
        if self.before.state in ENDED:
            self.begin(days % (len(WAY) + 1))
        keys = [*self.office.keys, "unit:0"]
        inputs = Inputs(
            note=text, public_text=text, reason=text and "reason", taker=keys[place],
            takers=tuple(keys[n] for n in several), handler_name="王五", caller_name="赵六",
            assists=tuple(keys[n] for n in several) if days % 3 == 0 else (),
            result=result, satisfaction=mood, target=self.target, body=text, days=days,
            level=level, until=self.office.clock.now() + timedelta(days=days),
        )  # fmt: skip
        here = [
            e
            for (s, e), target in self.allowed.items()
            if s == self.before.state and (target not in ENDED or level == 0)
        ]
        if here and aim:
            event = Event(here[aim % len(here)])
        self.step(event, who, inputs)

    @rule(hours=st.sampled_from([0, 1, 5, 24, 200]))
    def wait(self, hours: int) -> None:
        """Let time pass."""
        self.office.clock.advance(timedelta(hours=hours))
        self.seen["steps"] += 1

    @rule(who=WHO)
    def take_back(self, who: str) -> None:
        """Try to take back whatever happened last."""
        last = self.before.lines[-1] if self.before.lines else None
        if last is None or last[1] not in set(Event):
            return
        self.seen["steps"] += 1
        desk = self.office.desks[who]
        try:
            with unit_of_work(desk.ctx, f"cases.order.{last[1]}") as uow:
                undo(uow, self.order_id, Event(last[1]))
        except (Conflict, Forbidden):
            assert self.look() == self.before
            return
        row = find_transition(last[2], last[1])
        assert row is not None
        assert row.undo
        self.seen["undo"] += 1
        self.compare("undo", last[2])

    def step(self, event: Event, who: str, inputs: Inputs) -> None:
        """Make a move, or be refused and change nothing."""
        self.seen["steps"] += 1
        wanted = self.allowed.get((self.before.state, str(event)))
        refused = self.refusal(event, who, inputs)
        if refused is not None:
            self.seen["refused"] += 1
            assert wanted is not None or isinstance(refused, Conflict | Forbidden)
            assert self.look() == self.before
            return
        assert wanted is not None, f"{event} from {self.before.state} went through"
        self.seen[str(event)] += 1
        self.compare(str(event), wanted)

    def refusal(self, event: Event, who: str, inputs: Inputs) -> Exception | None:
        """Try the move and return what refused it, None when it was made."""
        try:
            self.office.desks[who].move(self.order_id, event, inputs)
        except (Conflict, Forbidden, InvalidInput) as refused:
            return refused
        return None

    def compare(self, event: str, state: str) -> None:
        """What holds after every change, whatever it was."""
        after, before = self.look(), self.before
        assert after.state == state
        assert after.version == before.version + 1
        assert after.lines[:-1] == before.lines
        assert after.lines[-1][1] == event
        for key, clock in before.clocks.items():
            assert key in after.clocks or event == "undo"
            if key in after.clocks:
                not_silently(event, clock, after.clocks[key])
        self.before = after

    @invariant()
    def clocks_are_what_they_should_be(self) -> None:
        """Due times are derived, one clock of a kind runs, and none where nobody works."""
        clocks = self.before.values
        for clock in clocks:
            assert clock.due_at == due_of(clock, CALENDAR)
        running = Counter(clock.kind for clock in clocks if clock.runs)
        assert not running or max(running.values()) == 1
        assert not (running and self.before.state in ENDED)
        assert self.before.due == pressing_due(clocks)

    def look(self) -> "Seen":
        """Read the order past every cache."""
        return look_at(self.office.desks["clerk"], self.order_id)


ClockSeen = tuple[datetime, str, datetime | None, datetime | None]


def not_silently(event: str, before: ClockSeen, after: ClockSeen) -> None:
    """No clock is rewritten, and a due time moves only with an event that says so."""
    assert after[:2] == before[:2]
    if before[3] is not None:
        assert event == "undo" or after == before
    elif after[2] != before[2]:
        assert event in MOVES_DUE, f"{event} moved a due time silently"


class Seen:
    """One order as it stands in the database."""

    def __init__(self, order: Order, lines: list[OrderHistory], clocks: list[Any]) -> None:
        self.state, self.version, self.due = order.state, order.version, order.due_at
        self.lines = [
            (each.id, each.event, each.source, each.target, each.at, each.actor_name, each.note)
            for each in lines
        ]
        self.values = clocks
        self.clocks: dict[int, ClockSeen] = {
            each.id: (each.started_at, str(each.limit), each.due_at, each.stopped_at)
            for each in clocks
        }

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Seen) and (
            (self.state, self.version, self.due, self.lines, self.values)
            == (other.state, other.version, other.due, other.lines, other.values)
        )

    __hash__ = None  # type: ignore[assignment]


def look_at(desk: Any, order_id: int) -> Seen:
    """Read an order past every cache."""
    session = desk.ctx.session
    session.rollback()
    session.expunge_all()
    with scope(session, desk.ctx, "cases.order.read"):
        order = session.get_one(Order, order_id)
        found = select(OrderHistory).where(OrderHistory.order_id == order_id)  # type: ignore[arg-type]
        lines = list(session.scalars(found.order_by(OrderHistory.id)))  # type: ignore[arg-type]
        return Seen(order, lines, clocks_of(session, order_id))


@pytest.fixture
def office(
    desk: Any, qimen: Qimen, org_tree: OrgTree, as_user: MakeAccount, clock: FixedClock
) -> Iterator[Office]:
    """A clerk, the township's office, the county's office, and the system."""
    places = {"clerk": org_tree.community, "office": org_tree.township, "county": org_tree.county}
    with ExitStack() as opened:
        desks = {}
        for name, unit in places.items():
            session = opened.enter_context(qimen.db.session())
            desks[name] = type(desk)(as_user(ROLES[name], unit).context(session), org_tree)
        session = opened.enter_context(qimen.db.session())
        desks["system"] = type(desk)(qimen.system_context(session), org_tree)
        yield Office(desks, clock, org_tree)


def run(office: Office, allowed: dict[tuple[str, str], str], examples: int, steps: int) -> Any:
    """Run the machine and return what it has done, by event."""
    seen: Counter[str] = Counter()
    chosen = settings(
        max_examples=examples,
        stateful_step_count=steps,
        derandomize=True,
        database=None,
        deadline=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    facts = {"office": office, "allowed": allowed, "seen": seen}
    run_state_machine_as_test(type("Bound", (Machine,), facts), settings=chosen)
    return seen


def test_whatever_is_tried_the_table_and_the_clocks_hold(
    office: Office, allowed: dict[tuple[str, str], str]
) -> None:
    seen = run(office, allowed, examples=8, steps=40)
    assert seen["steps"] > 100
    assert seen["refused"]
    assert len(set(seen) & set(Event)) > 5


@pytest.mark.prove
def test_twenty_thousand_steps_and_nearly_every_event_among_them(
    office: Office, allowed: dict[tuple[str, str], str], capsys: pytest.CaptureFixture[str]
) -> None:
    seen = run(office, allowed, examples=560, steps=60)
    with capsys.disabled():
        print(f"\n{seen['steps']} steps, {seen['refused']} refused; {dict(seen)}")  # noqa: T201
    assert seen["steps"] >= 20_000
    missing = set(Event) - {Event(name) for name in seen if name in set(Event)}
    assert missing <= SELDOM
