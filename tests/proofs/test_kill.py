"""``kill -9`` of ``qimen serve`` during concurrent writes loses nothing that was acknowledged.

Nothing is left half done, and the audit chain holds. The control acknowledges before it commits
and must lose writes, or the test would prove nothing.
"""

import sys
from pathlib import Path
from random import Random

import pytest

from qimen_core.testing.deployments import Deployments
from tests.proofs.deployment import Deployment, set_up
from tests.proofs.evidence import Acknowledged, faults
from tests.proofs.server import ServeProcess, qimen
from tests.proofs.staff import Staff
from tests.proofs.writers import Writers

CLERKS = 4
ACTIONS = ("petitions.order.create", "petitions.order.accept")
EARLY = (sys.executable, "-m", "tests.proofs.early_ack")


@pytest.fixture
def deployment(database: Deployments, tmp_path: Path) -> Deployment:
    """A migrated deployment on an empty database of each kind."""
    data = tmp_path / "data"
    url = database.fresh(("empty",), lambda _folder, _url: None, data)
    return set_up(data, url)


def kill_while_writing(
    server: ServeProcess, clerks: list[Staff], told: Acknowledged, form: dict[str, str], more: int
) -> None:
    """Let the clerks write until ``more`` writes are acknowledged, then kill the server."""
    writers = Writers(clerks, told, form)
    goal = told.total + more
    writers.start()
    in_time = told.wait_for(goal)
    server.kill()
    writers.join()
    assert not writers.errors, writers.errors
    assert in_time, f"only {told.total} of {goal} writes acknowledged within a minute"


def kill_again_and_again(deployment: Deployment, lives: int) -> Acknowledged:
    """Kill a server ``lives`` times and look for faults after each."""
    told, random = Acknowledged(), Random(lives)
    server = ServeProcess(deployment.data)
    server.start()
    try:
        clerks = deployment.clerks(server, CLERKS)
        for life in range(lives):
            if life:
                server.start()
            kill_while_writing(server, clerks, told, deployment.form, random.randint(5, 60))
            found = faults(deployment.url, told, ACTIONS)
            assert not found, f"after kill {life + 1}: {found[:5]}"
            qimen("audit", "verify", "--data", str(deployment.data))
    finally:
        server.kill()
    assert told.cut_off >= lives, "no client was waiting when the server died: nothing was shown"
    return told


def test_two_kills_lose_no_acknowledged_write(deployment: Deployment) -> None:
    kill_again_and_again(deployment, 2)


@pytest.mark.prove
def test_fifty_kills_lose_no_acknowledged_write(
    deployment: Deployment, pytestconfig: pytest.Config
) -> None:
    told = kill_again_and_again(deployment, 50)
    pytestconfig.get_terminal_writer().line(
        f"50 kills: {len(told.registered)} registrations and {len(told.accepted)} acceptances "
        f"acknowledged, {told.cut_off} clients cut off, none lost"
    )


@pytest.mark.database("sqlite")
def test_control_a_server_that_acknowledges_before_the_commit_loses_writes(
    deployment: Deployment,
) -> None:
    with ServeProcess(deployment.data) as good:
        clerks = deployment.clerks(good, CLERKS)
    server = ServeProcess(deployment.data, command=EARLY)
    for clerk in clerks:
        clerk.client.base_url = server.url
        clerk.client.headers["Origin"] = server.url
    told = Acknowledged()
    server.start()
    kill_while_writing(server, clerks, told, deployment.form, 200)
    assert any("lost" in fault for fault in faults(deployment.url, told, ACTIONS))
