"""What all loaded plugins registered, merged once and frozen; collisions name both plugins."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from sqlmodel import SQLModel

from qimen_core.descriptors import (
    EventType,
    JobSpec,
    Metric,
    OrgKind,
    Permission,
    PersonalField,
    RoleSpec,
    SettingsSpec,
)
from qimen_core.meta import PluginMeta

__all__ = ["Collision", "Contributions", "Registry", "UnknownName"]

T = TypeVar("T")


class Collision(ValueError):
    """Two plugins registered the same name."""


class UnknownName(LookupError):
    """Code asked for an event, a job or a permission that nobody registered."""


@dataclass(frozen=True)
class Contributions:
    """What one plugin registered; ``package`` is empty for a plugin of a single file."""

    meta: PluginMeta
    models: tuple[type[SQLModel], ...] = ()
    routes: tuple[object, ...] = ()
    public_routes: tuple[object, ...] = ()
    permissions: tuple[Permission, ...] = ()
    settings: SettingsSpec | None = None
    metrics: tuple[Metric, ...] = ()
    events: tuple[EventType, ...] = ()
    jobs: tuple[JobSpec, ...] = ()
    personal_data: tuple[PersonalField, ...] = ()
    org_kinds: tuple[OrgKind, ...] = ()
    package: str = ""


@dataclass(frozen=True)
class Registry:
    """The frozen result of loading: ``core`` first, then the plugins in their order.

    Args:
        contributions: Each plugin's, in dependency order.
        roles: Every role by its code.
        deviations: What the deployment changed: ``(role, permission) -> allowed``.
    """

    contributions: tuple[Contributions, ...]
    roles: Mapping[str, RoleSpec]
    deviations: Mapping[tuple[str, str], bool]

    @cached_property
    def plugins(self) -> dict[str, Contributions]:
        """The contributions by plugin name."""
        return {each.meta.name: each for each in self.contributions}

    @cached_property
    def permissions(self) -> dict[str, Permission]:
        """Every permission by name."""
        return self._merge(lambda each: each.permissions, lambda item: item.name, "permission")

    @cached_property
    def metrics(self) -> dict[str, Metric]:
        """Every metric by name."""
        return self._merge(lambda each: each.metrics, lambda item: item.name, "metric")

    @cached_property
    def events(self) -> dict[str, EventType]:
        """Every event by name."""
        return self._merge(lambda each: each.events, lambda item: item.name, "event")

    @cached_property
    def jobs(self) -> dict[str, JobSpec]:
        """Every job by name."""
        return self._merge(lambda each: each.jobs, lambda item: item.name, "job")

    @cached_property
    def org_kinds(self) -> dict[str, OrgKind]:
        """Every kind of unit by name."""
        return self._merge(lambda each: each.org_kinds, lambda item: item.name, "kind")

    @cached_property
    def personal_data(self) -> dict[str, PersonalField]:
        """The privacy registry by ``table.column``."""
        return self._merge(lambda each: each.personal_data, lambda item: item.column, "column")

    @cached_property
    def masked_columns(self) -> frozenset[str]:
        """Columns whose values the audit never writes, as ``table.column``."""
        return frozenset(
            column for column, item in self.personal_data.items() if item.mask != "plain"
        ) | {"core_user.password_hash", "core_user.totp_secret", "core_session.token_hash"}

    @cached_property
    def settings(self) -> dict[str, SettingsSpec]:
        """Every plugin's settings by plugin name."""
        return {each.meta.name: each.settings for each in self.contributions if each.settings}

    def has(self, plugin: str) -> bool:
        """Say whether a plugin is loaded."""
        return plugin in self.plugins

    def event(self, name: str) -> EventType:
        """Return a registered event.

        Raises:
            UnknownName: Nobody registered it.
        """
        return _known(self.events, name, "event", "register_events")

    def job(self, name: str) -> JobSpec:
        """Return a registered job.

        Raises:
            UnknownName: Nobody registered it.
        """
        return _known(self.jobs, name, "job", "register_jobs")

    def roles_with(self, permission: str) -> frozenset[str]:
        """Return the codes of the roles that hold a permission in this deployment."""
        return self._role_table.get(permission, frozenset())

    @cached_property
    def _role_table(self) -> dict[str, frozenset[str]]:
        table = {name: set(item.roles) for name, item in self.permissions.items()}
        for (role, permission), allowed in self.deviations.items():
            if permission in table:
                (table[permission].add if allowed else table[permission].discard)(role)
        return {name: frozenset(roles & self.roles.keys()) for name, roles in table.items()}

    def dependents(self, plugin: str) -> tuple[str, ...]:
        """Return the loaded plugins that require ``plugin``, directly or not."""
        found: list[str] = []
        for each in self.contributions:
            if {plugin, *found} & set(each.meta.requires):
                found.append(each.meta.name)
        return tuple(found)

    def _merge(
        self,
        part: Callable[[Contributions], Iterable[T]],
        name_of: Callable[[T], str],
        what: str,
    ) -> dict[str, T]:
        merged: dict[str, T] = {}
        owner: dict[str, str] = {}
        for each in self.contributions:
            for item in part(each):
                name = name_of(item)
                if name in merged:
                    raise Collision(
                        f"{what} {name!r} is registered by plugin {owner[name]!r} and by "
                        f"plugin {each.meta.name!r}. Rename one of them."
                    )
                merged[name], owner[name] = item, each.meta.name
        return merged


def _known(table: Mapping[str, T], name: str, what: str, hook: str) -> T:
    if name not in table:
        raise UnknownName(f"{what} {name!r} is not registered; return it from {hook}")
    return table[name]
