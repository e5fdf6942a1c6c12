"""The pytest plugin: options, markers, the run that worker processes share, and the fixtures.

Installed with qimen-core, so a third party's tests have the fixtures without a conftest.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest

from qimen_core.testing import folders
from qimen_core.testing.deployments import DIALECTS, Deployments, Run
from qimen_core.testing.fixtures import (
    applications,
    as_user,
    captured_events,
    client,
    clock,
    org_tree,
    planted,
    plugins,
    provide_plugin,
    provided_plugins,
    qimen,
    qimen_app,
    session,
    toggle,
)
from qimen_core.testing.postgres import stop, sweep

__all__ = [
    "applications",
    "as_user",
    "captured_events",
    "client",
    "clock",
    "database",
    "org_tree",
    "planted",
    "plugins",
    "provide_plugin",
    "provided_plugins",
    "qimen",
    "qimen_app",
    "run",
    "session",
    "toggle",
]

_RUN = pytest.StashKey[Run]()
_KEPT = ("QIMEN_TEST_", "QIMEN_SHARED", "QIMEN_CHROMIUM")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds `--database`."""
    parser.getgroup("qimen").addoption(
        "--database",
        choices=DIALECTS,
        action="append",
        help="run the tests that touch a database on this one only (default: on both)",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Makes the run's folder in the first process; workers are told where it is."""
    config.addinivalue_line("markers", "database(*dialects): run on these databases only")
    # The configuration of a deployment on this machine must not leak into the tests.
    for name in list(os.environ):
        if name.startswith("QIMEN_") and not name.startswith(_KEPT):
            del os.environ[name]
    given = getattr(config, "workerinput", None)
    if given is not None:
        config.stash[_RUN] = Run(Path(given["qimen_run"]), given["workerid"])
        return
    sweep()
    config.stash[_RUN] = Run(folders.make())


class _Node(Protocol):
    """The part of xdist's WorkerController that is needed; xdist itself may be absent."""

    config: pytest.Config
    workerinput: dict[str, str]


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: "_Node") -> None:
    """Tells a worker of pytest-xdist where the run's folder is."""
    node.workerinput["qimen_run"] = str(node.config.stash[_RUN].folder)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stops the server and removes the folder, in the process that made them."""
    made = config.stash.get(_RUN, None)
    if made is not None and not hasattr(config, "workerinput"):
        stop(made.folder)
        folders.remove(made.folder)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Runs every test that touches a database on each of them."""
    if "database" not in metafunc.fixturenames:
        return
    marker = metafunc.definition.get_closest_marker("database")
    wanted = marker.args if marker else DIALECTS
    chosen = metafunc.config.getoption("--database") or DIALECTS
    dialects = [dialect for dialect in DIALECTS if dialect in wanted and dialect in chosen]
    metafunc.parametrize("database", dialects, indirect=True)


@pytest.fixture(scope="session")
def run(pytestconfig: pytest.Config) -> Run:
    """What the processes of this run of pytest share."""
    return pytestconfig.stash[_RUN]


@pytest.fixture
def database(request: pytest.FixtureRequest, run: Run) -> Iterator[Deployments]:
    """The kind of database that this test runs on; asking for it runs the test on both."""
    deployments = Deployments(request.param, run)
    yield deployments
    deployments.drop()
