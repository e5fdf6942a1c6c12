"""The only place that calls hooks: each implementation alone, under ``try``, undone if it fails."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from secrets import token_hex
from typing import TYPE_CHECKING, Any, TypeVar

import pluggy
import structlog

from qimen_core.descriptors import (
    DemoAccount,
    NavItem,
    Panel,
    SearchHit,
    TodoItem,
    Widget,
)

if TYPE_CHECKING:
    from qimen_core.context import Context
    from qimen_core.demo.sets import DemoSet
    from qimen_core.messages.channels import MessageChannel
    from qimen_core.org.models import OrgUnit
    from qimen_core.people.models import Person

__all__ = ["Contribution", "HookFailed", "Hooks"]

log = structlog.get_logger("qimen.hooks")
T = TypeVar("T", NavItem, Widget, Panel, TodoItem)


class HookFailed(RuntimeError):
    """An implementation raised where a hook fails closed; names plugin and hook."""


@dataclass(frozen=True)
class Contribution:
    """One plugin's answer to a hook."""

    plugin: str
    value: Any


class Hooks:
    """A typed façade over the plugin manager.

    One raising plugin costs only its own contribution: the failure is logged with a reference
    number, what it did to the transaction is undone, the others are asked all the same.
    """

    def __init__(self, manager: pluggy.PluginManager) -> None:
        self._manager = manager

    def nav_items(self, ctx: "Context") -> list[NavItem]:
        """Return the menu, where the actor has each item's permission, in order."""
        return self._items("nav_items", ctx, {})

    def dashboard_widgets(self, ctx: "Context") -> list[Widget]:
        """Return the cards of 今日 in order."""
        return self._items("dashboard_widgets", ctx, {})

    def todo_items(self, ctx: "Context") -> list[TodoItem]:
        """Return the counts of 今日 in order."""
        return self._items("todo_items", ctx, {})

    def org_panels(self, ctx: "Context", unit: "OrgUnit") -> list[Panel]:
        """Return the cards of a unit's page in order."""
        return self._items("org_panels", ctx, {"unit": unit}, unit.path)

    def person_panels(self, ctx: "Context", person: "Person") -> list[Panel]:
        """Return the cards of a person's page in order."""
        return self._items("person_panels", ctx, {"person": person}, person.org_path)

    def message_channels(self, ctx: "Context") -> "list[MessageChannel]":
        """Return the ways to residents, the one to use first."""
        found = self.collect("message_channels", ctx)
        channels = [(each.plugin, channel) for each in found for channel in each.value]
        ordered = sorted(channels, key=lambda pair: (pair[1].order, pair[0], pair[1].id))
        return [channel for _plugin, channel in ordered]

    def search(self, ctx: "Context", query: str) -> list[SearchHit]:
        """Return what every plugin found, plugin by plugin."""
        return [hit for each in self.collect("search", ctx, query=query) for hit in each.value]

    def org_archive_blockers(self, ctx: "Context", unit: "OrgUnit") -> list[str]:
        """Return why a unit cannot be archived.

        Raises:
            HookFailed: A plugin could not say.
        """
        found = self.collect("org_archive_blockers", ctx, fail=True, unit=unit)
        return [sentence for each in found for sentence in each.value]

    def on_event(
        self,
        ctx: "Context",
        plugin: str,
        event: str,
        payload: Mapping[str, object],
        actor_id: int | None = None,
    ) -> None:
        """Deliver an event to one plugin.

        Raises:
            HookFailed: The plugin raised; the outbox tries again.
        """
        # No savepoint: a handler that writes opens its own unit of work, which begins anew.
        values = {"event": event, "payload": payload, "actor_id": actor_id}
        self.collect("on_event", ctx, only=plugin, fail=True, savepoint=False, **values)

    def implementers(self, hook: str) -> list[str]:
        """Return the names of the plugins that implement a hook."""
        return [impl.plugin_name for impl in self._impls(hook)]

    def specs(self) -> dict[str, Callable[..., object]]:
        """Return every hook that exists by name: core's first, then the plugins' own."""
        callers = vars(self._manager.hook).values()
        return {caller.name: caller.spec.function for caller in callers if caller.spec}

    def register_demo(self, ctx: "Context", seed: int, demo_set: "DemoSet") -> list[DemoAccount]:
        """Fill the demo, plugin by plugin, and return the accounts made.

        Raises:
            HookFailed: A plugin could not.
        """
        found = self.collect(
            "register_demo", ctx, fail=True, savepoint=False, seed=seed, demo_set=demo_set
        )
        return [account for each in found for account in each.value]

    def collect(
        self,
        hook: str,
        ctx: "Context",
        *,
        only: str = "",
        fail: bool = False,
        savepoint: bool = True,
        **values: object,
    ) -> list[Contribution]:
        """Call a hook, core's or a plugin's own, and return each plugin's answer.

        Args:
            hook: The hook's name.
            ctx: Passed on as ``ctx``.
            only: Ask this plugin alone.
            fail: Raise where an implementation raises (veto, merge and archive hooks).
            savepoint: Undo what a raising implementation did to the transaction.
            values: The hook's other arguments.

        Raises:
            HookFailed: An implementation raised and ``fail`` is set.
        """
        found = []
        for impl in self._impls(hook):
            if only and impl.plugin_name != only:
                continue
            with _isolated(impl.plugin_name, hook, fail), _savepoint(ctx, savepoint):
                answer = impl.function(*_arguments(impl, {"ctx": ctx, **values}))
                if answer is not None:
                    value = list(answer) if isinstance(answer, Iterable) else answer
                    found.append(Contribution(impl.plugin_name, value))
        return found

    def _items(
        self, hook: str, ctx: "Context", values: dict[str, object], path: str | None = None
    ) -> list[T]:
        found: list[tuple[tuple[int, str, str], T]] = []
        for each in self.collect(hook, ctx, **values):  # type: ignore[arg-type]
            for item in each.value:
                allowed = (
                    ctx.can_anywhere(item.permission)
                    if path is None
                    else ctx.can(item.permission, path)
                )
                if allowed:
                    found.append(((item.order, each.plugin, item.id), item))
        return [item for _key, item in sorted(found, key=lambda pair: pair[0])]

    def _impls(self, hook: str) -> list[pluggy.HookImpl]:
        caller = getattr(self._manager.hook, hook, None)
        # pluggy keeps the last registered last and calls it first; we ask in loading order.
        return list(caller.get_hookimpls()) if caller is not None else []


def _arguments(impl: pluggy.HookImpl, values: Mapping[str, object]) -> list[object]:
    return [values[name] for name in impl.argnames]


@contextmanager
def _savepoint(ctx: "Context", wanted: bool) -> Iterator[None]:
    if not wanted:
        yield
        return
    if "uow" in ctx.session.info:
        with ctx.session.begin_nested():
            yield
        return
    try:
        yield
    except Exception:
        # Nothing is written outside a unit of work: the whole transaction may go, and with it
        # what a failed statement did to it. A savepoint each cost more than most answers.
        ctx.session.rollback()
        raise


@contextmanager
def _isolated(plugin: str, hook: str, fail: bool = False) -> Iterator[None]:
    try:
        yield
    except Exception as error:
        reference = token_hex(4)
        log.exception("hook_failed", plugin=plugin, hook=hook, reference=reference)
        if fail:
            raise HookFailed(f"plugin {plugin!r} failed in {hook} ({reference})") from error
