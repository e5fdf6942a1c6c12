"""The context: who asks, and the two questions that exist: ``can`` and ``visible``."""

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from pydantic import BaseModel
from sqlalchemy import ColumnElement, and_, false, not_, or_, true

from qimen_core.errors import Forbidden, NotFound
from qimen_core.lending.conditions import is_lent
from qimen_core.lending.references import RowRef, reference_of
from qimen_core.org.paths import under

if TYPE_CHECKING:
    from qimen_core.db.scoped import Scoped
    from qimen_core.db.session import QimenSession
    from qimen_core.org.models import OrgUnit
    from qimen_core.runtime import Qimen

__all__ = ["Actor", "Context", "Rights"]

M = TypeVar("M", bound=BaseModel)
T = TypeVar("T")

EVERYWHERE = ("",)


@dataclass(frozen=True)
class Actor:
    """Who acts: a user with an account, the public, or the system itself."""

    kind: Literal["user", "public", "system"]
    name: str
    user_id: int | None = None
    person_id: int | None = None
    org_path: str = ""


@dataclass(frozen=True)
class Rights:
    """What an account holds today: its grants, what is off, and what was worked out of both."""

    grants: tuple[tuple[str, str], ...]
    off: Mapping[str, tuple[str, ...]]
    reach: dict[str, tuple[str, ...]] = field(default_factory=dict)
    open: dict[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(eq=False)
class Context:
    """What a hook, a use case and a handler are given.

    Attributes:
        qimen: The application.
        session: The session of this request or job.
        actor: Who acts.
        now: The moment this context was made, aware, in UTC.
        grants: The actor's roles, each with the path where it is held.
        off: By plugin, the paths at and below which it is off.
    """

    qimen: "Qimen"
    session: "QimenSession"
    actor: Actor
    now: datetime
    grants: tuple[tuple[str, str], ...] = ()
    off: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    _reach: dict[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    _open: dict[str, tuple[str, ...]] = field(default_factory=dict, repr=False)

    @property
    def epoch(self) -> int | None:
        """The number of changes to the watched tables as the session's request began.

        None where nobody read it, or once the session has written anything itself.
        """
        found: int | None = self.session.info.get("epoch")
        return found

    def reach(self, permission: str) -> tuple[str, ...]:
        """Return the paths where ``permission`` is granted, toggles left aside.

        The path ``""`` stands for everywhere. An unknown permission reaches nowhere.
        """
        found = self._reach.get(permission)
        if found is None:
            found = self._reach[permission] = self._find_reach(permission)
        return found

    def _find_reach(self, permission: str) -> tuple[str, ...]:
        known = self.qimen.registry.permissions.get(permission)
        if known is None:
            return ()
        if self.actor.kind == "system" or known.public:
            return EVERYWHERE
        roles = self.qimen.registry.roles_with(permission)
        return _outermost(path for role, path in self.grants if role in roles)

    def plugin_on(self, plugin: str, unit: "OrgUnit | str") -> bool:
        """Say whether ``plugin`` is loaded and on at a unit."""
        path = unit if isinstance(unit, str) else unit.path
        if not self.qimen.registry.has(plugin):
            return False
        return not any(path.startswith(off) for off in self.off.get(plugin, ()))

    def can(self, permission: str, unit: "OrgUnit | str") -> bool:
        """Say whether the actor holds ``permission`` at a unit, and its plugin is on there."""
        path = unit if isinstance(unit, str) else unit.path
        return self.plugin_on(_owner(permission), path) and any(
            path.startswith(reach) for reach in self.reach(permission)
        )

    def is_lent_right(self, permission: str) -> bool:
        """Say whether a permission also holds for rows that are lent."""
        known = self.qimen.registry.permissions.get(permission)
        return known is not None and known.lent

    def can_on(self, permission: str, row: "Scoped | RowRef") -> bool:
        """Say whether the actor may do something to one row, in reach or lent.

        Args:
            permission: What is wanted; one that is not ``lent`` asks the same as :meth:`can`.
            row: The row, one that is read through it, or its :class:`RowRef`.
        """
        path = _path_of(row)
        if self.can(permission, path):
            return True
        ref = reference_of(row)
        return (
            ref is not None
            and self.plugin_on(_owner(permission), path)
            and is_lent(self, permission, ref)
        )

    def can_anywhere(self, permission: str) -> bool:
        """Say whether there is a unit where the actor can; for menus and lists."""
        return bool(self._open_paths(permission))

    def visible(self, permission: str, column: "ColumnElement[str] | Any") -> ColumnElement[bool]:
        """Return the SQL condition on a path column for what the actor reaches.

        Args:
            permission: By what right.
            column: The column that holds the path, e.g. ``Order.org_path``.
        """
        paths = self._open_paths(permission)
        if not paths:
            return false()
        shown = true() if paths == EVERYWHERE else or_(*(under(column, path) for path in paths))
        holes = [
            path
            for path in self.off.get(_owner(permission), ())
            if any(path.startswith(reach) for reach in paths)
        ]
        if not holes:
            return shown
        return and_(shown, _outside(column, holes))

    def where_on(self, plugin: str, column: "ColumnElement[str] | Any") -> ColumnElement[bool]:
        """Return the SQL condition on a path column that a plugin is on at that unit."""
        closed = self.off.get(plugin, ())
        return _outside(column, closed) if closed else true()

    def require(self, permission: str, unit: "OrgUnit | str", *, see: str = "") -> None:
        """Pass where the actor can; else say 404 for what it cannot see and 403 otherwise.

        Args:
            permission: What is wanted.
            unit: Where.
            see: The right to see the thing at all; given, its absence is a 404.

        Raises:
            NotFound: The plugin is off there, or the thing is out of reach.
            Forbidden: It is in reach, but ``permission`` is missing.
        """
        if self.can(permission, unit):
            return
        if not self.plugin_on(_owner(permission), unit) or (see and not self.can(see, unit)):
            raise NotFound
        raise Forbidden

    def require_on(self, permission: str, row: "Scoped | RowRef", *, see: str = "") -> None:
        """Pass where the actor can, on a row in reach or lent; else 404 or 403 as :meth:`require`.

        Args:
            permission: What is wanted.
            row: As for :meth:`can_on`.
            see: The right to see the row at all; given, its absence is a 404.

        Raises:
            NotFound: The plugin is off at the row's unit, or the row is neither in reach nor lent.
            Forbidden: It may be seen, but ``permission`` is missing.
        """
        if self.can_on(permission, row):
            return
        on = self.plugin_on(_owner(permission), _path_of(row))
        if not on or (see and not self.can_on(see, row)):
            raise NotFound
        raise Forbidden

    def setting(self, model: type[M], unit: "OrgUnit | str" = "") -> M:
        """Return a plugin's settings as they hold at a unit.

        Resolved unit → ancestors → deployment → default.

        Args:
            model: The pydantic model that the plugin registered.
            unit: The unit or its path; the deployment's values when left out.
        """
        from qimen_core.settings_store import resolve

        path = unit if isinstance(unit, str) else unit.path
        return self.remember(("core.settings", model, path), lambda: resolve(self, model, path))

    def remember(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return what ``make`` returned when nothing watched had changed since; else ask it.

        Kept for everybody with the same grants. What is made may depend on ``key``, on the
        actor's rights and on tables whose model says ``watched: ClassVar[bool] = True``; nothing
        else, above all not on the moment. It must not be changed, nor hold rows of the session.

        Args:
            key: What is asked for, e.g. ``"petitions.categories"``.
            make: Makes it.
        """
        if self.epoch is None:
            return make()
        return self.qimen.recall.get((self.epoch, self.actor.kind, self.grants, key), make)

    def _open_paths(self, permission: str) -> tuple[str, ...]:
        """Return what is reached and not off; worked out once for all that an account holds."""
        found = self._open.get(permission)
        if found is None:
            found = self._open[permission] = self._find_open(permission)
        return found

    def _find_open(self, permission: str) -> tuple[str, ...]:
        plugin = _owner(permission)
        if not self.qimen.registry.has(plugin):
            return ()
        off = self.off.get(plugin, ())
        return tuple(
            path
            for path in self.reach(permission)
            if not any(path.startswith(closed) for closed in off)
        )


def _owner(permission: str) -> str:
    return permission.partition(".")[0]


def _path_of(row: "Scoped | RowRef") -> str:
    path: str = row.path if isinstance(row, RowRef) else getattr(row, row.scope_column)
    return path


def _outside(column: Any, paths: Iterable[str]) -> ColumnElement[bool]:
    return not_(or_(*(under(column, path) for path in paths)))


def _outermost(paths: Any) -> tuple[str, ...]:
    kept: list[str] = []
    for path in sorted(set(paths)):
        if not any(path.startswith(outer) for outer in kept):
            kept.append(path)
    return tuple(kept)
