"""The hooks of core. Plain ``def``; hooks that run in a request take ``ctx`` first.

*Something happened* is an event (``on_event``); *give me something* is a hook. The ``register_*``
hooks run once at the start and their results are frozen into the registry.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import pluggy

from qimen_core.descriptors import (
    DemoAccount,
    EventType,
    JobSpec,
    Metric,
    NavItem,
    OrgKind,
    Panel,
    Permission,
    PersonalField,
    SearchHit,
    SettingsSpec,
    TodoItem,
    Widget,
)

if TYPE_CHECKING:
    import click
    from sqlmodel import SQLModel

    from qimen_core.context import Context
    from qimen_core.demo.sets import DemoSet
    from qimen_core.messages.channels import MessageChannel
    from qimen_core.org.models import OrgUnit
    from qimen_core.people.models import Person

__all__ = ["hookimpl", "hookspec"]

hookspec = pluggy.HookspecMarker("qimen")
hookimpl = pluggy.HookimplMarker("qimen")


@hookspec
def register_models() -> "Iterable[type[SQLModel]]":  # type: ignore[empty-body]
    """Return the plugin's table models; their names begin with the plugin's name."""


@hookspec
def register_routes() -> Iterable[object]:  # type: ignore[empty-body]
    """Return the plugin's handlers for staff, made by the web shell's decorators."""


@hookspec
def register_public_routes() -> Iterable[object]:  # type: ignore[empty-body]
    """Return the plugin's handlers for residents, made by ``@public``."""


@hookspec
def register_permissions() -> Iterable[Permission]:  # type: ignore[empty-body]
    """Return the plugin's permissions, each with the roles that hold it by default."""


@hookspec
def register_settings() -> SettingsSpec:  # type: ignore[empty-body]
    """Return the plugin's settings model."""


@hookspec
def register_metrics() -> Iterable[Metric]:  # type: ignore[empty-body]
    """Return the plugin's metrics; each is two sets of rows, never a stored percentage."""


@hookspec
def register_events() -> Iterable[EventType]:  # type: ignore[empty-body]
    """Return the events that the plugin emits."""


@hookspec
def register_jobs() -> Iterable[JobSpec]:  # type: ignore[empty-body]
    """Return the plugin's jobs, periodic ones and those that are asked for."""


@hookspec
def register_personal_data() -> Iterable[PersonalField]:  # type: ignore[empty-body]
    """Return an entry of the privacy registry for every personal column of the plugin."""


@hookspec
def register_org_kinds() -> Iterable[OrgKind]:  # type: ignore[empty-body]
    """Return the kinds of organisation unit that the plugin brings."""


@hookspec
def register_commands() -> "Iterable[click.Command]":  # type: ignore[empty-body]
    """Return the plugin's commands; they are called ``qimen <plugin> <command>``.

    Asked by the command line alone, when the plugin's name was typed and before anything is opened.
    Keep heavy imports inside the commands.
    """


@hookspec
def register_demo(ctx: "Context", seed: int, demo_set: "DemoSet") -> "Sequence[DemoAccount] | None":
    """Fill the demo with the plugin's rows; same seed, same rows. Return accounts made, if any.

    Units, people and accounts of ``demo_set`` are there, and so are the rows of the plugins that
    yours requires.
    """


@hookspec
def nav_items(ctx: "Context") -> Iterable[NavItem]:  # type: ignore[empty-body]
    """Return the plugin's lines in the menu."""


@hookspec
def dashboard_widgets(ctx: "Context") -> Iterable[Widget]:  # type: ignore[empty-body]
    """Return the plugin's cards on 今日; each body is fetched by its own request."""


@hookspec
def org_panels(ctx: "Context", unit: "OrgUnit") -> Iterable[Panel]:  # type: ignore[empty-body]
    """Return the plugin's cards on the page of ``unit``."""


@hookspec
def person_panels(ctx: "Context", person: "Person") -> Iterable[Panel]:  # type: ignore[empty-body]
    """Return the plugin's cards on the page of ``person``."""


@hookspec
def todo_items(ctx: "Context") -> Iterable[TodoItem]:  # type: ignore[empty-body]
    """Return counts for 今日, each opening its list."""


@hookspec
def message_channels(ctx: "Context") -> "Iterable[MessageChannel]":  # type: ignore[empty-body]
    """Return the ways to residents that this deployment has, e.g. an SMS gateway; may be none."""


@hookspec
def search(ctx: "Context", query: str) -> Iterable[SearchHit]:  # type: ignore[empty-body]
    """Return the plugin's records that match ``query``, at most 20, best first."""


@hookspec
def org_archive_blockers(ctx: "Context", unit: "OrgUnit") -> Iterable[str]:  # type: ignore[empty-body]
    """Return sentences saying why ``unit`` cannot be archived yet. Fails closed."""


@hookspec
def on_event(
    ctx: "Context", event: str, payload: Mapping[str, object], actor_id: int | None
) -> None:
    """Handle an event after its commit; called again until it returns, so do it once by key.

    ``ctx`` acts as the system; ``actor_id`` is the account that did it, None for the public.
    """
