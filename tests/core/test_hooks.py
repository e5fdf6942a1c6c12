"""The façade over the hooks: order, permissions, and one raising plugin costing only its own."""

from collections.abc import Callable, Iterable, Iterator
from types import ModuleType, SimpleNamespace

import pytest
from sqlalchemy import select

from qimen_core import Context, NavItem, Permission, PluginMeta, Qimen, hookimpl, unit_of_work
from qimen_core.hooks import HookFailed
from qimen_core.models import OrgUnit, Workday
from qimen_core.testing.fixtures import MakeApp


def plugin(name: str, **hooks: Callable[..., object]) -> ModuleType:
    """Make a plugin module from functions."""
    module = ModuleType(name)
    module.meta = PluginMeta(name, name, core=">=0")  # type: ignore[attr-defined]
    for hook, function in hooks.items():
        setattr(module, hook, hookimpl(function))
    return module


def nav(name: str, order: int, permission: str = "") -> Callable[[Context], list[NavItem]]:
    def nav_items(ctx: Context) -> list[NavItem]:
        wanted = permission or f"{name}.thing.read"
        return [NavItem(name, name, "home", f"/{name}", wanted, order=order)]

    return nav_items


def permissions(name: str) -> Callable[[], Iterable[Permission]]:
    def register_permissions() -> Iterator[Permission]:
        yield Permission(f"{name}.thing.read", name, roles=("community_clerk",))

    return register_permissions


@pytest.fixture
def three(qimen_app: MakeApp, provide_plugin: Callable[[ModuleType], str]) -> Qimen:
    """Two sound plugins and between them one that raises in everything it is asked."""

    def fails(ctx: Context, **_: object) -> Iterable[NavItem]:
        ctx.session.connection().exec_driver_sql("SELECT * FROM no_such_table")
        return ()

    def blocks(ctx: Context, unit: OrgUnit) -> Iterable[str]:
        raise RuntimeError("cannot say")

    modules = (
        plugin("late", nav_items=nav("late", 20), register_permissions=permissions("late")),
        plugin("broken", nav_items=fails, org_archive_blockers=blocks),
        plugin("early", nav_items=nav("early", 10), register_permissions=permissions("early")),
        plugin("stranger", nav_items=nav("stranger", 1, permission="stranger.thing.read")),
    )
    return qimen_app([provide_plugin(module) for module in modules])


def test_items_are_merged_in_order_and_without_permission_not_shown(three: Qimen) -> None:
    with three.db.session() as session:
        shown = three.hooks.nav_items(three.system_context(session))
    assert [item.id for item in shown] == ["early", "late"]


def test_a_plugin_that_poisons_the_transaction_costs_only_its_own_contribution(
    three: Qimen,
) -> None:
    with three.db.session() as session:
        ctx = three.system_context(session)
        assert len(three.hooks.nav_items(ctx)) == 2
        # The transaction is still good.
        assert session.execute(select(Workday)).all() == []


def test_a_hook_that_fails_closed_raises_and_names_the_plugin(three: Qimen) -> None:
    unit = SimpleNamespace(id=1, path="0001")
    with three.db.session() as session:
        ctx = three.system_context(session)
        with pytest.raises(HookFailed, match=r"broken.*org_archive_blockers"):
            three.hooks.org_archive_blockers(ctx, unit)  # type: ignore[arg-type]


def test_a_failing_hook_inside_a_unit_of_work_takes_back_only_what_it_did(three: Qimen) -> None:
    with three.db.session() as session:
        ctx = three.system_context(session)
        with unit_of_work(ctx, "core.calendar.manage"):
            session.add(
                Workday(day=three.clock.today(), is_workday=True, updated_at=three.clock.now())
            )
            session.flush()
            three.hooks.nav_items(ctx)
        assert len(session.execute(select(Workday)).all()) == 1


def test_an_unknown_hook_gives_nothing(three: Qimen) -> None:
    with three.db.session() as session:
        assert three.hooks.collect("orders_takers", three.system_context(session)) == []
