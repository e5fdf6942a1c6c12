"""The application: configuration, plugins, database and keys, opened together."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, or_, select
from sqlalchemy.exc import DBAPIError

from qimen_core import models
from qimen_core.access.roles import CORE_PERMISSIONS, CORE_ROLES
from qimen_core.audit.anchors import AnchorFile
from qimen_core.audit.chain import Anchor
from qimen_core.clock import Clock, SystemClock
from qimen_core.config import QimenConfig
from qimen_core.context import Actor, Context, Rights
from qimen_core.db.encrypted import attach_keys
from qimen_core.db.engine import Database
from qimen_core.db.key_marks import open_keys
from qimen_core.db.session import QimenSession, forget_classes, unscoped
from qimen_core.errors import NotFound
from qimen_core.hooks import Hooks
from qimen_core.i18n import translations
from qimen_core.loader import load
from qimen_core.meta import PluginMeta, PluginReport
from qimen_core.org.kinds import CORE_KINDS
from qimen_core.org.metrics import CORE_METRICS
from qimen_core.privacy.core_fields import CORE_PERSONAL_DATA
from qimen_core.recall import Recall
from qimen_core.registry import Contributions, Registry
from qimen_core.settings import CORE_SETTINGS

if TYPE_CHECKING:
    from sqlmodel import SQLModel

__all__ = ["Qimen"]

_ = translations("qimen_core")

CORE_MODELS: tuple["type[SQLModel]", ...] = tuple(getattr(models, name) for name in models.__all__)
CORE = Contributions(
    meta=PluginMeta("core", _("核心"), core="", toggleable=False),
    models=CORE_MODELS,
    permissions=CORE_PERMISSIONS,
    settings=CORE_SETTINGS,
    metrics=CORE_METRICS,
    personal_data=CORE_PERSONAL_DATA,
    org_kinds=CORE_KINDS,
    package="qimen_core",
)

_grant = models.Grant.__table__.c  # type: ignore[attr-defined]
_toggle = models.PluginToggle.__table__.c  # type: ignore[attr-defined]
# Asked at every request, so they are built once.
_GRANTS = select(_grant.role, _grant.org_path).where(
    _grant.user_id == bindparam("user_id"),
    _grant.revoked_at.is_(None),
    _grant.valid_from <= bindparam("today"),
    or_(_grant.valid_to.is_(None), _grant.valid_to > bindparam("today")),
)
_OFF_MARKS = select(_toggle.plugin, _toggle.org_path).where(_toggle.off)


class Qimen:
    """One opened deployment; everything else is reached from here.

    Attributes:
        config: What the deployment decided.
        registry: What the loaded plugins registered, frozen.
        reports: What became of each configured plugin.
        hooks: The typed façade over the hooks.
        db: The database.
        keys: The keys of encryption, blind index and audit.
        clock: The time source.
        recall: What is kept in memory; asked through :meth:`.Context.remember`.
    """

    def __init__(
        self,
        config: QimenConfig,
        registry: Registry,
        reports: tuple[PluginReport, ...],
        hooks: Hooks,
        clock: Clock,
    ) -> None:
        self.config = config
        self.registry = registry
        self.reports = reports
        self.hooks = hooks
        self.clock = clock
        self.recall = Recall()
        self.db = Database(config.url)
        try:
            self.keys = open_keys(self.db, config.data / "keys")
        except BaseException:
            self.db.close()
            raise
        attach_keys(self.db.engine, self.keys)
        self._anchors = AnchorFile(config.data / "audit.anchor", self.keys)

    @classmethod
    def open(
        cls,
        config: QimenConfig,
        *,
        clock: Clock | None = None,
        provided: Mapping[str, ModuleType] | None = None,
    ) -> "Qimen":
        """Load the plugins and connect; nothing is migrated or written but missing keys.

        Args:
            config: What to open.
            clock: The time source; the machine's when left out.
            provided: Plugin modules that stand in for entry points; for tests.

        Raises:
            PluginError: A plugin is broken and the configuration says ``fail``.
            UnsafeKeyFile: A key file may be read by others.
            KeysLost, KeysSwapped: The keys are not those of the database.
        """
        Path(config.data).mkdir(parents=True, exist_ok=True)
        loaded = load(
            config.plugins,
            CORE,
            _registry,
            on_error=config.on_plugin_error,
            provided=provided,
        )
        forget_classes()
        qimen = cls(
            config,
            _registry(loaded.contributions),
            loaded.reports,
            Hooks(loaded.manager),
            clock or SystemClock(),
        )
        qimen.refresh_roles()
        return qimen

    def close(self) -> None:
        """Close the database."""
        self.db.close()

    def refresh_roles(self) -> None:
        """Read the deployment's deviations from the proposed roles; none before migration."""
        try:
            with self.db.session() as session:
                rows = session.execute(
                    select(
                        models.RolePermission.role,  # type: ignore[call-overload]
                        models.RolePermission.permission,
                        models.RolePermission.allowed,
                    )
                ).all()
        except DBAPIError:
            return
        deviations = {(role, permission): allowed for role, permission, allowed in rows}
        self.registry = _registry(self.registry.contributions, deviations)
        # After the registry: whoever still keeps by the old one keeps it here no longer.
        self.recall = Recall()

    def system_context(self, session: QimenSession, name: str = _("系统")) -> Context:
        """Return a context that reaches every unit where the asked plugin is on."""
        return self._context(session, Actor("system", name))

    def public_context(self, session: QimenSession) -> Context:
        """Return the context of somebody without an account: public permissions only."""
        return self._context(session, Actor("public", _("公众")))

    def user_context(self, session: QimenSession, user_id: int) -> Context:
        """Return the context of an account with its grants of today.

        Raises:
            NotFound: There is no such account.
        """
        user = models.UserAccount.__table__.c  # type: ignore[attr-defined]
        with unscoped(session):
            row = session.execute(
                select(user.name, user.person_id, user.org_path).where(user.id == user_id)
            ).one_or_none()
        if row is None:
            raise NotFound
        actor = Actor("user", row.name, user_id, row.person_id, row.org_path)
        return self.context_of(session, actor)

    def context_of(self, session: QimenSession, actor: Actor, epoch: int | None = None) -> Context:
        """Return the context of a user actor that the caller has already looked up.

        Args:
            session: The session of the request.
            actor: Who acts.
            epoch: The number of changes, where the caller has read it before anything else.
        """
        today = self.clock.today()

        def rights() -> Rights:
            return Rights(self._grants(session, actor.user_id, today), self._off(session))

        key = (epoch, "rights", actor.user_id, today)
        held = rights() if epoch is None else self.recall.get(key, rights)
        now = self.clock.now()
        if epoch is not None:
            session.info["epoch"] = epoch
        return Context(self, session, actor, now, held.grants, held.off, held.reach, held.open)

    def committed(self, anchor: Anchor) -> None:
        """Keep the chain's end outside the database; called after each commit."""
        self._anchors.write(anchor)

    def _context(self, session: QimenSession, actor: Actor) -> Context:
        epoch = session.info.get("epoch")
        off = (
            self._off(session)
            if epoch is None
            else self.recall.get((epoch, "off"), lambda: self._off(session))
        )
        return Context(self, session, actor, self.clock.now(), off=off)

    def _grants(
        self, session: QimenSession, user_id: int | None, today: date
    ) -> tuple[tuple[str, str], ...]:
        with unscoped(session):
            rows = session.execute(_GRANTS, {"user_id": user_id, "today": today})
            return tuple((role, path) for role, path in rows)

    def _off(self, session: QimenSession) -> dict[str, tuple[str, ...]]:
        with unscoped(session):
            marks = [(plugin, path) for plugin, path in session.execute(_OFF_MARKS)]
            marks += self._off_by_config(session)
        off: dict[str, tuple[str, ...]] = {}
        for plugin, path in marks:
            owner = self.registry.plugins.get(plugin)
            if owner is None or not owner.meta.toggleable:
                continue
            for name in (plugin, *self.registry.dependents(plugin)):
                off[name] = (*off.get(name, ()), path)
        return off

    def _off_by_config(self, session: QimenSession) -> list[tuple[str, str]]:
        if not self.config.townships:
            return []
        unit = models.OrgUnit.__table__.c  # type: ignore[attr-defined]
        rows = session.execute(
            select(unit.code, unit.path).where(unit.code.in_(self.config.townships))
        )
        return [(plugin, path) for code, path in rows for plugin in self.config.townships[code].off]


def _registry(
    contributions: tuple[Contributions, ...],
    deviations: Mapping[tuple[str, str], bool] | None = None,
) -> Registry:
    registry = Registry(contributions, {role.code: role for role in CORE_ROLES}, deviations or {})
    # Reading each merged table finds a collision now and not in a request.
    for name in ("permissions", "metrics", "events", "jobs", "org_kinds", "personal_data"):
        getattr(registry, name)
    return registry
