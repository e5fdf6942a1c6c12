"""A plugin that a test makes up is loaded, switched and heard like an installed one."""

from collections.abc import Callable
from types import ModuleType

import pytest

from qimen_core import EventType, OrgUnit, PluginMeta, hookimpl, unit_of_work
from qimen_core.events.models import Outbox
from qimen_core.loader import PluginError
from qimen_core.runtime import Qimen
from qimen_core.testing.fixtures import MakeApp, Toggle
from qimen_core.testing.opening import with_requirements
from qimen_core.testing.units import OrgTree


def made_up(name: str, requires: tuple[str, ...] = ()) -> ModuleType:
    module = ModuleType(f"made_up_{name}")
    module.meta = PluginMeta(name, "试用", core=">=0.1", requires=requires)  # type: ignore[attr-defined]

    @hookimpl
    def register_events() -> tuple[EventType, ...]:
        return (EventType(f"{name}.thing.happened", "发生"),)

    module.register_events = register_events  # type: ignore[attr-defined]
    return module


@pytest.fixture
def plugins(provide_plugin: Callable[[ModuleType], str]) -> tuple[str, ...]:
    provide_plugin(made_up("lower"))
    return (provide_plugin(made_up("upper", requires=("lower",))),)


def test_what_a_plugin_requires_is_loaded_with_it(qimen: Qimen) -> None:
    assert {"lower", "upper"} <= set(qimen.registry.plugins)


def test_a_plugin_that_is_not_there_fails_the_opening(qimen_app: MakeApp) -> None:
    assert with_requirements(["nowhere"]) == ["nowhere"]
    with pytest.raises(PluginError, match="nowhere"):
        qimen_app(["nowhere"])


def test_a_plugin_switched_off_is_off_below_and_there_only(
    qimen: Qimen, org_tree: OrgTree, toggle: Toggle
) -> None:
    def on(unit: OrgUnit) -> bool:
        with qimen.db.session() as session:
            return qimen.system_context(session).plugin_on("upper", unit)

    assert on(org_tree.community)
    toggle("upper", org_tree.township, on=False)
    assert [on(org_tree.township), on(org_tree.community)] == [False, False]
    assert on(org_tree.other_township)
    toggle("upper", org_tree.township, on=True)
    assert on(org_tree.community)


def test_committed_events_are_captured_and_others_are_not(
    qimen: Qimen, org_tree: OrgTree, captured_events: Callable[[], list[Outbox]]
) -> None:
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        with unit_of_work(ctx, "core.org.manage", unit=org_tree.county.path) as uow:
            uow.emit("upper.thing.happened", {"n": 1})
        with pytest.raises(ZeroDivisionError), unit_of_work(ctx, "core.org.manage") as uow:
            uow.emit("upper.thing.happened", {"n": 1 // 0})
    assert [(row.event, row.payload) for row in captured_events()] == [
        ("upper.thing.happened", {"n": 1})
    ]
