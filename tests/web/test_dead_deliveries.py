"""Events that a plugin never took: seen and tried again by whoever looks after the system."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from types import ModuleType

import pytest
from sqlmodel import select

from qimen_core import Context, FixedClock, unit_of_work
from qimen_core.audit.models import AuditRow
from qimen_core.descriptors import EventType, Permission
from qimen_core.events.models import OutboxDelivery
from qimen_core.hookspecs import hookimpl
from qimen_core.meta import PluginMeta
from qimen_core.org.models import OrgUnit
from qimen_core.outbox import MOST_ATTEMPTS, deliver, purge_delivered
from qimen_core.runtime import Qimen
from qimen_core.testing.fixtures import MakeAccount, MakeApp, MakeClient
from qimen_core.testing.units import OrgTree

DO, HEAD = "chores.work.do", "没有送达的事件"
GiveUp = Callable[[OrgUnit], int]


class Ear:
    """A listener that takes nothing until it is mended."""

    def __init__(self) -> None:
        self.broken = True
        self.heard: list[object] = []

    def module(self) -> ModuleType:
        ear = self

        class Hooks:
            @hookimpl
            def register_events(self) -> list[EventType]:
                return [EventType("chores.done", "杂务已完成")]

            @hookimpl
            def register_permissions(self) -> list[Permission]:
                return [Permission(DO, "干活", ("community_clerk",))]

            @hookimpl
            def on_event(
                self, ctx: Context, payload: Mapping[str, object], actor_id: int | None
            ) -> None:
                if ear.broken:
                    raise RuntimeError("not today 13800138000")
                ear.heard.append((payload["n"], actor_id))

        module = ModuleType("chores")
        module.meta = PluginMeta("chores", "杂务", core="")  # type: ignore[attr-defined]
        for name in ("register_events", "register_permissions", "on_event"):
            setattr(module, name, getattr(Hooks(), name))
        return module


@pytest.fixture
def ear() -> Ear:
    return Ear()


@pytest.fixture
def qimen(qimen_app: MakeApp, provide_plugin: Callable[[ModuleType], str], ear: Ear) -> Qimen:
    return qimen_app(["web", provide_plugin(ear.module())])


@pytest.fixture
def give_up(qimen: Qimen, clock: FixedClock, org_tree: OrgTree, as_user: MakeAccount) -> GiveUp:
    """A function that has an event of a unit given up, and returns who caused it."""

    def make(unit: OrgUnit) -> int:
        clerk = as_user("community_clerk", unit)
        with qimen.db.session() as session:
            ctx = clerk.context(session)
            with unit_of_work(ctx, DO, unit=unit.path) as uow:
                uow.emit("chores.done", {"n": 7})
        for _try in range(MOST_ATTEMPTS):
            deliver(qimen)
            clock.advance(timedelta(hours=6))
        return clerk.id

    return make


def states(qimen: Qimen) -> list[tuple[str, int]]:
    with qimen.db.session() as session:
        return [(way.state, way.attempts) for way in session.exec(select(OutboxDelivery))]


def test_what_was_given_up_is_shown_and_taken_at_the_next_try(
    qimen: Qimen,
    client: MakeClient,
    as_user: MakeAccount,
    org_tree: OrgTree,
    ear: Ear,
    give_up: GiveUp,
) -> None:
    clerk_id = give_up(org_tree.community)
    assert states(qimen) == [("dead", MOST_ATTEMPTS)]
    admin = client(as_user("sysadmin", org_tree.county))
    assert HEAD not in admin.get("/jobs").text
    page = admin.get("/jobs?show=all").text
    assert HEAD in page
    assert "杂务已完成" in page
    assert "13800138000" not in page
    ear.broken = False
    assert admin.post("/jobs/deliveries/1/chores/retry").status_code == 303
    assert states(qimen) == [("pending", 0)]
    assert deliver(qimen) == 1
    assert ear.heard == [(7, clerk_id)]
    assert HEAD not in admin.get("/jobs?show=all").text
    assert admin.post("/jobs/deliveries/1/chores/retry").status_code == 404
    with qimen.db.session() as session:
        actions = list(session.exec(select(AuditRow.action)))
    assert actions.count("core.outbox.retry") == 1


def test_queued_again_it_is_no_longer_for_the_purge(
    qimen: Qimen,
    client: MakeClient,
    as_user: MakeAccount,
    org_tree: OrgTree,
    clock: FixedClock,
    give_up: GiveUp,
) -> None:
    give_up(org_tree.community)
    clock.advance(timedelta(days=31))
    admin = client(as_user("sysadmin", org_tree.county))
    assert admin.post("/jobs/deliveries/1/chores/retry").status_code == 303
    assert purge_delivered(qimen) == 0
    # The control: given up again, it goes when its time is over.
    for _try in range(MOST_ATTEMPTS):
        deliver(qimen)
        clock.advance(timedelta(hours=6))
    clock.advance(timedelta(days=31))
    assert purge_delivered(qimen) == 1


def test_nobody_else_sees_or_repeats_it(
    qimen: Qimen, client: MakeClient, as_user: MakeAccount, org_tree: OrgTree, give_up: GiveUp
) -> None:
    give_up(org_tree.community)
    clerk = client(as_user("community_clerk", org_tree.community))
    assert HEAD not in clerk.get("/jobs?show=all").text
    assert clerk.post("/jobs/deliveries/1/chores/retry").status_code == 403
    abroad = client(as_user("sysadmin", org_tree.other_county))
    assert HEAD not in abroad.get("/jobs?show=all").text
    assert abroad.post("/jobs/deliveries/1/chores/retry").status_code == 404
    assert states(qimen) == [("dead", MOST_ATTEMPTS)]
