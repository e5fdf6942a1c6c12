"""Events reach each plugin by itself, at least once."""

import threading
from collections.abc import Callable, Mapping
from datetime import timedelta
from types import ModuleType
from typing import TYPE_CHECKING

import pytest
from sqlmodel import select

from qimen_core.db.work import unit_of_work
from qimen_core.events.models import Outbox, OutboxDelivery
from qimen_core.hookspecs import hookimpl
from qimen_core.meta import PluginMeta
from qimen_core.outbox import MOST_ATTEMPTS, deliver, has_pending, purge_delivered

if TYPE_CHECKING:
    from qimen_core.clock import FixedClock
    from qimen_core.context import Context
    from qimen_core.runtime import Qimen
    from qimen_core.testing.fixtures import MakeApp, Toggle
    from qimen_core.testing.units import OrgTree

Handler = Callable[["Context", str, Mapping[str, object]], None]


class Listeners:
    """Two plugins that listen; a test says what each does with an event."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, object]] = []
        self.broken: set[str] = set()

    def module(self, name: str) -> ModuleType:
        class Hooks:
            @hookimpl
            def on_event(_self, ctx: "Context", event: str, payload: Mapping[str, object]) -> None:  # noqa: N805
                self.hear(name, ctx, payload)

        module = ModuleType(name)
        module.meta = PluginMeta(name, name, core="")  # type: ignore[attr-defined]
        module.on_event = Hooks().on_event  # type: ignore[attr-defined]
        return module

    def hear(self, name: str, ctx: "Context", payload: Mapping[str, object]) -> None:
        with unit_of_work(ctx, f"{name}.heard", permission="core.org.manage"):
            if name in self.broken:
                raise RuntimeError("not today")
        self.heard.append((name, payload["n"]))


@pytest.fixture
def listeners() -> Listeners:
    return Listeners()


@pytest.fixture
def qimen(
    qimen_app: "MakeApp",
    provide_plugin: Callable[[ModuleType], str],
    chores: ModuleType,
    listeners: Listeners,
) -> "Qimen":
    names = [provide_plugin(listeners.module(name)) for name in ("left", "right")]
    return qimen_app([provide_plugin(chores), *names])


def emit(qimen: "Qimen", n: int, unit: str = "") -> None:
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        with unit_of_work(ctx, "chores.do", permission="chores.work.do", unit=unit) as uow:
            uow.emit("chores.done", {"n": n})


def ways(qimen: "Qimen") -> list[tuple[str, str, int]]:
    with qimen.db.session() as session:
        rows = session.exec(select(OutboxDelivery).order_by(OutboxDelivery.plugin))
        return [(row.plugin, row.state, row.attempts) for row in rows]


def test_an_event_reaches_every_listener_once_and_is_closed(
    qimen: "Qimen", listeners: Listeners
) -> None:
    assert not has_pending(qimen)
    emit(qimen, 1)
    assert has_pending(qimen)
    assert deliver(qimen) == 2
    assert listeners.heard == [("left", 1), ("right", 1)]
    assert deliver(qimen) == 0
    assert not has_pending(qimen)
    with qimen.db.session() as session:
        assert session.exec(select(Outbox)).one().delivered_at == qimen.clock.now()


def test_an_event_of_a_transaction_that_fails_never_happened(
    qimen: "Qimen", listeners: Listeners
) -> None:
    with qimen.db.session() as session, pytest.raises(RuntimeError, match="undo"):
        ctx = qimen.system_context(session)
        with unit_of_work(ctx, "chores.do", permission="chores.work.do") as uow:
            uow.emit("chores.done", {"n": 1})
            raise RuntimeError("undo")
    assert deliver(qimen) == 0
    assert listeners.heard == []


def test_a_plugin_that_raises_holds_up_nobody_and_is_asked_again(
    qimen: "Qimen", listeners: Listeners, clock: "FixedClock"
) -> None:
    listeners.broken.add("left")
    emit(qimen, 1)
    emit(qimen, 2)
    assert deliver(qimen) == 2
    assert listeners.heard == [("right", 1), ("right", 2)]
    assert deliver(qimen) == 0
    listeners.broken.clear()
    clock.advance(timedelta(seconds=30))
    assert deliver(qimen) == 2
    assert listeners.heard[2:] == [("left", 1), ("left", 2)]


def test_a_plugin_that_always_raises_is_given_up_after_its_last_try(
    qimen: "Qimen", listeners: Listeners, clock: "FixedClock"
) -> None:
    listeners.broken.add("left")
    emit(qimen, 1)
    for _ in range(MOST_ATTEMPTS):
        deliver(qimen)
        clock.advance(timedelta(hours=6))
    assert ways(qimen) == [("left", "dead", MOST_ATTEMPTS), ("right", "done", 0)]
    assert not has_pending(qimen)
    clock.advance(timedelta(days=31))
    assert purge_delivered(qimen) == 1
    assert ways(qimen) == []


def test_an_event_for_a_plugin_that_is_off_there_waits_until_it_is_on(
    qimen: "Qimen",
    listeners: Listeners,
    org_tree: "OrgTree",
    toggle: "Toggle",
    clock: "FixedClock",
) -> None:
    toggle("left", org_tree.township, on=False)
    deliver(qimen)
    emit(qimen, 1, org_tree.community.path)
    emit(qimen, 2, org_tree.foreign_community.path)
    deliver(qimen)
    assert sorted(listeners.heard) == [("left", 2), ("right", 1), ("right", 2)]
    toggle("left", org_tree.township, on=True)
    clock.advance(timedelta(hours=1))
    deliver(qimen)
    assert sorted(listeners.heard) == [("left", 1), ("left", 2), ("right", 1), ("right", 2)]


def test_workers_that_deliver_together_do_not_deliver_twice(
    qimen: "Qimen", listeners: Listeners
) -> None:
    for n in range(6):
        emit(qimen, n)
    start = threading.Barrier(3)

    def compete() -> None:
        start.wait()
        deliver(qimen)

    threads = [threading.Thread(target=compete) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(listeners.heard) == sorted(
        (name, n) for name in ("left", "right") for n in range(6)
    )


def test_a_worker_that_died_after_the_plugins_commit_lets_it_be_told_again(
    qimen: "Qimen", listeners: Listeners, clock: "FixedClock", monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_args: object) -> None:
        raise KeyboardInterrupt

    emit(qimen, 1)
    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr("qimen_core.outbox._try", die)
        deliver(qimen)
    assert deliver(qimen) == 1  # the other listener's; the first is still that worker's turn
    clock.advance(timedelta(minutes=5))
    assert deliver(qimen) == 1
    assert sorted(listeners.heard) == [("left", 1), ("right", 1)]
