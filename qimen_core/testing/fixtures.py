"""The fixtures for tests of plugins and of core, and the types of those that are functions."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import TYPE_CHECKING, Protocol

import pytest
from sqlmodel import select

from qimen_core.clock import FixedClock
from qimen_core.db.session import QimenSession
from qimen_core.events.models import Outbox
from qimen_core.org.models import OrgUnit
from qimen_core.runtime import Qimen
from qimen_core.testing.accounts import Account, create_account
from qimen_core.testing.clients import Applications, Clients
from qimen_core.testing.deployments import Deployments
from qimen_core.testing.opening import Opener, switch
from qimen_core.testing.planting import START, Planting
from qimen_core.testing.units import OrgTree, read_tree

if TYPE_CHECKING:
    from litestar import Litestar
    from litestar.testing import TestClient

__all__ = [
    "MakeAccount",
    "MakeApp",
    "MakeClient",
    "Toggle",
    "applications",
    "as_user",
    "captured_events",
    "client",
    "clock",
    "org_tree",
    "planted",
    "plugins",
    "provide_plugin",
    "provided_plugins",
    "qimen",
    "qimen_app",
    "session",
    "toggle",
]


class MakeApp(Protocol):
    """Type of the `qimen_app` fixture."""

    def __call__(self, plugins: Sequence[str] = (), **config: object) -> Qimen:
        """Opens a deployment with these plugins and those that they require.

        Args:
            plugins: Names of plugins, installed or given to `provide_plugin`.
            config: Further values of QimenConfig; `on_plugin_error` is `fail` unless given.
        """
        ...


class MakeAccount(Protocol):
    """Type of the `as_user` fixture."""

    def __call__(self, role: str, unit: OrgUnit, app: Qimen | None = None) -> Account:
        """Creates an account that holds `role` at `unit`, in `qimen` unless `app` is given."""
        ...


class MakeClient(Protocol):
    """Type of the `client` fixture."""

    def __call__(
        self, account: Account | None = None, app: Qimen | None = None
    ) -> "TestClient[Litestar]":
        """Opens a client, logged in as `account` or anonymous; it follows no redirects."""
        ...


class Toggle(Protocol):
    """Type of the `toggle` fixture."""

    def __call__(self, plugin: str, unit: OrgUnit, *, on: bool) -> None:
        """Switches a plugin on or off at a unit and below."""
        ...


@pytest.fixture
def clock() -> FixedClock:
    """A clock that stands at ten on a workday morning until a test moves it."""
    return FixedClock(START)


@pytest.fixture
def plugins() -> tuple[str, ...]:
    """The plugins of `qimen`: none. A plugin's conftest overrides this with its own name."""
    return ()


@pytest.fixture
def planted() -> tuple[Planting, ...]:
    """What is planted beside the tree: nothing. A conftest overrides this with its functions.

    It is in the template that every test gets a copy of, as `work_calendar` of the kit.
    """
    return ()


@pytest.fixture
def provided_plugins() -> dict[str, ModuleType]:
    """The plugin modules that stand in for installed ones, by name."""
    return {}


@pytest.fixture
def provide_plugin(provided_plugins: dict[str, ModuleType]) -> Callable[[ModuleType], str]:
    """A function that offers a module as a plugin to `qimen_app` and returns its name."""

    def provide(module: ModuleType) -> str:
        # A broken plugin may have no meta; then the module's own name is its name.
        name = getattr(getattr(module, "meta", None), "name", module.__name__.split(".")[-1])
        provided_plugins[name] = module
        return str(name)

    return provide


@pytest.fixture
def qimen_app(
    request: pytest.FixtureRequest,
    database: Deployments,
    clock: FixedClock,
    provided_plugins: dict[str, ModuleType],
    planted: Sequence[Planting],
) -> Iterator[MakeApp]:
    """A factory of migrated deployments, each with its own database and data folder."""
    with_tree = "org_tree" in request.fixturenames
    with TemporaryDirectory(prefix="test-", dir=database.run.databases) as folder:
        opener = Opener(
            database, clock, Path(folder), provided_plugins, with_tree=with_tree, planted=planted
        )
        yield opener
        opener.close()


@pytest.fixture
def qimen(qimen_app: MakeApp, plugins: Sequence[str]) -> Qimen:
    """The deployment under test, with the plugins of the `plugins` fixture."""
    return qimen_app(plugins)


@pytest.fixture
def session(qimen: Qimen) -> Iterator[QimenSession]:
    """A session on `qimen`, without a scope."""
    with qimen.db.session() as opened:
        yield opened


@pytest.fixture
def org_tree(qimen: Qimen) -> OrgTree:
    """The small organisation tree of `qimen`; asking for it is what puts it there."""
    with qimen.db.session() as opened:
        return read_tree(qimen.system_context(opened))


@pytest.fixture
def as_user(qimen: Qimen) -> MakeAccount:
    """A factory of accounts with one grant."""

    def make(role: str, unit: OrgUnit, app: Qimen | None = None) -> Account:
        return create_account(app or qimen, role, unit)

    return make


@pytest.fixture
def toggle(qimen: Qimen) -> Toggle:
    """A function that switches a plugin at a unit, as the modules page does."""

    def make(plugin: str, unit: OrgUnit, *, on: bool) -> None:
        switch(qimen, plugin, unit, on=on)

    return make


@pytest.fixture
def captured_events(qimen: Qimen) -> Callable[[], list[Outbox]]:
    """A function that returns the events committed so far, in order, delivered or not."""

    def read() -> list[Outbox]:
        with qimen.db.session() as opened:
            return list(opened.exec(select(Outbox).order_by(Outbox.id)))  # type: ignore[arg-type]

    return read


@pytest.fixture(scope="session")
def applications() -> Applications:
    """What lends the whole application of a deployment: `with applications.lend(qimen) as app`."""
    return Applications()


@pytest.fixture
def client(qimen: Qimen, applications: Applications) -> Iterator[MakeClient]:
    """A factory of HTTP clients of the whole application; needs the plugin `web`."""
    clients = Clients(qimen, applications)
    yield clients
    clients.close()
